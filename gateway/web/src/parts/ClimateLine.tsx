import { IconWindow } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { Climate } from "../api/types";
import { useFormats } from "../frame/me";
import { useHotelNow } from "../time/clock";
import classes from "./parts.module.css";
import { lookOfAction, Mark, offlineLook } from "./marks";
import { minutesUntil } from "./roomFacts";

/** "24.1° → 22.0°  ❄ cooling · 14 min": now, wanted, what the AC does, and how long it still takes. */
export function ClimateLine({ climate }: { climate: Climate }) {
  const { t } = useTranslation();
  const { degrees, span } = useFormats();
  const now = useHotelNow();
  const doing = lookOfAction(climate.action);
  const look = climate.online === false ? offlineLook : (doing?.look ?? null);
  const word = climate.online === false ? t("climate.offline") : doing === null ? "" : t(`actions.${doing.action}`);
  const left = climate.phase === "preconditioning" ? minutesUntil(climate.ready_at, now) : null;
  return (
    <span className={classes.climate}>
      <span className={classes.degrees}>
        <b>{degrees(climate.temperature_celsius)}</b>
        {climate.wanted_celsius !== null && (
          <>
            <span className="dim" aria-label={t("climate.wanted")}>
              {" → "}
            </span>
            {degrees(climate.wanted_celsius)}
          </>
        )}
      </span>
      {climate.window_open === true ? (
        <Mark look={{ icon: IconWindow, tone: "attention" }} word={t("climate.window_open")} />
      ) : (
        look && <Mark look={look} word={left === null ? word : span(left)} title={word} />
      )}
    </span>
  );
}
