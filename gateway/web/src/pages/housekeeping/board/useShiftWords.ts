import { useTranslation } from "react-i18next";
import type { Shift } from "../../../api/board";
import { useFormats } from "../../../frame/me";
import { UNKNOWN } from "../../../time/format";

/** A shift's fields by name, and what stands in them, for telling what somebody else changed. */
export function useShiftWords(others: readonly Shift[]) {
  const { t } = useTranslation();
  const formats = useFormats();
  return {
    name: (field: keyof Shift): string => t(`shifts.fields.${field}`),
    tell: (field: keyof Shift, of: Shift): string => {
      switch (field) {
        case "starts_at":
        case "ends_at":
          return formats.time(of[field]);
        case "breaks":
          return of.breaks.map((one) => `${formats.time(one.starts_at)}–${formats.time(one.ends_at)}`).join(", ") || UNKNOWN;
        case "floors":
          return of.floors.join(", ") || UNKNOWN;
        case "skills":
          return of.skills.map((one) => t(`task_kinds.${one}`)).join(", ") || UNKNOWN;
        case "pair_with":
          return others.find((other) => other.id === of.pair_with)?.name ?? UNKNOWN;
        case "state":
          return t(`shifts.states.${of.state}`);
        default:
          return String(of[field] ?? UNKNOWN);
      }
    },
  };
}
