/** The figures of reliability as words: never a bare number where little is known. */
import { useTranslation } from "react-i18next";
import type { ReliabilityFigures } from "../../../api/preventive";
import classes from "../preventive/Preventive.module.css";
import { usePreventiveWords } from "../preventive/usePreventiveWords";

const DAY_HOURS = 24;

/** Hours as days from two days on. */
export function useSpan(): (hours: number) => string {
  const { t } = useTranslation();
  const words = usePreventiveWords();
  return (hours) =>
    hours >= 2 * DAY_HOURS
      ? t("reliability.days", { days: words.number(hours / DAY_HOURS, hours < 20 * DAY_HOURS ? 1 : 0) })
      : t("reliability.hours", { hours: words.number(hours, 1) });
}

/** Time between failures with what is known of it. */
export function Between({ found }: { found: ReliabilityFigures }) {
  const { t } = useTranslation();
  const span = useSpan();
  if (found.mtbf_hours === null) {
    return (
      <>
        <b>{found.mtbf_at_least_hours === null ? "–" : `≥ ${span(found.mtbf_at_least_hours)}`}</b>
        <span className={classes.small}>{t("reliability.none_seen")}</span>
      </>
    );
  }
  return (
    <>
      <b>{span(found.mtbf_hours)}</b>
      <span className={classes.small}>
        {found.mtbf_low_hours !== null && found.mtbf_high_hours !== null && t("reliability.between", { low: span(found.mtbf_low_hours), high: span(found.mtbf_high_hours) })}
        {found.few_failures && ` · ${t("reliability.few", { count: found.failures.length })}`}
      </span>
    </>
  );
}

export function Repair({ found }: { found: ReliabilityFigures }) {
  const { t } = useTranslation();
  const span = useSpan();
  return (
    <>
      <b>{found.mttr_hours === null ? "–" : span(found.mttr_hours)}</b>
      <span className={classes.small}>
        {found.mttr_hours === null ? t("reliability.no_repair") : t(found.few_repairs ? "reliability.of_few_repairs" : "reliability.of_repairs", { count: found.repairs.length })}
      </span>
    </>
  );
}
