/** The inspection round: what waits for a look, passed with one tap, sent back with two. Works offline. */
import { Alert, Button, Skeleton, TextInput } from "@mantine/core";
import { IconChecks, IconEyeCheck, IconRepeat } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type Task, useDayTasks } from "../../../api/tasks";
import { useFormats, useMe, useSentence } from "../../../frame/me";
import { Empty } from "../../../parts/Empty";
import { PhotoField } from "../../../parts/PhotoField";
import { useTell } from "../../../parts/tell";
import { usePhotoOperations } from "../../../parts/usePhotoOperations";
import { useHotelNow } from "../../../time/clock";
import { workedSeconds } from "../mine/order";
import { compareTasks, mayBeInspected, waitsForInspection } from "../tasks/list";
import { kindIcon } from "../tasks/taskLook";
import { useActOnTask, useTaskOperation } from "../tasks/useActOnTask";
import classes from "./Round.module.css";

const failings = ["bathroom", "bed", "dust", "floor", "towels", "smell"] as const;

export function RoundPage() {
  const { t } = useTranslation();
  const { property } = useMe();
  const sentence = useSentence();
  const tasks = useDayTasks(property.business_date);
  if (tasks.error && !tasks.data) return <Alert color="orange">{sentence(tasks.error)}</Alert>;
  if (!tasks.data) return <Skeleton height={420} radius={12} />;
  const waiting = tasks.data.filter(waitsForInspection).sort(compareTasks);
  const others = tasks.data.filter(mayBeInspected).sort(compareTasks);
  return (
    <div className={classes.page}>
      {waiting.length === 0 ? (
        <Empty icon={IconEyeCheck} title={t("round.none_title")} text={t("round.none_text")} />
      ) : (
        waiting.map((task) => <Clean key={task.id} task={task} />)
      )}
      {others.length > 0 && (
        <>
          <h2 className={classes.title}>{t("round.others", { count: others.length })}</h2>
          {others.map((task) => (
            <Clean key={task.id} task={task} />
          ))}
        </>
      )}
    </div>
  );
}

function Clean({ task }: { task: Task }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const now = useHotelNow();
  const tell = useTell();
  const act = useActOnTask();
  const [again, setAgain] = useState(false);
  const Kind = kindIcon[task.kind];
  const where = task.room ?? task.area ?? "";
  const pass = async () => {
    await act(task, { action: "inspect_pass" });
    tell.done(t("round.passed", { where }), () => void act({ ...task, state: "inspected" }, { action: "undo" }), `passed-${task.id}`);
  };
  return (
    <section className={`card ${classes.clean}`} aria-label={where} data-testid={`inspect-${where}`}>
      <div className={classes.head}>
        <b className={classes.room}>{where}</b>
        <span className={classes.facts}>
          <span className={classes.kind}>
            <Kind size={18} aria-hidden />
            {t(`task_kinds.${task.kind}`)}
            {task.re_clean_of && <span className="tone-attention"> · {t("mine.re_clean")}</span>}
          </span>
          <span className="dim">
            {[
              task.finished_by,
              task.finished_at && formats.dayTime(task.finished_at, now),
              formats.span(workedSeconds(task, now) / 60),
              task.inspection?.demanded_by && t(`round.rules.${task.inspection.demanded_by}`),
            ]
              .filter(Boolean)
              .join(" · ")}
          </span>
        </span>
        <div className={classes.buttons}>
          <Button
            size="lg"
            variant={again ? "filled" : "default"}
            color="orange.9"
            leftSection={<IconRepeat size={22} />}
            onClick={() => setAgain((before) => !before)}
            aria-expanded={again}
            data-testid="inspect-fail"
          >
            {t("task_actions.inspect_fail")}
          </Button>
          <Button size="lg" color="teal.9" leftSection={<IconChecks size={24} />} onClick={() => void pass()} data-testid="inspect-pass">
            {t("task_actions.inspect_pass")}
          </Button>
        </div>
      </div>
      {again && <Again task={task} where={where} onDone={() => setAgain(false)} />}
    </section>
  );
}

/** Why it is cleaned again: a tap on the usual word sends it; photos and own words go along. */
function Again({ task, where, onDone }: { task: Task; where: string; onDone: () => void }) {
  const { t } = useTranslation();
  const tell = useTell();
  const keep = usePhotoOperations();
  const operation = useTaskOperation();
  const [photos, setPhotos] = useState<Blob[]>([]);
  const [words, setWords] = useState("");
  const send = async (reason: string) => {
    const kept = await keep(photos, operation(task, { action: "inspect_fail", reason }));
    if (!kept) return;
    tell.done(t("round.sent_back", { where }));
    onDone();
  };
  return (
    <div className={classes.again}>
      <div className={classes.chips}>
        {failings.map((one) => (
          <Button
            key={one}
            size="md"
            radius="xl"
            variant="default"
            onClick={() => void send([t(`round.failings.${one}`), words.trim()].filter(Boolean).join(": "))}
            data-testid={`fail-${one}`}
          >
            {t(`round.failings.${one}`)}
          </Button>
        ))}
      </div>
      <form
        className={classes.own}
        onSubmit={(event) => {
          event.preventDefault();
          if (words.trim() !== "") void send(words.trim());
        }}
      >
        <TextInput
          aria-label={t("round.own_words")}
          placeholder={t("round.own_words")}
          value={words}
          maxLength={150}
          onChange={(event) => setWords(event.currentTarget.value)}
          size="md"
        />
        <Button type="submit" size="md" variant="default" disabled={words.trim() === ""}>
          {t("round.send")}
        </Button>
      </form>
      <PhotoField photos={photos} onChange={setPhotos} />
    </div>
  );
}
