/** Reasons and events told in the person's language: the service sends a code and values, and English to fall back on. */
import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import { useFormats } from "../frame/me";
import { hotelNow } from "../time/clock";

/** "celsius", "wanted_celsius", "celsius_at_door" */
const IN_CELSIUS = /(^|_)celsius(_|$)/;
const AN_INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}/;

/** Values as people read them: instants as times, degrees with their unit, minutes as spans, words translated, lists in a row. */
export function useToldValues() {
  const { t, i18n } = useTranslation();
  const { dayTime, temperature, span } = useFormats();
  return useCallback(
    (values: Record<string, unknown>): Record<string, unknown> => {
      const told: Record<string, unknown> = {};
      for (const [name, value] of Object.entries(values)) {
        if (typeof value === "string" && AN_INSTANT.test(value)) told[name] = dayTime(value, hotelNow());
        else if (typeof value === "number" && IN_CELSIUS.test(name)) told[name] = temperature(value);
        else if (typeof value === "number" && name.endsWith("minutes")) told[name] = span(value);
        else if (typeof value === "string" && i18n.exists(`values.${name}.${value}`)) told[name] = t(`values.${name}.${value}`);
        else if (Array.isArray(value)) told[name] = value.map((one) => t(`values.${name}.${String(one)}`)).join(" · ");
        else told[name] = value;
      }
      return told;
    },
    [t, i18n, dayTime, temperature, span],
  );
}

/** The sentence of a reason code; the service's own English where the code is newer than this app. */
export function useReason() {
  const { t, i18n } = useTranslation();
  const told = useToldValues();
  return useCallback(
    (code: string, values: Record<string, unknown> | undefined, english: string): string => {
      const key = `reasons.${code}`;
      if (!i18n.exists(key)) return english;
      const sentence = t(key, told(values ?? {}));
      // A plan whose wish no room can fulfil says so behind whatever else it says.
      return values?.wished_celsius === undefined
        ? sentence
        : `${sentence} ${t("reasons.wish_out_of_range", told(values))}`;
    },
    [t, i18n, told],
  );
}
