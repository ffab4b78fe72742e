/** A task on the board: where, what, when, why here. It is dragged, or moved with the buttons of its menu. */
import { ActionIcon, Menu } from "@mantine/core";
import {
  IconArrowDown,
  IconArrowUp,
  IconClock,
  IconDotsVertical,
  IconLock,
  IconLockOpen,
  IconStar,
  IconUserCheck,
  IconUserMinus,
  IconUserQuestion,
} from "@tabler/icons-react";
import { use } from "react";
import { useTranslation } from "react-i18next";
import { type Lane, type PlannedTask, useLockTask } from "../../../api/board";
import { useFormats } from "../../../frame/me";
import { useTell } from "../../../parts/tell";
import { useWaiting } from "../../../parts/useWaiting";
import { useHotelNow } from "../../../time/clock";
import { kindIcon, stateLook } from "../tasks/taskLook";
import { useWhy } from "../tasks/useWhy";
import classes from "./Board.module.css";
import { QueueContext } from "./queue";
import { type Put, readDragged, writeDragged } from "./dragging";

export function TaskCard({
  planned: { task, planned_start, planned_end },
  shift,
  lanes,
  order,
  onMove,
  note,
}: {
  planned: PlannedTask;
  /** whose list it is on; null = nobody's */
  shift: string | null;
  lanes: Lane[];
  /** the ids of the list's tasks that are not begun, in their order */
  order: string[];
  onMove: Put;
  /** why it is on nobody's list */
  note?: string;
}) {
  const { t } = useTranslation();
  const formats = useFormats();
  const tell = useTell();
  const now = useHotelNow();
  const lock = useLockTask();
  const waiting = useWaiting();
  const queued = use(QueueContext).get(task.room ?? "");
  const why = useWhy()(task.why);
  const Kind = kindIcon[task.kind];
  const look = stateLook[task.state];
  const where = task.room ?? task.area ?? "";
  const movable = task.state === "planned";
  const late = task.due_at !== null && planned_end !== null && Date.parse(planned_end) > Date.parse(task.due_at);
  const place = order.indexOf(task.id);
  const there = lanes.filter((lane) => lane.shift.id !== shift && lane.shift.state !== "sick" && lane.shift.state !== "ended");

  return (
    <li
      className={classes.task}
      draggable={movable}
      data-state={task.state}
      data-testid={`board-task-${where}`}
      onDragStart={(event) => writeDragged(event, task.id, shift)}
      onDragOver={(event) => {
        if (movable && shift !== null) event.preventDefault();
      }}
      onDrop={(event) => {
        if (!movable || shift === null) return;
        event.preventDefault();
        event.stopPropagation();
        const dragged = readDragged(event);
        if (dragged && dragged.task !== task.id) onMove(dragged.task, dragged.from, shift, task.id);
      }}
    >
      <div className={classes.facts}>
        <span className={classes.inline}>
          <b className={classes.room}>{where}</b>
          <Kind size={17} aria-hidden />
          {t(`task_kinds.${task.kind}`)}
        </span>
        {task.state !== "planned" && (
          <span className={`tone-${look.tone} ${classes.inline}`}>
            <look.icon size={16} aria-hidden />
            {t(`task_states.${task.state}`)}
          </span>
        )}
        <span className={classes.marks}>
          {planned_start && planned_end && (
            <span className={late ? `tone-wrong ${classes.inline}` : classes.inline}>
              <IconClock size={15} aria-hidden />
              {formats.time(planned_start)} – {formats.time(planned_end)}
            </span>
          )}
          {task.due_at && <span className={late ? "tone-wrong" : "dim"}>{t("mine.due", { when: formats.dayTime(task.due_at, now) })}</span>}
          {task.priority === "queue" && (
            <span className={`tone-attention ${classes.inline}`}>
              <IconUserQuestion size={15} aria-hidden />
              {queued === undefined ? t("board.queue") : waiting(queued)}
            </span>
          )}
          {task.priority === "vip" && (
            <span className={`tone-attention ${classes.inline}`}>
              <IconStar size={15} aria-hidden />
              {t("vip")}
            </span>
          )}
          {task.locked && (
            <span className={classes.inline}>
              <IconLock size={15} aria-hidden />
              {t("board.locked")}
            </span>
          )}
        </span>
        {note ? <span className="tone-attention">{note}</span> : why && <span className="dim">{why}</span>}
      </div>
      {movable && (
        <Menu position="bottom-end" shadow="md">
          <Menu.Target>
            <ActionIcon variant="subtle" color="gray" size={40} aria-label={t("board.more", { where })} data-testid={`board-menu-${where}`}>
              <IconDotsVertical size={18} />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown className={classes.menu}>
            {shift !== null && (
              <>
                <Menu.Item
                  leftSection={<IconArrowUp size={16} />}
                  disabled={place <= 0}
                  onClick={() => onMove(task.id, shift, shift, order[place - 1])}
                  data-testid={`earlier-${where}`}
                >
                  {t("board.earlier")}
                </Menu.Item>
                <Menu.Item
                  leftSection={<IconArrowDown size={16} />}
                  disabled={place === order.length - 1}
                  onClick={() => onMove(task.id, shift, shift, order[place + 2])}
                >
                  {t("board.later")}
                </Menu.Item>
                <Menu.Item
                  leftSection={task.locked ? <IconLockOpen size={16} /> : <IconLock size={16} />}
                  onClick={() => lock.mutate({ task_id: task.id, locked: !task.locked }, { onError: tell.refused })}
                  data-testid={`lock-${where}`}
                >
                  {t(task.locked ? "board.unlock" : "board.lock")}
                </Menu.Item>
                <Menu.Item leftSection={<IconUserMinus size={16} />} onClick={() => onMove(task.id, shift, null)}>
                  {t("board.take_off")}
                </Menu.Item>
              </>
            )}
            {there.length > 0 && <Menu.Label>{t("board.move_to")}</Menu.Label>}
            {there.map(({ shift: other }) => (
              <Menu.Item
                key={other.id}
                leftSection={<IconUserCheck size={16} />}
                onClick={() => onMove(task.id, shift, other.id)}
                data-testid={`move-${where}-${other.name}`}
              >
                {other.name}
              </Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
      )}
    </li>
  );
}
