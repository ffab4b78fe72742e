/** Plans, dates and figures of preventive work in words. */
import { useTranslation } from "react-i18next";
import type { PreventivePlan } from "../../../api/preventive";
import { money, shortDate } from "../../../time/format";

type Basis = Record<string, unknown>;

export function usePreventiveWords() {
  const { t, i18n } = useTranslation();
  const number = (value: number, digits = 0) => new Intl.NumberFormat(i18n.language, { maximumFractionDigits: digits }).format(value);
  const kind = (one: string) => (i18n.exists(`preventive.kinds.${one}`) ? t(`preventive.kinds.${one}`) : one.replaceAll("_", " "));
  return {
    number,
    kind,
    percent: (share: number) => new Intl.NumberFormat(i18n.language, { style: "percent", maximumFractionDigits: 0 }).format(share),
    money: (cents: number) => money(cents, i18n.language),
    day: (date: string) => shortDate(date, i18n.language, true),
    /** "every 3 months", "every 500 run hours", "battery below 20" */
    rhythm: ({ trigger }: Pick<PreventivePlan, "trigger">): string => {
      switch (trigger.by) {
        case "time":
          return t(`preventive.every_${trigger.unit}`, { count: trigger.every });
        case "meter":
          return t(`preventive.every_meter.${trigger.meter}`, { every: number(trigger.every) });
        case "condition":
          return t(`preventive.when.${trigger.side}`, { reading: t(`preventive.readings.${trigger.reading}`), threshold: number(trigger.threshold, 1) });
      }
    },
    covers: (plan: Pick<PreventivePlan, "kind" | "model" | "asset_id">): string =>
      plan.asset_id !== null ? t("preventive.one_asset") : [plan.kind && kind(plan.kind), plan.model].filter(Boolean).join(" · "),
    /** What makes it due: "484 of 500 run hours". */
    basis: (basis: Basis): string | null => {
      if (basis.by === "meter") {
        return t(`preventive.since.${String(basis.meter)}`, { since: number(Number(basis.since)), every: number(Number(basis.every)) });
      }
      if (basis.by === "condition") {
        return t("preventive.read", { reading: t(`preventive.readings.${String(basis.reading)}`), value: number(Number(basis.value), 1) });
      }
      return null;
    },
  };
}
