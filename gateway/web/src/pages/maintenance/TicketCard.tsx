/** A ticket in a list: how urgent, what, where, who, how long it has. */
import { IconAlertTriangle, IconCamera, IconClock, IconCpu, IconRepeat } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { Ticket } from "../../api/tickets";
import { useFormats } from "../../frame/me";
import { Mark } from "../../parts/marks";
import { useFlash } from "../../parts/useFlash";
import { useHotelNow } from "../../time/clock";
import classes from "./Maintenance.module.css";
import { priorityLook, stateLook } from "./ticketLook";
import { useTicketTitle } from "./useTicketWords";

export function TicketCard({ ticket, focused = false }: { ticket: Ticket; focused?: boolean }) {
  const { t } = useTranslation();
  const title = useTicketTitle();
  const flash = useFlash<HTMLAnchorElement>(`${ticket.state} ${ticket.assigned_to ?? ""} ${ticket.priority}`);
  return (
    <Link
      to={`/maintenance/tickets/${ticket.id}`}
      ref={flash}
      className={classes.card}
      data-priority={ticket.priority}
      data-focused={focused || undefined}
      data-testid={`ticket-${ticket.number}`}
    >
      <span className={classes.cardHead}>
        <b className={classes.where}>{ticket.room ?? ticket.area ?? ticket.asset_id}</b>
        <span className="dim">#{ticket.number}</span>
        <span className={classes.push} />
        <Mark look={priorityLook[ticket.priority]} word={t(`priorities.${ticket.priority}`)} />
      </span>
      <span className={classes.title}>{title(ticket)}</span>
      {ticket.text && <span className={`dim ${classes.clip}`}>{ticket.text}</span>}
      <span className={classes.cardFoot}>
        <Mark
          look={stateLook[ticket.state]}
          word={
            ticket.hold_reason ? t(`hold_reasons.${ticket.hold_reason}`) : t(`ticket_states.${ticket.state}`)
          }
        />
        <span>{ticket.assigned_to ?? t("maintenance.nobody")}</span>
        {ticket.source === "system" && <IconCpu size={15} aria-label={t("maintenance.found_by_house")} />}
        {ticket.photos.length > 0 && <IconCamera size={15} aria-label={t("maintenance.has_photos")} />}
        {ticket.reopened > 0 && <IconRepeat size={15} aria-label={t("maintenance.reopened")} />}
      </span>
      <Due ticket={ticket} />
    </Link>
  );
}

/** The clock that counts now: to accept it, or to repair it. */
export function Due({ ticket }: { ticket: Ticket }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const now = useHotelNow();
  if (ticket.ended_at !== null) return null;
  if (ticket.repair === "stopped" && ticket.repair_left_seconds !== null) {
    return (
      <span className={`dim ${classes.due}`}>
        <IconClock size={15} aria-hidden />
        {t("maintenance.clock_stopped", { left: formats.span(Math.max(1, ticket.repair_left_seconds / 60)) })}
      </span>
    );
  }
  const responding = ticket.responded_at === null;
  const due = responding ? ticket.due_response_at : ticket.due_repair_at;
  if (due === null) return null;
  const late = Date.parse(due) < now;
  const tone = late ? "tone-wrong" : ticket.at_risk ? "tone-attention" : "dim";
  return (
    <span className={`${tone} ${classes.due}`}>
      {late || ticket.at_risk ? <IconAlertTriangle size={15} aria-hidden /> : <IconClock size={15} aria-hidden />}
      {late
        ? t(responding ? "maintenance.accept_late" : "maintenance.repair_late", { when: formats.dayTime(due, now) })
        : t(responding ? "maintenance.accept_by" : "maintenance.repair_by", { when: formats.when(due, now) })}
      {!late && ticket.at_risk && ` · ${t("maintenance.at_risk")}`}
    </span>
  );
}
