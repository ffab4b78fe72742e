/** One attendant's list: the hours, how full they are, and the rooms in their order. Takes what is dropped on it. */
import { ActionIcon, Button, Menu } from "@mantine/core";
import { IconCheck, IconDotsVertical, IconMoodSick, IconTrash, IconUser, IconUsers } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type Lane, useCallInSick, useRemoveShift } from "../../../api/board";
import { useFormats } from "../../../frame/me";
import { useTell } from "../../../parts/tell";
import classes from "./Board.module.css";
import { isOpen, type Put, readDragged } from "./dragging";
import { TaskCard } from "./TaskCard";

export function LaneColumn({ lane, lanes, onMove }: { lane: Lane; lanes: Lane[]; onMove: Put }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const tell = useTell();
  const sick = useCallInSick();
  const remove = useRemoveShift();
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
      <header className={classes.laneHead}>
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
          {!away && (
            <Menu position="bottom-end">
              <Menu.Target>
                <ActionIcon variant="subtle" color="gray" size={40} aria-label={t("shifts.more", { name: shift.name })} data-testid={`lane-menu-${shift.name}`}>
                  <IconDotsVertical size={18} />
                </ActionIcon>
              </Menu.Target>
              <Menu.Dropdown>
                <Menu.Item
                  leftSection={<IconMoodSick size={16} />}
                  onClick={() =>
                    sick.mutate(shift.id, {
                      onSuccess: () => tell.done(t("shifts.sick_done", { name: shift.name })),
                      onError: tell.refused,
                    })
                  }
                  data-testid={`sick-${shift.name}`}
                >
                  {t("shifts.sick")}
                </Menu.Item>
                <Menu.Item
                  leftSection={<IconTrash size={16} />}
                  disabled={lane.tasks.length > 0}
                  onClick={() => remove.mutate(shift.id, { onError: tell.refused })}
                >
                  {t("shifts.remove")}
                </Menu.Item>
              </Menu.Dropdown>
            </Menu>
          )}
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
      {sick.isPending && <Button loading variant="subtle" aria-label={t("board.replan")} />}
      <ol className={classes.tasks}>
        {open.map((planned_task) => (
          <TaskCard key={planned_task.task.id} planned={planned_task} shift={shift.id} lanes={lanes} order={planned} onMove={onMove} />
        ))}
      </ol>
    </section>
  );
}
