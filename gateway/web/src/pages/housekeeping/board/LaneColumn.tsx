/** One attendant's list: the hours, how full they are, and the rooms in their order. Takes what is dropped on it. */
import { IconCheck, IconMoodSick, IconUser, IconUsers } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Lane } from "../../../api/board";
import { useFormats } from "../../../frame/me";
import classes from "./Board.module.css";
import { isOpen, type Put, readDragged } from "./dragging";
import { LaneMenu } from "./LaneMenu";
import { TaskCard } from "./TaskCard";

export function LaneColumn({ lane, lanes, version, onMove }: { lane: Lane; lanes: Lane[]; version: number; onMove: Put }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const [over, setOver] = useState(false);
  const { shift } = lane;
  const open = lane.tasks.filter(({ task }) => isOpen(task));
  const done = lane.tasks.length - open.length;
  const away = shift.state === "sick" || shift.state === "ended";
  const partner = lanes.find((other) => other.shift.id === shift.pair_with)?.shift.name;
  const planned = open.filter(({ task }) => task.state === "planned").map(({ task }) => task.id);

  return (
    <section
      className={classes.lane}
      data-over={over}
      data-away={away}
      data-testid={`lane-${shift.name}`}
      aria-label={shift.name}
      onDragOver={(event) => {
        if (away) return;
        event.preventDefault();
        setOver(true);
      }}
      onDragEnd={() => setOver(false)}
      onDragLeave={() => setOver(false)}
      onDropCapture={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        const dragged = readDragged(event);
        if (dragged) onMove(dragged.task, dragged.from, shift.id);
      }}
    >
      <header className={classes.laneHead} data-coach="lanes">
        <div className={classes.who}>
          {partner ? <IconUsers size={18} aria-hidden /> : <IconUser size={18} aria-hidden />}
          <b>{shift.name}</b>
          {shift.staff_id === null && <span className="dim">{t("shifts.agency")}</span>}
          {away && (
            <span className={`tone-wrong ${classes.inline}`}>
              <IconMoodSick size={16} aria-hidden />
              {t(`shifts.states.${shift.state}`)}
            </span>
          )}
          <span className={classes.push} />
          <LaneMenu lane={lane} others={lanes.map((other) => other.shift).filter((other) => other.id !== shift.id)} version={version} />
        </div>
        <span className="dim">
          {formats.time(shift.starts_at)} – {formats.time(shift.ends_at)}
          {shift.floors.length > 0 && ` · ${t("shifts.on_floors", { floors: shift.floors.join(", ") })}`}
          {shift.section && ` · ${shift.section}`}
          {partner && ` · ${t("shifts.with", { name: partner })}`}
        </span>
        <span className="dim">
          {t("board.load", { load: formats.span(lane.load_minutes), walking: formats.span(lane.walking_minutes) })}
        </span>
        {done > 0 && (
          <span className={`tone-done ${classes.inline}`}>
            <IconCheck size={16} aria-hidden />
            {t("board.done", { done, all: lane.tasks.length })}
          </span>
        )}
      </header>
      <ol className={classes.tasks}>
        {open.map((planned_task) => (
          <TaskCard key={planned_task.task.id} planned={planned_task} shift={shift.id} lanes={lanes} order={planned} onMove={onMove} />
        ))}
      </ol>
    </section>
  );
}
