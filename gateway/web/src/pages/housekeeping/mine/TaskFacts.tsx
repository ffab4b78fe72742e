/** What a person must know of a task: where, what, by when, why here, which wishes. No guest's name. */
import { IconAlertTriangle, IconClock, IconHourglass, IconStar, IconUserFilled } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { Task } from "../../../api/tasks";
import { useFormats, useMe } from "../../../frame/me";
import { useHotelNow } from "../../../time/clock";
import { kindIcon, stateLook } from "../tasks/taskLook";
import { useWhy } from "../tasks/useWhy";
import classes from "./Mine.module.css";

export function TaskFacts({ task, big = false }: { task: Task; big?: boolean }) {
  const { t } = useTranslation();
  const { staff } = useMe();
  const formats = useFormats();
  const now = useHotelNow();
  const why = useWhy()(task.why);
  const Kind = kindIcon[task.kind];
  const look = stateLook[task.state];
  const due = task.due_at ?? task.response_due_at;
  const late = due !== null && Date.parse(due) < now && task.state === "planned";
  const waits = task.earliest_at !== null && Date.parse(task.earliest_at) > now && task.state === "planned";
  return (
    <div className={classes.facts}>
      <div className={classes.headline}>
        <b className={big ? classes.bigRoom : classes.room}>{task.room ?? task.area}</b>
        <span className={classes.kind}>
          <Kind size={big ? 22 : 18} aria-hidden />
          {t(`task_kinds.${task.kind}`)}
          {task.re_clean_of && <span className="tone-attention"> · {t("mine.re_clean")}</span>}
        </span>
        {task.state !== "planned" && (
          <span className={`tone-${look.tone} ${classes.kind}`}>
            <look.icon size={18} aria-hidden />
            {t(`task_states.${task.state}`)}
            {task.not_serviced_reason && ` · ${t(`not_serviced.${task.not_serviced_reason}`)}`}
          </span>
        )}
      </div>
      <div className={classes.line}>
        {due && (
          <span className={late ? "tone-wrong" : undefined}>
            {late ? <IconAlertTriangle size={16} aria-hidden /> : <IconClock size={16} aria-hidden />}
            {t("mine.due", { when: formats.when(due, now) })}
          </span>
        )}
        {waits && task.earliest_at && (
          <span className="tone-attention">
            <IconHourglass size={16} aria-hidden />
            {t("mine.not_before", { when: formats.time(task.earliest_at) })}
          </span>
        )}
        {task.priority === "vip" && (
          <span className="tone-attention">
            <IconStar size={16} aria-hidden />
            {t("vip")}
          </span>
        )}
        {task.attendant && task.attendant_id !== staff.id && (
          <span className="dim">
            <IconUserFilled size={15} aria-hidden />
            {task.attendant}
          </span>
        )}
        {why && <span className="dim">{why}</span>}
      </div>
      {task.wish && <p className={classes.wish}>{t("mine.wish", { wish: task.wish })}</p>}
      {task.note && <p className={classes.note}>{task.note}</p>}
    </div>
  );
}
