/** The task in hand: minutes, checklist, and the buttons that end it. */
import { Button, Checkbox, Group, Text } from "@mantine/core";
import { IconCheck, IconPlayerPause, IconPlayerPlay } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { Task } from "../../../api/tasks";
import type { Room } from "../../../api/types";
import { useFormats } from "../../../frame/me";
import { useHotelNow } from "../../../time/clock";
import { useActOnTask } from "../tasks/useActOnTask";
import classes from "./Mine.module.css";
import { Extras } from "./Extras";
import { NotServiced } from "./NotServiced";
import { workedSeconds } from "./order";
import { TaskFacts } from "./TaskFacts";

export function CurrentTask({ task, room }: { task: Task; room?: Room }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const now = useHotelNow();
  const act = useActOnTask();
  const minutes = workedSeconds(task, now) / 60;
  // What somebody else has in hand is theirs to end.
  const mine = task.may.includes("finish");
  const long = minutes > task.minutes * 1.25;
  return (
    <section className={`card ${classes.current}`} data-state={task.state} data-testid={`task-${task.room ?? task.id}`} aria-label={task.room ?? task.area ?? ""}>
      <TaskFacts task={task} room={room} big />
      <p className={`${classes.minutes} ${long ? "tone-attention" : ""}`}>
        {t(task.state === "paused" ? "mine.paused_after" : "mine.at_work", {
          spent: formats.span(minutes),
          planned: formats.span(task.minutes),
        })}
      </p>
      {task.supplies.length > 0 && (
        <Text size="sm">
          <b>{t("mine.take_along")}</b> {task.supplies.map((supply) => `${supply.count} × ${supply.text}`).join(", ")}
        </Text>
      )}
      {task.checklist && task.checklist.items.length > 0 && (
        <div className={classes.checklist}>
          {task.checklist.items.map((item) => (
            <Checkbox
              key={item.key}
              size="md"
              label={item.text}
              checked={item.done}
              onChange={(event) => void act(task, { action: "tick", checklist: { [item.key]: event.currentTarget.checked } })}
            />
          ))}
        </div>
      )}
      {mine && (
        <div className={classes.buttons}>
          {task.state === "started" ? (
            <Button size="xl" variant="default" leftSection={<IconPlayerPause size={24} />} onClick={() => void act(task, { action: "pause" })} data-testid="pause">
              {t("task_actions.pause")}
            </Button>
          ) : (
            <Button size="xl" variant="default" leftSection={<IconPlayerPlay size={24} />} onClick={() => void act(task, { action: "resume" })} data-testid="resume">
              {t("task_actions.resume")}
            </Button>
          )}
          <Button size="xl" color="teal.9" leftSection={<IconCheck size={26} />} onClick={() => void act(task, { action: "finish" })} data-testid="finish">
            {t("task_actions.finish")}
          </Button>
        </div>
      )}
      <Extras task={task} />
      <Group gap="xs">
        <NotServiced task={task} size="md" />
        {mine && (
          <Button variant="subtle" color="gray" onClick={() => void act(task, { action: "undo" })} data-testid="task-undo">
            {t("mine.take_back")}
          </Button>
        )}
      </Group>
    </section>
  );
}
