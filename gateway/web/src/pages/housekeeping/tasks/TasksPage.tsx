/** All tasks of the business date: who has what, how far it is, what nobody has; the day sheet on paper. */
import { Alert, Button, Menu, SegmentedControl, Select, Skeleton } from "@mantine/core";
import { IconChecklist, IconPlus, IconPrinter } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type Task, useDayTasks } from "../../../api/tasks";
import { useFormats, useMe, useSentence } from "../../../frame/me";
import { Empty } from "../../../parts/Empty";
import { ExportMenu } from "../../../parts/ExportMenu";
import { FilterSelect } from "../../../parts/FilterSelect";
import lists from "../../../parts/List.module.css";
import { useSearchPut } from "../../../parts/useSearchPut";
import { useHotelNow } from "../../../time/clock";
import { workedSeconds } from "../mine/order";
import { DaySheet } from "./DaySheet";
import { filtersOf, floors, type Group, grouped, groupsOf, holders, kinds, passes, states } from "./list";
import { MakeTask } from "./MakeTask";
import { TaskDrawer } from "./TaskDrawer";
import { kindIcon, stateLook } from "./taskLook";
import classes from "./Tasks.module.css";
import { useWhy } from "./useWhy";

export function TasksPage() {
  const { t } = useTranslation();
  const { may, property } = useMe();
  const sentence = useSentence();
  const tasks = useDayTasks(property.business_date);
  const [search, put] = useSearchPut();
  const [making, setMaking] = useState(false);
  const filters = filtersOf(search);

  if (tasks.error && !tasks.data) return <Alert color="orange">{sentence(tasks.error)}</Alert>;
  if (!tasks.data) return <Skeleton height={420} radius={12} />;
  const all = tasks.data;
  const shown = all.filter((task) => passes(task, filters));
  const chosen = all.find((task) => task.id === search.get("task"));
  return (
    <>
      <div className={lists.bar}>
        <Select
          aria-label={t("tasks.filters.state")}
          value={filters.state}
          onChange={(value) => put({ state: value === "open" ? null : value })}
          data={[
            { value: "open", label: t("tasks.open") },
            ...states.map((one) => ({ value: one, label: t(`task_states.${one}`) })),
            { value: "all", label: t("tasks.all_states") },
          ]}
          allowDeselect={false}
          w={170}
          data-testid="filter-state"
        />
        <FilterSelect
          label={t("tasks.filters.kind")}
          value={filters.kind}
          onChange={(value) => put({ kind: value })}
          data={kinds.map((one) => ({ value: one, label: t(`task_kinds.${one}`) }))}
          width={170}
          testId="filter-kind"
        />
        <FilterSelect
          label={t("tasks.filters.who")}
          value={filters.who}
          onChange={(value) => put({ who: value })}
          data={[{ value: "none", label: t("tasks.nobody") }, ...holders(all).map((one) => ({ value: one.id, label: one.name }))]}
          width={150}
          testId="filter-who"
        />
        <FilterSelect
          label={t("tasks.filters.floor")}
          value={filters.floor}
          onChange={(value) => put({ floor: value })}
          data={floors(all).map((one) => ({ value: one, label: t("tasks.floor", { floor: one }) }))}
          width={120}
        />
        <SegmentedControl
          value={filters.by}
          onChange={(value) => put({ by: value === "attendant" ? null : value })}
          data={grouped.map((one) => ({ value: one, label: t(`tasks.by.${one}`) }))}
          aria-label={t("tasks.grouped")}
        />
        <span className={lists.push} />
        <ExportMenu table="tasks" query={{ date: property.business_date }}>
          <Menu.Item leftSection={<IconPrinter size={16} />} onClick={() => window.print()} data-testid="print-sheet">
            {t("tasks.day_sheet")}
          </Menu.Item>
        </ExportMenu>
        {may("ask_housekeeping") && (
          <Button leftSection={<IconPlus size={18} />} onClick={() => setMaking(true)} data-testid="make-task">
            {t("tasks.make")}
          </Button>
        )}
      </div>
      {shown.length === 0 ? (
        <div className={classes.screen}>
          <Empty icon={IconChecklist} title={t("tasks.none_title")} text={t(all.length > 0 ? "tasks.no_match" : "tasks.none_text")} />
        </div>
      ) : (
        <div className={classes.groups}>
          {groupsOf(shown, filters.by).map((group) => (
            <TaskGroup key={group.key} group={group} by={filters.by} onOpen={(task) => put({ task: task.id }, true)} />
          ))}
        </div>
      )}
      <DaySheet tasks={all} date={property.business_date} />
      {making && <MakeTask onClose={() => setMaking(false)} />}
      {chosen && <TaskDrawer task={chosen} onClose={() => put({ task: null }, true)} />}
    </>
  );
}

