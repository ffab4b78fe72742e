import { IconBulb, IconLamp2 } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { AskLine, type DriveProps, useDeviceName } from "./AskLine";
import { lightPurposes } from "./Controls";
import { PercentRow } from "./PercentRow";
import classes from "./Room.module.css";
import { propertyOf, useControl } from "./control";
import { useTaps } from "./useTaps";

export const DIM_STEP_PERCENT = 10;

export function Light({ room, device, level }: DriveProps) {
  const { t } = useTranslation();
  const name = useDeviceName(device);
  const on = useControl(room.number, device, "on", level);
  const brightness = useControl(room.number, device, "brightness_percent", level);
  const dims = propertyOf(device, "brightness_percent")?.accepts ?? false;
  const taps = useTaps(brightness);
  const percent = typeof taps.shown === "number" ? taps.shown : 0;
  const isOn = on.shown === true;
  const dead = device.available === false;
  const Glyph = lightPurposes.indexOf(device.purpose) === 1 ? IconLamp2 : IconBulb;
  return (
    <>
      <div className={classes.controlHead}>
        <Glyph size={22} stroke={1.7} aria-hidden />
        <strong>{name}</strong>
        <span className={classes.grow} />
        <button
          type="button"
          role="switch"
          aria-checked={isOn}
          aria-label={name}
          className={classes.switch}
          data-waiting={on.standing.kind === "asked"}
          disabled={dead}
          onClick={() => on.ask(!isOn)}
          data-testid={`control-${device.purpose}-toggle`}
        />
      </div>
      {dims && (
        <PercentRow
          value={isOn || brightness.standing.kind === "asked" || taps.shown !== brightness.shown ? percent : 0}
          label={t("controls.brightness", { device: name })}
          disabled={dead}
          onSet={(value) => taps.tap(value)}
          testId={`control-${device.purpose}-dim`}
        />
      )}
      <AskLine
        device={device}
        controls={[
          { name: "on", control: on },
          ...(dims && isOn ? [{ name: "brightness_percent", control: brightness }] : []),
        ]}
      />
    </>
  );
}
