/** Equipment in words: over what it is said, its days, its hours off. */
import { useTranslation } from "react-i18next";
import type { Equipment } from "../../../api/types";
import { useFormats } from "../../../frame/me";
import { useRoomTypes } from "../../../parts/useRoomTypes";
import { UNKNOWN } from "../../../time/format";
import { changesOver, hasPlant, shortTime } from "./equipmentDraft";

export const fields = ["kind", "heats_from", "cools_from", "off_hours", "frost_celsius"] as const;
export type EquipmentField = (typeof fields)[number];

export function useEquipmentWords() {
  const { t, i18n } = useTranslation();
  const { temperature } = useFormats();
  const types = useRoomTypes();
  const day = ({ month, day: of }: Equipment["heats_from"]) =>
    new Intl.DateTimeFormat(i18n.language === "zh-CN" ? "zh-CN" : "en-GB", { timeZone: "UTC", day: "numeric", month: "long" }).format(
      Date.UTC(2024, month - 1, of),
    );
  const monthName = (month: number) =>
    new Intl.DateTimeFormat(i18n.language === "zh-CN" ? "zh-CN" : "en-GB", { timeZone: "UTC", month: "long" }).format(Date.UTC(2024, month - 1, 1));
  const hours = (of: Equipment) => of.off_hours.map((off) => `${shortTime(off.start)}–${shortTime(off.until)}`).join(", ") || UNKNOWN;
  return {
    monthName,
    scope: (scope: string): string => {
      if (scope === "property") return t("equipment.property");
      const [kind = "", name = ""] = scope.split(/:(.*)/s);
      return kind === "type" ? types.name(name) : t("room.title", { number: name });
    },
    tell: (field: EquipmentField, of: Equipment): string => {
      switch (field) {
        case "kind":
          return t(`equipment.kinds.${of.kind}`);
        case "off_hours":
          return hours(of);
        case "frost_celsius":
          return temperature(of.frost_celsius);
        default:
          return day(of[field]);
      }
    },
    /** One line of what differs from a plain unit. */
    summary: (of: Equipment): string =>
      [
        changesOver(of.kind) ? t("equipment.seasons", { heats: day(of.heats_from), cools: day(of.cools_from) }) : null,
        hasPlant(of.kind) && of.off_hours.length > 0 ? t("equipment.off", { hours: hours(of) }) : null,
        t("equipment.frost", { celsius: temperature(of.frost_celsius) }),
      ]
        .filter(Boolean)
        .join(" · "),
  };
}
