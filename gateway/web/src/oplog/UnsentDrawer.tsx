/** The taps that the service has not taken: what needs the person's word first, with both sides; then what waits. */
import { Alert, Badge, Button, Drawer, Group, Stack, Text } from "@mantine/core";
import { IconArrowForwardUp, IconClock, IconHandStop, IconTrash, IconUserUp } from "@tabler/icons-react";
import { notifications } from "@mantine/notifications";
import { useMutation } from "@tanstack/react-query";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { useFormats, useMe } from "../frame/me";
import { useReason, useToldValues } from "../parts/reason";
import { useStanding, useTablet } from "./hooks";
import { isOpen, needsPerson, type Operation } from "./operations";
import { tablet } from "./tablet";
import { ticketOf } from "./theirs";
import classes from "./UnsentDrawer.module.css";
import { ATTENTION } from "./useAttention";

const MOST_SHOWN = 100;

/** Words for the values of the other side, where the app has them. */
const AXES: Record<string, string> = {
  cleanliness: "axes.cleanliness",
  turndown: "axes.turndown",
  state: "task_states",
};

export function UnsentDrawer({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const { staff } = useMe();
  const { operations, sender } = useTablet();
  const { others } = useStanding();
  const mine = operations.filter((operation) => operation.staffId === staff.id);
  useEffect(() => {
    notifications.hide(ATTENTION);
  }, []);
  const decide = mine.filter(needsPerson);
  const waiting = mine.filter(isOpen);
  return (
    <Drawer
      opened
      onClose={onClose}
      position="right"
      size="md"
      title={
        <Text fw={650} size="lg" span>
          {t("oplog.title")}
        </Text>
      }
      closeButtonProps={{ "aria-label": t("do.close") }}
    >
      <Stack gap="md" data-testid="unsent-drawer">
        {decide.map((operation) => (
          <Conflict key={operation.id} operation={operation} />
        ))}
        {waiting.length > 0 && (
          <section>
            <Group justify="space-between" mb={6}>
              <Text fw={650}>{t("oplog.waiting", { count: waiting.length })}</Text>
              <Text size="sm" c="dimmed">
                {t(`oplog.sender.${sender}`)}
              </Text>
            </Group>
            <ul className={classes.list}>
              {waiting.slice(0, MOST_SHOWN).map((operation) => (
                <li key={operation.id}>
                  <IconClock size={16} aria-hidden />
                  <Label operation={operation} />
                  <When operation={operation} />
                </li>
              ))}
            </ul>
            {waiting.length > MOST_SHOWN && (
              <Text size="sm" c="dimmed">
                {t("oplog.more", { count: waiting.length - MOST_SHOWN })}
              </Text>
            )}
          </section>
        )}
        {others.map((other) => (
          <Alert key={other.staffId} icon={<IconHandStop />} color="orange" title={other.staffName}>
            <Text size="sm" mb="xs">
              {t("oplog.of_another", { count: other.count, name: other.staffName })}
            </Text>
            <HandIn operations={operations.filter((one) => one.staffId === other.staffId && (isOpen(one) || needsPerson(one)))} />
          </Alert>
        ))}
        {decide.length + waiting.length + others.length === 0 && <Text c="dimmed">{t("oplog.all_sent")}</Text>}
      </Stack>
    </Drawer>
  );
}

/** How a tap is called. */
function Label({ operation }: { operation: Operation }) {
  const { i18n, t } = useTranslation();
  const told = useToldValues();
  const { key, values } = operation.label;
  return <span className={classes.label}>{i18n.exists(key) ? t(key, told(values)) : `${operation.method} ${operation.path}`}</span>;
}

/** When it was tapped, by the hotel's clock. */
function When({ operation }: { operation: Operation }) {
  const { time } = useFormats();
  return <time className={classes.when}>{time(operation.shownAt)}</time>;
}

function Conflict({ operation }: { operation: Operation }) {
  const { t } = useTranslation();
  const drop = useMutation({ mutationFn: () => tablet().log.drop(operation.id) });
  const again = useMutation({
    mutationFn: async () => {
      await tablet().log.again(operation.id);
      tablet().sender.kick();
    },
  });
  return (
    <article className={`card ${classes.conflict}`} data-testid="conflict">
      <Badge color="orange" variant="light" mb={6}>
        {t(`oplog.states.${operation.state}`)}
      </Badge>
      <div className={classes.sides}>
        <div>
          <Text size="xs" c="dimmed">
            {t("oplog.mine")}
          </Text>
          <Label operation={operation} /> <When operation={operation} />
        </div>
        <div data-testid="theirs">
          <Text size="xs" c="dimmed">
            {t("oplog.theirs")}
          </Text>
          <Theirs operation={operation} />
        </div>
      </div>
      <Group gap="xs" mt="sm">
        <Button
          variant="default"
          leftSection={<IconTrash size={17} />}
          loading={drop.isPending}
          onClick={() => drop.mutate()}
          data-testid="drop-mine"
        >
          {t("oplog.drop")}
        </Button>
        {operation.answer?.code !== "predecessor_refused" && (
          <Button
            variant="default"
            leftSection={<IconArrowForwardUp size={17} />}
            loading={again.isPending}
            onClick={() => again.mutate()}
            data-testid="redo"
          >
            {t("oplog.redo")}
          </Button>
        )}
        <HandIn operations={[operation]} />
      </Group>
    </article>
  );
}

/** The other side: who, when, what it is now; or the service's reason. */
function Theirs({ operation }: { operation: Operation }) {
  const { t, i18n } = useTranslation();
  const { time } = useFormats();
  const reason = useReason();
  const { answer } = operation;
  if (answer === null) return null;
  const theirs = (typeof answer.theirs === "object" && answer.theirs !== null ? answer.theirs : {}) as Record<string, unknown>;
  const told: Record<string, unknown> = { ...theirs, ...answer.values };
  const facts = Object.entries(AXES).flatMap(([name, words]) => {
    const value = told[name];
    const asked = operation.body?.[name] !== undefined || name === "state";
    return asked && typeof value === "string" && i18n.exists(`${words}.${value}`) ? [t(`${words}.${value}`)] : [];
  });
  const ticket = ticketOf(operation);
  if (ticket !== null) {
    const { state, who, since } = ticket;
    return <b>{t(`oplog.ticket_now.${state}`, { who: who ?? t("maintenance.nobody"), time: time(since) })}</b>;
  }
  const by = [told.by, told.changed_by].find((name) => typeof name === "string") as string | undefined;
  const at = [told.at, told.changed_at].find((moment) => typeof moment === "string") as string | undefined;
  if (facts.length === 0 && by === undefined) return <span>{reason(answer.code, answer.values, answer.detail)}</span>;
  return (
    <span>
      <b>{facts.join(" · ") || reason(answer.code, answer.values, answer.detail)}</b>
      {(by !== undefined || at !== undefined) && (
        <span className={classes.when}> {[by, at !== undefined && time(at)].filter(Boolean).join(", ")}</span>
      )}
    </span>
  );
}

function HandIn({ operations }: { operations: Operation[] }) {
  const { t } = useTranslation();
  const handIn = useMutation({ mutationFn: () => tablet().sender.handIn(operations) });
  return (
    <>
      <Button
        variant="default"
        leftSection={<IconUserUp size={17} />}
        loading={handIn.isPending}
        onClick={() => handIn.mutate()}
        data-testid="hand-in"
      >
        {t("oplog.hand_in")}
      </Button>
      {handIn.data === false && (
        <Text size="sm" c="var(--wrong-text)" role="status">
          {t("oplog.not_handed_in")}
        </Text>
      )}
    </>
  );
}
