/** The room's tickets, cleans and times off sale in one list, newest first (客房维护历史). */
import { Button, Skeleton } from "@mantine/core";
import { IconBarrierBlock, IconBrush, IconTool, IconVacuumCleaner, type Icon } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { type TimelineEntry, useRoomTimeline } from "../../api/tickets";
import { useFormats } from "../../frame/me";
import { useHotelNow } from "../../time/clock";
import { useTicketTitle } from "../maintenance/useTicketWords";
import classes from "./Room.module.css";

const icons: Record<TimelineEntry["kind"], Icon> = {
  ticket: IconTool,
  task: IconVacuumCleaner,
  cleanliness: IconBrush,
  availability: IconBarrierBlock,
};
const FIRST_SHOWN = 10;

export function RoomCare({ number }: { number: string }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const now = useHotelNow();
  const title = useTicketTitle();
  const timeline = useRoomTimeline(number);
  const [all, setAll] = useState(false);
  const text = (entry: TimelineEntry): string => {
    const values = entry.values as Record<string, unknown>;
    if (entry.kind === "ticket") {
      return `#${String(values.number)} ${title({ title_code: String(values.title_code) })} · ${t(`ticket_steps.${entry.code}`)}`;
    }
    if (entry.kind === "task") return `${t(`task_kinds.${String(values.kind)}`)} · ${t(`task_actions.${entry.code}`)}`;
    if (entry.kind === "cleanliness") return t(`axes.cleanliness.${entry.code}`);
    return `${t(`axes.availability.${entry.code}`)}${typeof values.reason === "string" ? ` · ${values.reason}` : ""}`;
  };
  const lines = timeline.data ?? [];
  return (
    <section className={`card ${classes.panel}`} aria-label={t("room_care.title")}>
      <div className={classes.panelHead}>
        <h2>{t("room_care.title")}</h2>
      </div>
      {timeline.data === undefined ? (
        <Skeleton height={160} />
      ) : lines.length === 0 ? (
        <p className="dim">{t("room_care.empty")}</p>
      ) : (
        <>
          <ul className={classes.timeline} data-testid="room-care">
            {lines.slice(0, all ? lines.length : FIRST_SHOWN).map((entry, index) => {
              const Glyph = icons[entry.kind];
              return (
                <li key={`${entry.at}-${index}`}>
                  <time dateTime={entry.at}>{formats.dayTime(entry.at, now)}</time>
                  <Glyph size={17} stroke={1.7} className={entry.kind === "ticket" ? "tone-attention" : "tone-quiet"} aria-hidden />
                  <span>
                    {entry.ticket_id ? <Link to={`/maintenance/tickets/${entry.ticket_id}`}>{text(entry)}</Link> : text(entry)}
                    <span className="dim"> · {entry.by}</span>
                  </span>
                </li>
              );
            })}
          </ul>
          {!all && lines.length > FIRST_SHOWN && (
            <Button variant="subtle" size="sm" mt="xs" onClick={() => setAll(true)}>
              {t("timeline.more", { count: lines.length - FIRST_SHOWN })}
            </Button>
          )}
        </>
      )}
    </section>
  );
}
