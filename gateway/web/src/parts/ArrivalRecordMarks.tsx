/** Pieces of an arrival's record as people read them: at the door, ready, energy, why it started then. */
import { IconAlertTriangle, IconCheck, IconQuestionMark } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { ArrivalRecord } from "../api/types";
import { useFormats } from "../frame/me";
import { errorOf, isMet, kilowattHours, signed } from "./arrivalRecord";
import { Mark } from "./marks";
import { useReason } from "./reason";

/** How warm it was when the door opened, against what was wanted. */
export function DoorMark({ record }: { record: ArrivalRecord }) {
  const { t } = useTranslation();
  const { temperature } = useFormats();
  const met = isMet(record);
  const error = errorOf(record);
  const look =
    met === null
      ? ({ icon: IconQuestionMark, tone: "quiet" } as const)
      : met
        ? ({ icon: IconCheck, tone: "done" } as const)
        : ({ icon: IconAlertTriangle, tone: "attention" } as const);
  const word =
    error === null
      ? t("comfort.unmeasured")
      : t("comfort.door", {
          found: temperature(record.temperature_celsius),
          wanted: temperature(record.wanted_celsius),
          error: `${signed(error)} K`,
        });
  return <Mark look={look} word={word} />;
}

/** When it was ready, and what had been promised. */
export function useReadyWords(): (record: ArrivalRecord) => { ready: string; promised: string | null } {
  const { t } = useTranslation();
  const { time } = useFormats();
  return (record) => ({
    ready: record.ready_at === null ? "–" : time(record.ready_at),
    promised:
      record.promised_early != null && record.promised_late != null
        ? t("comfort.promised", { early: time(record.promised_early), late: time(record.promised_late) })
        : null,
  });
}

/** What it took since the last guest left, by the room's meter. */
export function useEnergyWords(): (record: ArrivalRecord) => string {
  const { t } = useTranslation();
  return (record) =>
    record.vacant_watt_hours == null ? t("comfort.no_meter") : t("comfort.energy", { used: kilowattHours(record.vacant_watt_hours) });
}

/** One sentence: why it started when it did, or why it never did. */
export function useWhyStarted(): (record: ArrivalRecord) => string {
  const { t } = useTranslation();
  const reason = useReason();
  return (record) => {
    if (record.begun_code != null) {
      return reason(`started_${record.begun_code}`, record.begun_values ?? {}, record.begun_reason ?? "");
    }
    return record.walk_in ? t("comfort.walk_in") : t("comfort.never_begun");
  };
}
