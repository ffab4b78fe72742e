/** What shows the fault, as the house saw it. */
import { useTranslation } from "react-i18next";
import type { Ticket } from "../../../api/tickets";
import { useFormats } from "../../../frame/me";
import { useHotelNow } from "../../../time/clock";
import classes from "../Maintenance.module.css";

const MOMENT = /^\d{4}-\d{2}-\d{2}T/;

export function Evidence({ ticket }: { ticket: Ticket }) {
  const { t, i18n } = useTranslation();
  const formats = useFormats();
  const now = useHotelNow();
  const told = (value: unknown): string => {
    if (typeof value === "string") return MOMENT.test(value) ? formats.dayTime(value, now) : value;
    if (typeof value === "number") return String(Math.round(value * 100) / 100);
    if (typeof value === "boolean") return value ? t("values.on") : t("values.off");
    return value === null ? "–" : JSON.stringify(value);
  };
  const name = (key: string): string => (i18n.exists(`evidence.${key}`) ? t(`evidence.${key}`) : key.replaceAll("_", " "));
  return (
    <section className="card" aria-label={t("maintenance.evidence")}>
      <h3 className={classes.partName}>{t("maintenance.evidence")}</h3>
      {ticket.evidence_dropped > 0 && <p className="dim">{t("maintenance.evidence_dropped", { count: ticket.evidence_dropped })}</p>}
      <ul className={classes.evidence}>
        {ticket.evidence.map((one, index) => (
          <li key={index}>
            {Object.entries(one).map(([key, value]) => (
              <span key={key}>
                <span className="dim">{name(key)}</span> {told(value)}
              </span>
            ))}
          </li>
        ))}
      </ul>
    </section>
  );
}
