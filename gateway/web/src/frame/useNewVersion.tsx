import { Button, Group, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { registerSW } from "virtual:pwa-register";

let registered = false;

/** Installs the shell for offline starts and asks, never forces, when a newer one is there. */
export function useNewVersion(): void {
  const { t } = useTranslation();
  useEffect(() => {
    if (registered || !("serviceWorker" in navigator)) return;
    registered = true;
    const update = registerSW({
      onNeedRefresh: () =>
        notifications.show({
          id: "new-version",
          autoClose: false,
          closeButtonProps: { "aria-label": t("do.close") },
          message: (
            <Group justify="space-between" wrap="nowrap">
              <Text size="sm">{t("frame.new_version")}</Text>
              <Button size="compact-sm" onClick={() => void update(true)}>
                {t("frame.load_new_version")}
              </Button>
            </Group>
          ),
        }),
    });
  }, [t]);
}
