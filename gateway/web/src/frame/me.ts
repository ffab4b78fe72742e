/** Who is signed in, and how this person's screen tells times, temperatures and refusals. */
import { createContext, useContext, useMemo } from "react";
import { useTranslation } from "react-i18next";
import { Problem } from "../api/client";
import type { Session } from "../api/types";
import { clockTime, dayAndTime, degrees, duration, money, relative, temperature, temperatureUnit } from "../time/format";
import { type Deed, may } from "./roles";

export const MeContext = createContext<Session | null>(null);

export function useMe(): Session & { may: (deed: Deed) => boolean } {
  const session = useContext(MeContext);
  if (session === null) throw new Error("useMe is for pages behind the sign-in");
  return useMemo(() => ({ ...session, may: (deed: Deed) => may(session.staff.roles, deed) }), [session]);
}

export function useFormats() {
  const { property } = useMe();
  const { i18n } = useTranslation();
  const language = i18n.language;
  return useMemo(() => {
    const unit = temperatureUnit(property.temperature_unit);
    const zone = property.timezone;
    const at = (time: string | number) => (typeof time === "number" ? time : Date.parse(time));
    return {
      unit,
      zone,
      language,
      /** "15:10" */
      time: (time: string | number) => clockTime(at(time), zone),
      /** "15:10", "tomorrow 15:10" */
      dayTime: (time: string | number, now: number) => dayAndTime(at(time), now, zone, language),
      /** "in 25 min", or null when it is far */
      relative: (time: string | number, now: number) => relative(at(time), now, language),
      /** "in 25 min · 15:10" when near, else "15:10" or "tomorrow 15:10" */
      when: (time: string | number, now: number) => {
        const near = relative(at(time), now, language);
        const told = dayAndTime(at(time), now, zone, language);
        return near === null ? told : `${near} · ${told}`;
      },
      /** "1,710.00" */
      money: (cents: number) => money(cents, language),
      span: (minutes: number) => duration(minutes, language),
      degrees: (celsius: number | null) => degrees(celsius, unit),
      temperature: (celsius: number | null) => temperature(celsius, unit),
    };
  }, [property.temperature_unit, property.timezone, language]);
}

/** Turns whatever went wrong into one sentence in the person's language. */
export function useSentence(): (error: unknown) => string {
  const { t, i18n } = useTranslation();
  return (error) => {
    if (!(error instanceof Problem)) return t("problems.unexpected");
    // Who was faster is named where the service says so.
    const withName = `problems.${error.code}_by`;
    const key = typeof error.values.by === "string" && i18n.exists(withName) ? withName : `problems.${error.code}`;
    if (i18n.exists(key)) return t(key, error.values);
    if (error.status === 403) return t("problems.forbidden");
    if (error.status >= 500) return t("problems.service_failed");
    return i18n.language === "en" ? error.message : t("problems.refused_because", { message: error.message });
  };
}
