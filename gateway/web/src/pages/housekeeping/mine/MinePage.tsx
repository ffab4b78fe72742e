/** An attendant's rooms in their order: what to do now, what comes next and why, what is done. Works offline. */
import { Alert, Button, Collapse, SegmentedControl, Skeleton } from "@mantine/core";
import { IconChevronDown, IconMoodSmile } from "@tabler/icons-react";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { useSearchParams } from "react-router";
import { useGoods } from "../../../api/finds";
import { useHousekeepingSettings } from "../../../api/housekeeping";
import { useRooms } from "../../../api/queries";
import { type Task, useDayTasks } from "../../../api/tasks";
import type { Room } from "../../../api/types";
import { useMe, useSentence } from "../../../frame/me";
import { Empty } from "../../../parts/Empty";
import { Reminders } from "../tasks/Reminders";
import { CurrentTask } from "./CurrentTask";
import { Extras } from "./Extras";
import classes from "./Mine.module.css";
import { NewsNote } from "./NewsNote";
import { NextTask } from "./NextTask";
import { dayOf, type Scope, usualScope } from "./order";
import { useNews } from "./useNews";

const scopes: Scope[] = ["mine", "free", "all"];
const NOBODYS: ReadonlySet<string> = new Set();
const NO_TASKS: readonly Task[] = [];

export function MinePage() {
  const { t } = useTranslation();
  const { staff, property } = useMe();
  const sentence = useSentence();
  const tasks = useDayTasks(property.business_date);
  // Read before it is asked for: the minibar is counted in rooms without network.
  useGoods("minibar");
  const settings = useHousekeepingSettings();
  const rooms = useRooms();
  const [search, setSearch] = useSearchParams();
  const [showDone, setShowDone] = useState(false);
  const small = settings.data?.small_house === true;
  const asked = scopes.find((one) => one === search.get("of"));
  const all = tasks.data ?? NO_TASKS;
  const scope = small ? "all" : (asked ?? usualScope(all));
  const byNumber = useMemo(() => new Map((rooms.data ?? []).map((room) => [room.number, room])), [rooms.data]);
  const mine = useMemo(() => dayOf(all, "mine", staff.id).next, [all, staff.id]);
  const { news, see } = useNews(staff.id, property.business_date, tasks.data ? mine : null, all);

  if (tasks.error && !tasks.data) return <Alert color="orange">{sentence(tasks.error)}</Alert>;
  if (!tasks.data) return <Skeleton height={420} radius={12} />;
  const day = dayOf(all, scope, staff.id);
  const [first, ...others] = day.next;
  const fresh = small ? NOBODYS : new Set(news.added.map((task) => task.id));
  const roomOf = (task: Task): Room | undefined => (task.room === null ? undefined : byNumber.get(task.room));

  return (
    <div className={classes.page}>
      <div className={classes.bar} data-coach="list">
        {!small && (
          <SegmentedControl
            value={scope}
            onChange={(value) => setSearch({ of: value }, { replace: true })}
            data={scopes.map((one) => ({ value: one, label: t(`mine.scopes.${one}`) }))}
            aria-label={t("mine.whose")}
          />
        )}
        <span className="dim">{t("mine.figures", { done: day.done.length, all: day.done.length + day.current.length + day.next.length })}</span>
      </div>
      <Reminders of={staff.id} tasks={all} />
      {!small && <NewsNote news={news} onSeen={see} />}
      <div className={classes.list} data-coach="now">
        {day.current.map((task) => (
          <CurrentTask key={task.id} task={task} room={roomOf(task)} />
        ))}
        {day.current.length === 0 && first && <NextTask task={first} room={roomOf(first)} first isNew={fresh.has(first.id)} />}
      </div>
      {day.current.length + day.next.length === 0 ? (
        <>
          <Extras task={null} />
          <Empty icon={IconMoodSmile} title={t(day.done.length > 0 ? "mine.all_done" : "mine.none_title")} text={t("mine.none_text")} />
        </>
      ) : (
        <List tasks={day.current.length === 0 ? others : day.next} roomOf={roomOf} fresh={fresh} />
      )}
      {day.done.length > 0 && (
        <>
          <Button
            variant="subtle"
            color="gray"
            rightSection={<IconChevronDown size={18} style={{ transform: showDone ? "rotate(180deg)" : undefined }} />}
            onClick={() => setShowDone((before) => !before)}
            aria-expanded={showDone}
            data-testid="show-done"
          >
            {t("mine.done", { count: day.done.length })}
          </Button>
          <Collapse expanded={showDone}>
            <List tasks={day.done} roomOf={() => undefined} fresh={NOBODYS} />
          </Collapse>
        </>
      )}
    </div>
  );
}

function List({ tasks, roomOf, fresh }: { tasks: Task[]; roomOf: (task: Task) => Room | undefined; fresh: ReadonlySet<string> }) {
  return (
    <div className={classes.list}>
      {tasks.map((task) => (
        <NextTask key={task.id} task={task} room={roomOf(task)} isNew={fresh.has(task.id)} />
      ))}
    </div>
  );
}
