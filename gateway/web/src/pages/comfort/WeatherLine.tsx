/** Where the weather of the hours ahead comes from, and how old that is. */
import { IconAlertTriangle, IconCloud, IconThermometer, IconQuestionMark } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useWeather } from "../../api/comfortQueries";
import type { Weather } from "../../api/types";
import { useFormats } from "../../frame/me";
import { type Look, Mark } from "../../parts/marks";
import { useHotelNow } from "../../time/clock";
import classes from "./Comfort.module.css";

const looks: Record<Weather["source"], Look> = {
  forecast: { icon: IconCloud, tone: "done" },
  sensor: { icon: IconThermometer, tone: "done" },
  memory: { icon: IconAlertTriangle, tone: "attention" },
  none: { icon: IconQuestionMark, tone: "attention" },
};

export function WeatherLine() {
  const { t } = useTranslation();
  const { temperature, when } = useFormats();
  const now = useHotelNow();
  const weather = useWeather().data;
  if (weather === undefined) return null;
  const ages = [
    weather.sensed_at === null ? t("weather.no_sensor") : t("weather.sensed", { celsius: temperature(weather.sensed_celsius), when: when(weather.sensed_at, now) }),
    weather.forecast_made_at !== null
      ? t("weather.forecast", { when: when(weather.forecast_made_at, now) })
      : weather.forecast_expected
        ? t("weather.forecast_silent")
        : t("weather.no_forecast"),
    ...weather.faults.map((fault) => t(`weather.faults.${fault}`)),
  ];
  return (
    <div className={classes.weather} data-testid="weather">
      <Mark
        boxed
        look={looks[weather.source]}
        word={
          weather.outdoor_celsius === null
            ? t(`weather.sources.${weather.source}`)
            : `${temperature(weather.outdoor_celsius)} · ${t(`weather.sources.${weather.source}`)}`
        }
      />
      <span className="dim">{ages.join(" · ")}</span>
    </div>
  );
}
