/** The list is another one now: what is new and why, what is gone and to whom. Stands until it is seen. */
import { Alert, Button } from "@mantine/core";
import { IconBellRinging } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { type Task, useTaskHistory } from "../../../api/tasks";
import { anyNews, type News } from "./news";
import classes from "./Mine.module.css";

/** So many lines; the rest is only counted. */
const MOST_LINES = 4;

export function NewsNote({ news, onSeen }: { news: News; onSeen: () => void }) {
  const { t } = useTranslation();
  if (!anyNews(news)) return null;
  const more = Math.max(0, news.added.length - MOST_LINES) + Math.max(0, news.gone.length - MOST_LINES);
  return (
    <Alert color="blue" icon={<IconBellRinging size={22} />} title={t("news.title")} role="status" data-testid="news">
      <ul className={classes.news}>
        {news.added.slice(0, MOST_LINES).map((task) => (
          <Added key={task.id} task={task} />
        ))}
        {news.gone.slice(0, MOST_LINES).map((task) => (
          <li key={task.id}>
            <b>{task.room ?? task.area}</b>{" "}
            {task.state === "cancelled"
              ? t("news.called_off")
              : task.attendant === null
                ? t("news.off_your_list")
                : t("news.now_with", { name: task.attendant })}
          </li>
        ))}
        {more > 0 && <li>{t("news.more", { count: more })}</li>}
        {news.moved && <li>{t("news.moved")}</li>}
      </ul>
      <Button size="md" onClick={onSeen} data-testid="news-seen">
        {t("news.seen")}
      </Button>
    </Alert>
  );
}

/** Its own history says who gave it and because of what. */
function Added({ task }: { task: Task }) {
  const { t, i18n } = useTranslation();
  const history = useTaskHistory(task.id);
  const given = history.data?.findLast((step) => step.attendant_id === task.attendant_id);
  const cause = given && i18n.exists(`board.causes.${given.cause}`) ? t(`board.causes.${given.cause}`) : null;
  return (
    <li>
      <b>{task.room ?? task.area}</b> {t(`task_kinds.${task.kind}`)}
      {cause !== null && <span className="dim"> · {t("news.because", { cause })}</span>}
    </li>
  );
}
