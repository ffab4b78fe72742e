/** What tablets handed in of people who cannot send it any more: a supervisor does it, or decides that it is not done. */
import { Button, Group, Text } from "@mantine/core";
import { IconCheck, IconX } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useAcceptLate, useDismissLate, useLateOperations } from "../../api/tabletQueries";
import { useFormats } from "../../frame/me";
import { useToldValues } from "../../parts/reason";
import { useTell } from "../../parts/tell";
import { useHotelNow } from "../../time/clock";
import classes from "./Settings.module.css";

export function LateSection() {
  const { t, i18n } = useTranslation();
  const told = useToldValues();
  const tell = useTell();
  const { dayTime } = useFormats();
  const now = useHotelNow();
  const late = useLateOperations();
  const accept = useAcceptLate();
  const dismiss = useDismissLate();
  if (!late.data || late.data.length === 0) return null;
  return (
    <section className={`card ${classes.section} ${classes.whole}`} data-testid="late-operations">
      <h2>{t("late.title")}</h2>
      <Text size="sm" c="dimmed" mb="xs">
        {t("late.text")}
      </Text>
      {late.data.map((operation) => {
        const { key, values } = operation.label;
        return (
          <div className={classes.line} key={operation.id} data-testid="late-operation">
            <div>
              <b className={classes.late}>{i18n.exists(key) ? t(key, told(values ?? {})) : operation.path}</b>
              <Text size="sm" c="dimmed">
                {operation.author} · {dayTime(operation.happened_at, now)}
                {operation.tablet !== null && ` · ${operation.tablet}`}
              </Text>
              <Text size="xs" c="dimmed">
                {operation.method} {operation.path}
              </Text>
            </div>
            <Group gap="xs" wrap="nowrap">
              <Button
                variant="default"
                leftSection={<IconCheck size={17} />}
                loading={accept.isPending && accept.variables.id === operation.id}
                onClick={() =>
                  accept.mutate(
                    { id: operation.id, seenVersion: operation.seen_version },
                    { onSuccess: () => tell.done(t("late.accepted")), onError: tell.refused },
                  )
                }
                data-testid="late-accept"
              >
                {t("late.accept")}
              </Button>
              <Button
                variant="default"
                leftSection={<IconX size={17} />}
                onClick={() => dismiss.mutate(operation.id, { onError: tell.refused })}
                data-testid="late-dismiss"
              >
                {t("late.dismiss")}
              </Button>
            </Group>
          </div>
        );
      })}
    </section>
  );
}
