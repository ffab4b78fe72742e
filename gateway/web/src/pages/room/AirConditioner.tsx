import {
  type Icon,
  IconAirConditioning,
  IconArrowsHorizontal,
  IconDroplet,
  IconFlame,
  IconMinus,
  IconPlus,
  IconPower,
  IconRefresh,
  IconSnowflake,
  IconTemperature,
  IconWind,
} from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useFormats } from "../../frame/me";
import { useTold } from "../../parts/told";
import { inUnit } from "../../time/format";
import { AskLine, type DriveProps, useDeviceName } from "./AskLine";
import classes from "./Room.module.css";
import { useControl } from "./control";
import { useTaps } from "./useTaps";

const modeIcons: Record<string, Icon> = {
  off: IconPower,
  cool: IconSnowflake,
  heat: IconFlame,
  heat_cool: IconArrowsHorizontal,
  auto: IconRefresh,
  dry: IconDroplet,
  fan_only: IconWind,
};

const DEFAULT_LIMITS = { low: 16, high: 30, step: 0.5 };

export function AirConditioner({ room, device, level }: DriveProps) {
  const { t } = useTranslation();
  const { degrees, unit } = useFormats();
  const told = useTold();
  const name = useDeviceName(device);
  const mode = useControl(room.number, device, "mode", level);
  const setpoint = useControl(room.number, device, "setpoint_celsius", level);
  const taps = useTaps(setpoint);
  const low = setpoint.property?.low ?? DEFAULT_LIMITS.low;
  const high = setpoint.property?.high ?? DEFAULT_LIMITS.high;
  const step = setpoint.property?.step ?? DEFAULT_LIMITS.step;
  const asked = typeof taps.shown === "number" ? taps.shown : null;
  const dead = device.available === false;
  const move = (by: number) => {
    const from = asked ?? room.climate.wanted_celsius ?? (low + high) / 2;
    const next = Math.round((from + by) / step) * step;
    taps.tap(Math.min(high, Math.max(low, Math.round(next * 100) / 100)));
  };
  const options = mode.property?.options ?? [];
  return (
    <>
      <div className={classes.controlHead}>
        <IconAirConditioning size={22} stroke={1.7} aria-hidden />
        <strong>{name}</strong>
      </div>
      <div className={classes.stepper}>
        <button
          type="button"
          className={classes.stepKey}
          disabled={dead || (asked !== null && asked <= low)}
          onClick={() => move(-step)}
          aria-label={t("controls.cooler", { step: told.value("setpoint_celsius", step) })}
          data-testid="setpoint-minus"
        >
          <IconMinus size={22} />
        </button>
        <div className={classes.setpoint}>
          <b data-testid="setpoint">{degrees(asked)}</b>
          <span>
            {t("controls.setpoint_range", {
              low: inUnit(low, unit).toFixed(0),
              high: inUnit(high, unit).toFixed(0),
            })}
          </span>
        </div>
        <button
          type="button"
          className={classes.stepKey}
          disabled={dead || (asked !== null && asked >= high)}
          onClick={() => move(step)}
          aria-label={t("controls.warmer", { step: told.value("setpoint_celsius", step) })}
          data-testid="setpoint-plus"
        >
          <IconPlus size={22} />
        </button>
      </div>
      {options.length > 0 && (
        <div className={classes.modes} role="group" aria-label={t("properties.mode")}>
          {options.map((option) => {
            const Glyph = modeIcons[option] ?? IconTemperature;
            return (
              <button
                key={option}
                type="button"
                className={classes.mode}
                aria-pressed={mode.shown === option}
                disabled={dead}
                onClick={() => mode.ask(option)}
                data-testid={`mode-${option}`}
              >
                <Glyph size={19} stroke={1.7} aria-hidden />
                {told.value("mode", option)}
              </button>
            );
          })}
        </div>
      )}
      <div style={{ marginTop: 6 }}>
        <AskLine
          device={device}
          controls={[
            { name: "mode", control: mode },
            { name: "setpoint_celsius", control: setpoint },
          ]}
        />
      </div>
    </>
  );
}
