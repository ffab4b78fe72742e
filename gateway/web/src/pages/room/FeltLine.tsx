/** How the room will feel at the door, or feels to who is in it, by PMV: one line with what is assumed for it. */
import { useTranslation } from "react-i18next";
import { useRoomComfort } from "../../api/comfortQueries";
import { useFormats } from "../../frame/me";
import { signed } from "../../parts/arrivalRecord";
import { useHotelNow } from "../../time/clock";
import classes from "./Room.module.css";
import { feeling } from "./felt";

/** `occupied`: how an empty room feels now is nobody's question. */
export function FeltLine({ number, occupied }: { number: string; occupied: boolean }) {
  const { t } = useTranslation();
  const { temperature, dayTime } = useFormats();
  const now = useHotelNow();
  const comfort = useRoomComfort(number).data;
  const vote = comfort?.at_door ?? (occupied ? comfort?.now : null);
  if (comfort === undefined || vote?.pmv == null || vote.ppd_percent == null) return null;
  const isAhead = vote === comfort.at_door;
  return (
    <p className={classes.felt} data-testid="felt">
      {isAhead ? t("felt.at_door", { time: dayTime(vote.at, now) }) : t("felt.now")} {t(`felt.${feeling(vote.pmv)}`)} ·{" "}
      {t("felt.figures", { pmv: signed(vote.pmv), dissatisfied: Math.round(vote.ppd_percent) })}{" "}
      <span className="dim">
        {t("felt.assumed", {
          clothing: comfort.clothing_clo.toFixed(1),
          metabolic: comfort.metabolic_met.toFixed(1),
          air: comfort.air_speed_metres_per_second.toFixed(1),
          radiant: temperature(vote.radiant_celsius),
        })}
        {vote.humidity_assumed && ` · ${t("felt.humidity_assumed", { percent: Math.round(vote.humidity_percent) })}`}
      </span>
    </p>
  );
}
