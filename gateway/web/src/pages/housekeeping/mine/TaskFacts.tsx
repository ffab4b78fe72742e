/** What a person must know of a task: where, what, by when, why here, which wishes. No guest's name. */
import { IconAlertTriangle, IconBellRinging, IconClock, IconHourglass, IconRoute, IconStar, IconUserFilled } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { Task } from "../../../api/tasks";
import type { Room } from "../../../api/types";
import { useFormats, useMe } from "../../../frame/me";
import { useHotelNow } from "../../../time/clock";
import { kindIcon, stateLook } from "../tasks/taskLook";
import { useWhy } from "../tasks/useWhy";
import classes from "./Mine.module.css";
import { RoomMarks } from "./RoomMarks";

/** `room`: what is known of it beside the task; `isNew`: others put it on the list since the person last looked. */
export function TaskFacts({ task, room, big = false, isNew = false }: { task: Task; room?: Room; big?: boolean; isNew?: boolean }) {
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
        {isNew && (
          <span className={classes.fresh} data-testid="is-new">
            <IconBellRinging size={15} aria-hidden />
            {t("news.new")}
          </span>
        )}
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
      </div>
      {room && <RoomMarks room={room} />}
      {why && (
        <p className={classes.why}>
          <IconRoute size={16} aria-hidden />
          {t(task.state === "planned" ? "mine.why_here" : "mine.why", { why })}
        </p>
      )}
      {task.wish && <p className={classes.wish}>{t("mine.wish", { wish: task.wish })}</p>}
      {task.note && <p className={classes.note}>{task.note}</p>}
      {big &&
        task.notes.map((one) => (
          <p key={`${one.at} ${one.by}`} className={classes.note}>
            {one.text}
            <span className="dim"> · {one.by}, {formats.dayTime(one.at, now)}</span>
          </p>
        ))}
    </div>
  );
}
