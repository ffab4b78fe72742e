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
    if (typeof value === "string") {
      if (MOMENT.test(value)) return formats.dayTime(value, now);
      return i18n.exists(`evidence_values.${value}`) ? t(`evidence_values.${value}`) : value;
    }
    if (typeof value === "number") return String(Math.round(value * 100) / 100);
    if (typeof value === "boolean") return value ? t("values.on") : t("values.off");
    if (Array.isArray(value)) return value.map(told).join(", ");
    return value === null || value === undefined ? "–" : JSON.stringify(value);
  };
  const name = (key: string): string => {
    const known = [`evidence.${key}`, `diagnosis.evidence.${key}`].find((one) => i18n.exists(one));
    return known === undefined ? key.replaceAll("_", " ") : t(known);
  };
  return (
    <section className="card" aria-label={t("maintenance.evidence")}>
      <h3 className={classes.partName}>{t("maintenance.evidence")}</h3>
      {ticket.evidence_dropped > 0 && <p className="dim">{t("maintenance.evidence_dropped", { count: ticket.evidence_dropped })}</p>}
      <ul className={classes.evidence}>
        {ticket.evidence.map((one, index) => (
          <li key={index}>
            {typeof one.kind === "string" && i18n.exists(`evidence_kinds.${one.kind}`) && <b>{t(`evidence_kinds.${one.kind}`)}</b>}
            {numbersOf(one).map(([key, value]) => (
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

/** Everything that one piece of evidence says, its numbers in a row with the rest; its kind stands before it. */
function numbersOf(evidence: Record<string, unknown>): [string, unknown][] {
  return Object.entries(evidence).flatMap(([key, value]): [string, unknown][] => {
    if (key === "kind") return [];
    return key === "values" && typeof value === "object" && value !== null ? Object.entries(value) : [[key, value]];
  });
}
