/** Short notices: what was done, with its way back; what was refused, with its reason. */
import { Button, Group, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconAlertTriangle, IconCheck } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useSentence } from "../frame/me";

const DONE_MILLISECONDS = 8_000;
const REFUSED_MILLISECONDS = 12_000;

export function useTell() {
  const { t } = useTranslation();
  const sentence = useSentence();
  return {
    done(text: string, undo?: () => void, id?: string): void {
      const shown = id ?? `done-${text}`;
      notifications.hide(shown);
      notifications.show({
        id: shown,
        color: "teal",
        icon: <IconCheck size={18} />,
        autoClose: DONE_MILLISECONDS,
        closeButtonProps: { "aria-label": t("do.close") },
        message: (
          <Group justify="space-between" wrap="nowrap" gap="sm">
            <Text size="sm">{text}</Text>
            {undo && (
              <Button
                size="compact-sm"
                variant="light"
                data-testid="undo"
                style={{ flex: "none" }}
                onClick={() => {
                  notifications.hide(shown);
                  undo();
                }}
              >
                {t("do.undo")}
              </Button>
            )}
          </Group>
        ),
      });
    },
    /** A tap could not be kept on this device: its log is full, or the browser keeps nothing. */
    full(tooMany: boolean): void {
      notifications.show({
        id: "log-full",
        color: "red",
        icon: <IconAlertTriangle size={18} />,
        autoClose: false,
        closeButtonProps: { "aria-label": t("do.close") },
        message: tooMany ? t("oplog.full") : t("oplog.not_kept"),
      });
    },
    refused(error: unknown): void {
      notifications.show({
        color: "orange",
        icon: <IconAlertTriangle size={18} />,
        autoClose: REFUSED_MILLISECONDS,
        closeButtonProps: { "aria-label": t("do.close") },
        message: sentence(error),
      });
    },
  };
}
