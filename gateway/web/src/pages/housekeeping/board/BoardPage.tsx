/** The day's board: who does what in which order, what cannot be met and what would help, what changed and why. */
import { Alert, Button, Skeleton } from "@mantine/core";
import { IconAlertTriangle, IconPlus, IconRefresh, IconRoute, IconUsersGroup } from "@tabler/icons-react";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { useBoard, useMoveTask, usePlanBoard, useReplanBoard } from "../../../api/board";
import { useRooms } from "../../../api/queries";
import { useMe, useSentence } from "../../../frame/me";
import { Empty } from "../../../parts/Empty";
import { useTell } from "../../../parts/tell";
import { Reminders } from "../tasks/Reminders";
import { AddShift } from "./AddShift";
import classes from "./Board.module.css";
import { Changes } from "./Changes";
import { LaneColumn } from "./LaneColumn";
import { NobodysColumn } from "./NobodysColumn";
import { Quality } from "./Quality";
import { QueueContext } from "./queue";
import { useBoardWords } from "./useBoardWords";

/** How many cannot-be-met lines stand on the page before the rest is only counted. */
const MOST_LATE = 6;

export function BoardPage() {
  const { t } = useTranslation();
  const { property } = useMe();
  const sentence = useSentence();
  const tell = useTell();
  const words = useBoardWords();
  const date = property.business_date;
  const board = useBoard(date);
  const plan = usePlanBoard();
  const replan = useReplanBoard();
  const move = useMoveTask();
  const [adding, setAdding] = useState(false);
  const rooms = useRooms();
  const queue = useMemo(
    () => new Map((rooms.data ?? []).flatMap(({ number, queue_since: since }) => (since === null ? [] : [[number, since] as const]))),
    [rooms.data],
  );

  if (board.error && !board.data) return <Alert color="orange">{sentence(board.error)}</Alert>;
  if (!board.data) return <Skeleton height={420} radius={12} />;
  const { lanes, unassigned, infeasible, version } = board.data;
  const held = [...lanes.flatMap((lane) => lane.tasks), ...unassigned].map(({ task }) => task);
  const nameOf = (shift: string) => lanes.find((lane) => lane.shift.id === shift)?.shift.name ?? "";
  const put = (task: string, from: string | null, to: string | null, before?: string) =>
    move.mutate({ task_id: task, shift_id: to, seen_shift_id: from ?? "", before: before ?? null }, { onError: tell.refused });

  return (
    <div className={classes.page}>
      <div className={classes.bar} data-coach="plan">
        <Button
          leftSection={<IconRoute size={18} />}
          variant={version === 0 ? "filled" : "default"}
          disabled={lanes.length === 0}
          loading={plan.isPending}
          onClick={() => plan.mutate(date, { onSuccess: () => tell.done(t("board.planned")), onError: tell.refused })}
          data-testid="board-plan"
        >
          {t("board.plan")}
        </Button>
        {version > 0 && (
          <Button
            leftSection={<IconRefresh size={18} />}
            loading={replan.isPending}
            onClick={() => replan.mutate(date, { onSuccess: () => tell.done(t("board.mended")), onError: tell.refused })}
            data-testid="board-replan"
          >
            {t("board.replan")}
          </Button>
        )}
        <Button variant="default" leftSection={<IconPlus size={18} />} onClick={() => setAdding(true)} data-testid="add-shift">
          {t("shifts.add")}
        </Button>
        <span className={classes.push} />
        <Quality board={board.data} />
      </div>
      {infeasible.length > 0 && (
        <Alert color="orange" icon={<IconAlertTriangle size={20} />} title={t("board.late", { count: infeasible.length })}>
          <ul className={classes.late}>
            {infeasible.slice(0, MOST_LATE).map((late) => (
              <li key={late.task_id}>
                <b>{late.room}</b> {words.late(late)}
                {late.help.length > 0 && <span className="dim"> {words.help(late.help, nameOf)}</span>}
              </li>
            ))}
          </ul>
          {infeasible.length > MOST_LATE && t("board.more_late", { count: infeasible.length - MOST_LATE })}
        </Alert>
      )}
      <Reminders of="supervisor" tasks={held} />
      <Changes board={board.data} />
      {lanes.length === 0 ? (
        <Empty
          icon={IconUsersGroup}
          title={t("board.none_title")}
          text={t("board.none_text")}
          action={<Button onClick={() => setAdding(true)}>{t("shifts.add")}</Button>}
        />
      ) : (
        <QueueContext value={queue}>
          <div className={classes.lanes}>
            {unassigned.length > 0 && <NobodysColumn left={unassigned} lanes={lanes} planned={version > 0} onMove={put} />}
            {lanes.map((lane) => (
              <LaneColumn key={lane.shift.id} lane={lane} lanes={lanes} version={version} onMove={put} />
            ))}
          </div>
        </QueueContext>
      )}
      {adding && <AddShift others={lanes.map((lane) => lane.shift)} onClose={() => setAdding(false)} />}
    </div>
  );
}
