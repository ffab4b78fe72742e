/** How the room feels by PMV, in one line with what is assumed for it. */
import { useTranslation } from "react-i18next";
import { useRoomComfort } from "../../api/comfortQueries";
import { useFormats } from "../../frame/me";
import { signed } from "../../parts/arrivalRecord";
import classes from "./Room.module.css";
import { feeling } from "./felt";

export function FeltLine({ number }: { number: string }) {
  const { t } = useTranslation();
  const { temperature } = useFormats();
  const comfort = useRoomComfort(number).data;
  const now = comfort?.now;
  if (comfort === undefined || now?.pmv == null || now.ppd_percent == null) return null;
  return (
    <p className={classes.felt} data-testid="felt">
      {t(`felt.${feeling(now.pmv)}`)} · {t("felt.figures", { pmv: signed(now.pmv), dissatisfied: Math.round(now.ppd_percent) })}{" "}
      <span className="dim">
        {t("felt.assumed", {
          clothing: comfort.clothing_clo.toFixed(1),
          metabolic: comfort.metabolic_met.toFixed(1),
          air: comfort.air_speed_metres_per_second.toFixed(1),
          radiant: temperature(now.radiant_celsius),
        })}
        {now.humidity_assumed && ` · ${t("felt.humidity_assumed", { percent: Math.round(now.humidity_percent) })}`}
      </span>
    </p>
  );
}
