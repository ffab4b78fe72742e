/** Tasks on nobody's list, each with why and what would help. What is dropped here leaves its list. */
import { IconUserQuestion } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { Lane, LeftOut } from "../../../api/board";
import classes from "./Board.module.css";
import { type Put, readDragged } from "./dragging";
import { TaskCard } from "./TaskCard";
import { useBoardWords } from "./useBoardWords";

export function NobodysColumn({ left, lanes, planned, onMove }: { left: LeftOut[]; lanes: Lane[]; planned: boolean; onMove: Put }) {
  const { t } = useTranslation();
  const words = useBoardWords();
  const nameOf = (shift: string) => lanes.find((lane) => lane.shift.id === shift)?.shift.name ?? "";
  return (
    <section
      className={classes.lane}
      data-nobody
      aria-label={t("board.nobodys")}
      data-testid="lane-nobody"
      onDragOver={(event) => event.preventDefault()}
      onDrop={(event) => {
        event.preventDefault();
        const dragged = readDragged(event);
        if (dragged?.from) onMove(dragged.task, dragged.from, null);
      }}
    >
      <header className={classes.laneHead}>
        <div className={classes.who}>
          <IconUserQuestion size={18} aria-hidden />
          <b>{t("board.nobodys")}</b>
          <span className="dim">{left.length}</span>
        </div>
      </header>
      <ol className={classes.tasks}>
        {left.map(({ task, reason, help }) => (
          <TaskCard
            key={task.id}
            planned={{ task, planned_start: null, planned_end: null }}
            shift={null}
            lanes={lanes}
            order={[]}
            onMove={onMove}
            note={
              planned
                ? [t(`board.left_out.${reason ?? "not_planned"}`), words.help(help, nameOf)].filter(Boolean).join(" ")
                : undefined
            }
          />
        ))}
      </ol>
    </section>
  );
}