function TaskGroup({ group, by, onOpen }: { group: Group; by: (typeof grouped)[number]; onOpen: (task: Task) => void }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const name =
    by === "state"
      ? t(`task_states.${group.name ?? ""}`)
      : by === "floor"
        ? group.name === null
          ? t("tasks.no_floor")
          : t("tasks.floor", { floor: group.name })
        : (group.name ?? t("tasks.nobody"));
  return (
    <section className={`card ${classes.group}`} aria-label={name}>
      <h2 className={classes.groupName}>
        {name}
        <span className="dim">
          {t("tasks.count", { count: group.tasks.length })}
          {group.minutesLeft > 0 && ` · ${t("tasks.left", { span: formats.span(group.minutesLeft) })}`}
        </span>
      </h2>
      {group.tasks.map((task) => (
        <TaskRow key={task.id} task={task} showWho={by !== "attendant"} onOpen={() => onOpen(task)} />
      ))}
    </section>
  );
}

function TaskRow({ task, showWho, onOpen }: { task: Task; showWho: boolean; onOpen: () => void }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const now = useHotelNow();
  const why = useWhy()(task.why);
  const Kind = kindIcon[task.kind];
  const look = stateLook[task.state];
  const due = task.due_at ?? task.response_due_at;
  const open = task.state === "planned" || task.state === "started" || task.state === "paused";
  const late = open && due !== null && Date.parse(due) < now;
  return (
    <button type="button" className={`${lists.row} ${classes.task}`} onClick={onOpen} data-testid={`task-row-${task.id}`} data-kind={task.kind}>
      <b className={lists.number}>{task.room ?? task.area}</b>
      <span className={lists.cut}>
        <span className={lists.with}>
          <Kind size={17} aria-hidden />
          {t(`task_kinds.${task.kind}`)}
          {task.re_clean_of && <span className="tone-attention"> · {t("mine.re_clean")}</span>}
        </span>
        <span className={`dim ${lists.second} ${lists.oneLine}`}>
          {[task.wish, task.note, why, showWho ? (task.attendant ?? t("tasks.nobody")) : null].filter(Boolean).join(" · ")}
        </span>
      </span>
      <span className={`tone-${look.tone} ${lists.with}`}>
        <look.icon size={17} aria-hidden />
        <span>
          {t(`task_states.${task.state}`)}
          {task.not_serviced_reason && ` · ${t(`not_serviced.${task.not_serviced_reason}`)}`}
          {task.inspection?.state === "waiting" && task.state === "finished" && (
            <span className={`tone-attention ${lists.second} ${lists.oneLine}`}>{t("tasks.waits_for_inspection")}</span>
          )}
        </span>
      </span>
      <span className={classes.time}>
        {open ? formats.span(task.minutes) : task.finished_at ? formats.span(workedSeconds(task, now) / 60) : ""}
        {open && due && <span className={`${late ? "tone-wrong" : "dim"} ${lists.second} ${lists.oneLine}`}>{t("mine.due", { when: formats.dayTime(due, now) })}</span>}
        {!open && task.finished_at && <span className={`dim ${lists.second} ${lists.oneLine}`}>{formats.dayTime(task.finished_at, now)}</span>}
      </span>
    </button>
  );
}
