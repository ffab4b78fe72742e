/** What is late: to the attendant the own tasks, to the supervisor what has become theirs to look at. */
import { Alert } from "@mantine/core";
import { IconAlarm } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { type Reminder, useReminders } from "../../../api/reminders";
import type { Task } from "../../../api/tasks";
import { useFormats } from "../../../frame/me";
import { useHotelNow } from "../../../time/clock";
import { remindedOf } from "./list";
import classes from "./Tasks.module.css";

/** So many lines; the rest is only counted. */
const MOST_LINES = 5;

/** `of`: whose reminders, an attendant's id or "supervisor"; `tasks`: where the reminded ones are found. */
export function Reminders({ of, tasks }: { of: string; tasks: readonly Task[] }) {
  const { t } = useTranslation();
  const reminders = useReminders();
  const late = remindedOf(reminders.data ?? [], of, tasks);
  if (late.length === 0) return null;
  return (
    <Alert color="orange" icon={<IconAlarm size={20} />} title={t("reminders.title", { count: late.length })} role="status" data-testid="reminders">
      <ul className={classes.reminders}>
        {late.slice(0, MOST_LINES).map(({ reminder, task }) => (
          <Line key={reminder.task_id} reminder={reminder} task={task} withName={of === "supervisor"} />
        ))}
        {late.length > MOST_LINES && <li>{t("board.more_late", { count: late.length - MOST_LINES })}</li>}
      </ul>
    </Alert>
  );
}

function Line({ reminder, task, withName }: { reminder: Reminder; task: Task; withName: boolean }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const now = useHotelNow();
  return (
    <li>
      <b>{task.room ?? task.area}</b> {t(`task_kinds.${task.kind}`)}: {t(`reminders.reasons.${reminder.reason}`, { when: formats.dayTime(reminder.since, now) })}
      {withName && task.attendant && <span className="dim"> · {task.attendant}</span>}
    </li>
  );
}
