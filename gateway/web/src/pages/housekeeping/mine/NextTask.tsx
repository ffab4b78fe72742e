/** A task that waits or has come to an end, one line; the first one has the big button. */
import { Button } from "@mantine/core";
import { IconArrowBackUp, IconPlayerPlay } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { Task } from "../../../api/tasks";
import type { Room } from "../../../api/types";
import { useFlash } from "../../../parts/useFlash";
import { hotelNow } from "../../../time/clock";
import { useActOnTask } from "../tasks/useActOnTask";
import classes from "./Mine.module.css";
import { Extras, TaskMenu } from "./Extras";
import { NotServiced } from "./NotServiced";
import { TaskFacts } from "./TaskFacts";

/** So long the service lets a person take an own tap back. */
const UNDO_MILLISECONDS = 120_000;

/** `isNew`: others put it on the list since the person last looked. */
export function NextTask({ task, room, first = false, isNew = false }: { task: Task; room?: Room; first?: boolean; isNew?: boolean }) {
  const { t } = useTranslation();
  const act = useActOnTask();
  const flash = useFlash<HTMLDivElement>(`${task.state} ${task.attendant_id ?? ""} ${task.sequence ?? ""}`);
  const planned = task.state === "planned";
  const fresh = !planned && hotelNow() - Date.parse(task.last_at) < UNDO_MILLISECONDS && task.may.includes("undo");
  return (
    <div ref={flash} className={`card ${first ? classes.first : classes.next}`} data-testid={`task-${task.room ?? task.id}`}>
      <TaskFacts task={task} room={room} big={first} isNew={isNew} />
      <div className={first ? classes.buttons : classes.side}>
        {planned && task.may.includes("start") && (
          <Button
            size={first ? "xl" : "md"}
            variant={first ? "filled" : "default"}
            leftSection={<IconPlayerPlay size={first ? 26 : 20} />}
            onClick={() => void act(task, { action: "start" })}
            data-testid="start"
          >
            {t("task_actions.start")}
          </Button>
        )}
        {planned && first && <NotServiced task={task} size="xl" />}
        {fresh && (
          <Button variant="subtle" leftSection={<IconArrowBackUp size={18} />} onClick={() => void act(task, { action: "undo" })} data-testid="task-undo">
            {t("mine.take_back")}
          </Button>
        )}
        {!first && <TaskMenu task={task} />}
      </div>
      {first && <Extras task={task} />}
    </div>
  );
}
