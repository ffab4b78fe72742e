/** The tickets that make a figure, each a way to open it. */
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { TicketRef } from "../../../api/preventive";
import classes from "./Preventive.module.css";

const MOST_SHOWN = 24;

export function TicketLinks({ tickets }: { tickets: TicketRef[] }) {
  const { t } = useTranslation();
  if (tickets.length === 0) return null;
  return (
    <span className={classes.tickets}>
      {tickets.slice(0, MOST_SHOWN).map((one) => (
        <Link key={one.id} to={`/maintenance/tickets/${one.id}`}>
          #{one.number}
        </Link>
      ))}
      {tickets.length > MOST_SHOWN && <span className="dim">{t("preventive.more", { count: tickets.length - MOST_SHOWN })}</span>}
    </span>
  );
}
