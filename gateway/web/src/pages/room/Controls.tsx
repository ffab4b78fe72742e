import { SegmentedControl } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Purpose, RoomDetail } from "../../api/types";
import { useMe } from "../../frame/me";
import { AirConditioner } from "./AirConditioner";
import { type AskLevel, Held } from "./AskLine";
import { Curtain } from "./Curtain";
import { Light } from "./Light";
import classes from "./Room.module.css";

const driven: Purpose[] = ["air_conditioner", "ceiling_light", "bedside_light", "light", "curtain"];

export const lightPurposes: Purpose[] = ["ceiling_light", "bedside_light", "light"];

function levelsOf(roles: string[]): AskLevel[] {
  const levels: AskLevel[] = [];
  if (roles.includes("front_desk") || roles.includes("manager")) levels.push("front_desk", "guest");
  if (roles.includes("engineer") || roles.includes("administrator")) levels.push("engineer");
  return levels;
}

/** The devices that a person can drive, each with what was asked and what the device then reported. */
export function Controls({ room }: { room: RoomDetail }) {
  const { t } = useTranslation();
  const { staff } = useMe();
  const levels = levelsOf(staff.roles);
  const [level, setLevel] = useState<AskLevel | undefined>(levels[0]);
  const devices = room.devices
    .filter((device) => device.approved && driven.includes(device.purpose))
    .sort((a, b) => driven.indexOf(a.purpose) - driven.indexOf(b.purpose));
  return (
    <section className={`card ${classes.panel}`} data-coach="controls">
      <div className={classes.panelHead}>
        <h2>{t("controls.title")}</h2>
        <span className={classes.grow} />
        {levels.length > 1 && (
          <SegmentedControl
            size="xs"
            value={level}
            onChange={(value) => setLevel(value as AskLevel)}
            data={levels.map((one) => ({ value: one, label: t(`controls.as.${one}`) }))}
            aria-label={t("controls.as_label")}
          />
        )}
      </div>
      {devices.length === 0 && <p className="dim">{t("controls.none")}</p>}
      {devices.map((device) => (
        <div key={device.id} className={classes.control} data-testid={`control-${device.purpose}`}>
          {device.purpose === "air_conditioner" ? (
            <AirConditioner room={room} device={device} level={level} />
          ) : device.purpose === "curtain" ? (
            <Curtain room={room} device={device} level={level} />
          ) : (
            <Light room={room} device={device} level={level} />
          )}
          <Held room={room} device={device} />
        </div>
      ))}
    </section>
  );
}
