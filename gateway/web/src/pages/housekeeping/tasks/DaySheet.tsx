/** The day on paper, a page for each attendant; the screen never shows it. No guest's name. */
import { useTranslation } from "react-i18next";
import type { Task } from "../../../api/tasks";
import { useFormats } from "../../../frame/me";
import { hotelNow } from "../../../time/clock";
import { shortDate } from "../../../time/format";
import { groupsOf } from "./list";
import classes from "./Tasks.module.css";

export function DaySheet({ tasks, date }: { tasks: readonly Task[]; date: string }) {
  const { t, i18n } = useTranslation();
  const formats = useFormats();
  const listed = tasks.filter((task) => task.state !== "cancelled" && task.kind !== "inspection");
  return (
    <div className={classes.sheet} data-testid="day-sheet">
      {groupsOf(listed, "attendant").map((group) => (
        <section key={group.key}>
          <h2>
            {group.name ?? t("tasks.nobody")} · {shortDate(date, i18n.language, true)}
          </h2>
          <table>
            <thead>
              <tr>
                {(["room", "kind", "minutes", "due", "notes", "began", "done"] as const).map((column) => (
                  <th key={column} scope="col" className={column === "began" || column === "done" ? classes.box : undefined}>
                    {t(`tasks.sheet.${column}`)}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {group.tasks.map((task) => (
                <tr key={task.id}>
                  <td>
                    <b>{task.room ?? task.area}</b>
                  </td>
                  <td>{t(`task_kinds.${task.kind}`)}</td>
                  <td>{Math.round(task.minutes)}</td>
                  <td>{task.due_at ? formats.dayTime(task.due_at, hotelNow()) : ""}</td>
                  <td>
                    {[
                      task.wish,
                      task.note,
                      task.priority === "vip" ? t("vip") : null,
                      task.earliest_at ? t("mine.not_before", { when: formats.time(task.earliest_at) }) : null,
                      ...task.supplies.map((supply) => `${supply.count} × ${supply.text}`),
                    ]
                      .filter(Boolean)
                      .join(" · ")}
                  </td>
                  <td>{task.started_at ? formats.time(task.started_at) : ""}</td>
                  <td>{task.finished_at ? formats.time(task.finished_at) : ""}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      ))}
    </div>
  );
}
