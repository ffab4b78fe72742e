/** The tickets that each figure of reliability is made of. */
import { useTranslation } from "react-i18next";
import type { ReliabilityFigures, TicketRef } from "../../../api/preventive";
import classes from "../preventive/Preventive.module.css";
import { TicketLinks } from "../preventive/TicketLinks";
import { usePreventiveWords } from "../preventive/usePreventiveWords";
import { useSpan } from "./Figures";

export function ReliabilityTickets({ found }: { found: ReliabilityFigures }) {
  const { t } = useTranslation();
  const words = usePreventiveWords();
  const span = useSpan();
  const lines: [string, TicketRef[]][] = [
    ["failures", found.failures],
    ["repairs", found.repairs],
    ["downtime", found.downtime],
    ["gone", found.gone_by_itself],
    ["open", found.open],
    ["costs", found.costs],
  ];
  const told = lines.filter(([, tickets]) => tickets.length > 0);
  return (
    <>
      {told.length === 0 && <p className="dim">{t("reliability.no_tickets")}</p>}
      <dl className={classes.figures} style={{ margin: 0 }}>
        {told.map(([name, tickets]) => (
          <div key={name}>
            <dt className={classes.small}>{t(`reliability.made_of.${name}`)}</dt>
            <dd style={{ margin: 0 }}>
              <TicketLinks tickets={tickets} />
            </dd>
          </div>
        ))}
        <div>
          <dt className={classes.small}>{t("reliability.operating")}</dt>
          <dd style={{ margin: 0 }}>{span(found.operating_hours)}</dd>
        </div>
        {found.valued_minutes > 0 && (
          <div>
            <dt className={classes.small}>{t("reliability.valued")}</dt>
            <dd style={{ margin: 0 }}>
              {t("reliability.valued_as", {
                minutes: t("reliability.minutes", { minutes: words.number(found.valued_minutes) }),
                money: words.money(found.valued_cents),
              })}
            </dd>
          </div>
        )}
        {found.unpriced_minutes > 0 && (
          <div>
            <dt className={classes.small}>{t("reliability.unpriced")}</dt>
            <dd style={{ margin: 0 }}>{t("reliability.minutes", { minutes: words.number(found.unpriced_minutes) })}</dd>
          </div>
        )}
      </dl>
    </>
  );
}
