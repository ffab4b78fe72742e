/** Says at once when the service did not take a tap; the list of taps shows both sides. */
import { Button, Group, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconAlertTriangle } from "@tabler/icons-react";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { useStanding } from "./hooks";

/** The notice, which the list of taps replaces. */
export const ATTENTION = "oplog-attention";

export function useAttention(onOpen: () => void): void {
  const { t } = useTranslation();
  const { attention } = useStanding();
  const before = useRef(0);
  useEffect(() => {
    if (attention > before.current) {
      notifications.hide(ATTENTION);
      notifications.show({
        id: ATTENTION,
        color: "orange",
        icon: <IconAlertTriangle size={18} />,
        autoClose: false,
        closeButtonProps: { "aria-label": t("do.close") },
        message: (
          <Group justify="space-between" wrap="nowrap" gap="sm">
            <Text size="sm">{t("oplog.not_taken", { count: attention })}</Text>
            <Button
              size="compact-sm"
              variant="light"
              style={{ flex: "none" }}
              onClick={() => {
                notifications.hide(ATTENTION);
                onOpen();
              }}
              data-testid="look-at-conflicts"
            >
              {t("oplog.look")}
            </Button>
          </Group>
        ),
      });
    } else if (attention === 0) notifications.hide(ATTENTION);
    before.current = attention;
  }, [attention, onOpen, t]);
}
