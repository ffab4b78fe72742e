/** The climate chart's words in the person's language, zone and unit. */
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { Device } from "../../api/types";
import { useFormats } from "../../frame/me";
import { useTold } from "../../parts/told";
import { hotelNow } from "../../time/clock";
import { inUnit, shortDate } from "../../time/format";
import { wallTime } from "../../time/zone";
import type { ChartWords } from "./chart";

export function useChartWords(devices: readonly Device[]): ChartWords {
  const { t, i18n } = useTranslation();
  const { dayTime, zone, unit, temperature } = useFormats();
  const told = useTold(devices);
  return useMemo<ChartWords>(
    () => ({
      measured: t("chart.measured"),
      wanted: t("chart.wanted"),
      forecast: t("chart.forecast"),
      hold: t("chart.hold"),
      finish: t("chart.finish"),
      eta: t("chart.eta"),
      door: t("chart.door"),
      commands: t("chart.commands"),
      window: t("chart.window"),
      plantOff: t("chart.plant_off"),
      now: t("chart.now"),
      unit: unit === "fahrenheit" ? "°F" : "°C",
      time: (at) => dayTime(at, hotelNow()),
      axisTime: (at) => {
        const wall = wallTime(at, zone);
        return wall.time === "00:00" ? shortDate(wall.date, i18n.language) : wall.time;
      },
      degrees: (celsius) => temperature(celsius),
      convert: (celsius) => Math.round(inUnit(celsius, unit) * 100) / 100,
      command: told.command,
      event: told.event,
    }),
    [t, i18n.language, dayTime, zone, unit, temperature, told.command, told.event],
  );
}
