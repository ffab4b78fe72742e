/** An attendant's rooms in their order: what to do now, what comes next and why, what is done. Works offline. */
import { Alert, Button, Collapse, SegmentedControl, Skeleton } from "@mantine/core";
import { IconBottle, IconChevronDown, IconMoodSmile, IconTool, IconUmbrella } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useSearchParams } from "react-router";
import { useGoods } from "../../../api/finds";
import { type Task, useDayTasks } from "../../../api/tasks";
import { useMe, useSentence } from "../../../frame/me";
import { Empty } from "../../../parts/Empty";
import { CountDialog } from "../counts/CountDialog";
import { ReportFound } from "../found/ReportFound";
import { CurrentTask } from "./CurrentTask";
import { FaultDialog } from "./FaultDialog";
import classes from "./Mine.module.css";
import { NextTask } from "./NextTask";
import { dayOf, type Scope, usualScope } from "./order";

const scopes: Scope[] = ["mine", "free", "all"];

export function MinePage() {
  const { t } = useTranslation();
  const { staff, property } = useMe();
  const sentence = useSentence();
  const tasks = useDayTasks(property.business_date);
  // Read before it is asked for: the minibar is counted in rooms without network.
  useGoods("minibar");
  const [search, setSearch] = useSearchParams();
  const [dialog, setDialog] = useState<"found" | "minibar" | "fault" | null>(null);
  const [showDone, setShowDone] = useState(false);
  const asked = scopes.find((one) => one === search.get("of"));
  const scope = asked ?? usualScope(tasks.data ?? []);

  if (tasks.error && !tasks.data) return <Alert color="orange">{sentence(tasks.error)}</Alert>;
  if (!tasks.data) return <Skeleton height={420} radius={12} />;
  const day = dayOf(tasks.data, scope, staff.id);
  const [first, ...others] = day.next;
  // The room in hand is what a find, a count or a fault is most likely about.
  const here = day.current[0]?.room ?? null;

  return (
    <div className={classes.page}>
      <div className={classes.bar}>
        <SegmentedControl
          value={scope}
          onChange={(value) => setSearch({ of: value }, { replace: true })}
          data={scopes.map((one) => ({ value: one, label: t(`mine.scopes.${one}`) }))}
          aria-label={t("mine.whose")}
        />
        <span className="dim">{t("mine.figures", { done: day.done.length, all: day.done.length + day.current.length + day.next.length })}</span>
      </div>
      {day.current.map((task) => (
        <CurrentTask key={task.id} task={task} />
      ))}
      {day.current.length === 0 && first && <NextTask task={first} first />}
      <div className={classes.extras}>
        <Button variant="default" size="md" leftSection={<IconUmbrella size={20} />} onClick={() => setDialog("found")} data-testid="extra-found">
          {t("mine.found")}
        </Button>
        <Button variant="default" size="md" leftSection={<IconBottle size={20} />} onClick={() => setDialog("minibar")} data-testid="extra-minibar">
          {t("mine.minibar")}
        </Button>
        <Button variant="default" size="md" leftSection={<IconTool size={20} />} onClick={() => setDialog("fault")} data-testid="extra-fault">
          {t("mine.fault")}
        </Button>
      </div>
      {day.current.length + day.next.length === 0 ? (
        <Empty icon={IconMoodSmile} title={t(day.done.length > 0 ? "mine.all_done" : "mine.none_title")} text={t("mine.none_text")} />
      ) : (
        <List tasks={day.current.length === 0 ? others : day.next} />
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
            <List tasks={day.done} />
          </Collapse>
        </>
      )}
      {dialog === "found" && <ReportFound room={here} onClose={() => setDialog(null)} />}
      {dialog === "minibar" && <CountDialog stock="minibar" room={here} onClose={() => setDialog(null)} />}
      {dialog === "fault" && <FaultDialog room={here} onClose={() => setDialog(null)} />}
    </div>
  );
}

function List({ tasks }: { tasks: Task[] }) {
  return (
    <div className={classes.list}>
      {tasks.map((task) => (
        <NextTask key={task.id} task={task} />
      ))}
    </div>
  );
}
