/** One task: what it is, who has it, what a supervisor may do with it, and everything that happened to it. */
import { Button, Divider, Drawer, Group, Select, Skeleton, Stack, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useStaff } from "../../../api/staff";
import { type Task, type TaskState, useEditTask, useTaskAction, useTaskHistory } from "../../../api/tasks";
import { useFormats, useMe } from "../../../frame/me";
import { Photos } from "../../../parts/PhotoField";
import { useTell } from "../../../parts/tell";
import { useHotelNow } from "../../../time/clock";
import { TaskFacts } from "../mine/TaskFacts";
import { workedSeconds } from "../mine/order";
import { states } from "./list";
import lists from "../../../parts/List.module.css";

export function TaskDrawer({ task, onClose }: { task: Task; onClose: () => void }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const now = useHotelNow();
  return (
    <Drawer
      opened
      onClose={onClose}
      position="right"
      size={480}
      title={
        <Text fw={650} size="lg" span>
          {task.room ?? task.area} · {t(`task_kinds.${task.kind}`)}
        </Text>
      }
      closeButtonProps={{ "aria-label": t("do.close") }}
    >
      <Stack gap="md" data-testid="task-drawer">
        <TaskFacts task={task} />
        <dl className={lists.facts}>
          <dt>{t("tasks.filters.who")}</dt>
          <dd>{task.attendant ?? t("tasks.nobody")}</dd>
          <dt>{t("tasks.planned_for")}</dt>
          <dd>{formats.span(task.minutes)}</dd>
          {task.started_at && (
            <>
              <dt>{t("tasks.worked")}</dt>
              <dd>{formats.span(workedSeconds(task, now) / 60)}</dd>
            </>
          )}
          {task.inspection && (
            <>
              <dt>{t("task_kinds.inspection")}</dt>
              <dd>
                {t(`tasks.inspections.${task.inspection.state}`)}
                {task.inspection.by && ` · ${task.inspection.by}`}
              </dd>
            </>
          )}
          {task.cancel_reason && (
            <>
              <dt>{t("tasks.reason")}</dt>
              <dd>{task.cancel_reason}</dd>
            </>
          )}
        </dl>
        <Assign task={task} />
        <SetRight task={task} />
        <Divider label={t("tasks.history")} labelPosition="left" />
        <History task={task} />
      </Stack>
    </Drawer>
  );
}

/** A task that has begun is taken over; one that has not simply changes hands. */
function Assign({ task }: { task: Task }) {
  const { t } = useTranslation();
  const tell = useTell();
  const { may } = useMe();
  const staff = useStaff(may("see_staff"));
  const edit = useEditTask(task.id);
  const act = useTaskAction(task.id);
  const begun = task.state === "started" || task.state === "paused";
  if (!may("see_staff") || !may("inspect") || (task.state !== "planned" && !begun)) return null;
  const people = (staff.data ?? []).filter((one) => one.active && one.roles.includes("attendant"));
  const given = {
    onSuccess: () => tell.done(t("tasks.given")),
    onError: tell.refused,
  };
  return (
    <Select
      label={t(begun ? "tasks.take_over_by" : "tasks.who_does_it")}
      placeholder={t("tasks.nobody")}
      value={task.attendant_id}
      data={people.map((one) => ({ value: one.id, label: one.name }))}
      onChange={(value) => {
        if (value === task.attendant_id) return;
        if (begun) act.mutate({ action: "take_over", seen_state: task.state, attendant_id: value, photos: [] }, given);
        else edit.mutate({ version: task.version, edit: { attendant_id: value } }, given);
      }}
      disabled={edit.isPending || act.isPending}
      clearable={!begun}
      clearButtonProps={{ "aria-label": t("tasks.nobody") }}
      data-testid="assign"
    />
  );
}

/** Calling a task off and setting it right: both say why. */
function SetRight({ task }: { task: Task }) {
  const { t } = useTranslation();
  const tell = useTell();
  const act = useTaskAction(task.id);
  const [doing, setDoing] = useState<"cancel" | "correct" | null>(null);
  const [to, setTo] = useState<TaskState | null>(null);
  const [reason, setReason] = useState("");
  const possible = (["cancel", "correct"] as const).filter((one) => task.may.includes(one));
  if (possible.length === 0) return null;
  const targets = states.filter((one) => one !== task.state && one !== "re_clean");
  const complete = reason.trim() !== "" && (doing === "cancel" || to !== null);
  return (
    <Stack gap="sm">
      <div className={lists.chips}>
        {possible.map((one) => (
          <Button
            key={one}
            variant={one === doing ? "filled" : "default"}
            onClick={() => setDoing(one === doing ? null : one)}
            data-testid={`task-${one}`}
          >
            {t(`tasks.do.${one}`)}
          </Button>
        ))}
      </div>
      {doing && (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            if (!complete) return;
            act.mutate(
              { action: doing, seen_state: task.state, reason: reason.trim(), photos: [], ...(doing === "correct" ? { to_state: to } : {}) },
              {
                onSuccess: () => {
                  setDoing(null);
                  setReason("");
                  tell.done(t(`tasks.told.${doing}`));
                },
                onError: tell.refused,
              },
            );
          }}
        >
          <Stack gap="sm">
            {doing === "correct" && (
              <Select
                label={t("tasks.correct_to")}
                value={to}
                onChange={(value) => setTo(targets.find((one) => one === value) ?? null)}
                data={targets.map((one) => ({ value: one, label: t(`task_states.${one}`) }))}
                data-testid="correct-to"
              />
            )}
            <Group align="flex-end">
              <TextInput
                label={t("tasks.reason")}
                value={reason}
                maxLength={200}
                onChange={(event) => setReason(event.currentTarget.value)}
                style={{ flex: 1 }}
                data-testid="task-reason"
              />
              <Button type="submit" disabled={!complete} loading={act.isPending} data-testid="task-reason-save">
                {t("do.save")}
              </Button>
            </Group>
          </Stack>
        </form>
      )}
    </Stack>
  );
}

function History({ task }: { task: Task }) {
  const { t, i18n } = useTranslation();
  const formats = useFormats();
  const now = useHotelNow();
  const history = useTaskHistory(task.id);
  if (!history.data) return <Skeleton height={120} />;
  return (
    <ol className={lists.steps}>
      {[...history.data].reverse().map((step) => {
        const photos = Array.isArray(step.detail.photos) ? step.detail.photos.filter((one) => typeof one === "string") : [];
        // The house gives its reasons as codes, people in words.
        const told = ["not_serviced", "task_why"].map((part) => `${part}.${step.reason ?? ""}`).find((key) => i18n.exists(key));
        const said = [told ? t(told) : /^[a-z_]+$/.test(step.reason ?? "") ? null : step.reason, step.note];
        return (
          <li key={step.number} style={step.taken_back ? { textDecoration: "line-through" } : undefined}>
            <b>{i18n.exists(`tasks.steps.${step.action}`) ? t(`tasks.steps.${step.action}`) : t(`task_states.${step.state}`)}</b> ·{" "}
            {i18n.exists(`by.${step.by}`) ? t(`by.${step.by}`) : step.by} · {formats.dayTime(step.at, now)}
            {said.some(Boolean) && <div className="dim">{said.filter(Boolean).join(" · ")}</div>}
            {photos.length > 0 && <Photos photos={photos} />}
          </li>
        );
      })}
    </ol>
  );
}
