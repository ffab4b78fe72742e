import { Button } from "@mantine/core";
import { IconArrowsHorizontal, IconPlayerStop } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { AskLine, type DriveProps, useDeviceName } from "./AskLine";
import { PercentRow } from "./PercentRow";
import classes from "./Room.module.css";
import { propertyOf, useControl } from "./control";
import { useTaps } from "./useTaps";

export function Curtain({ room, device, level }: DriveProps) {
  const { t } = useTranslation();
  const name = useDeviceName(device);
  const position = useControl(room.number, device, "position_percent", level);
  const action = useControl(room.number, device, "action", level);
  const taps = useTaps(position);
  const dead = device.available === false;
  const percent = typeof taps.shown === "number" ? taps.shown : 0;
  const motion = propertyOf(device, "motion");
  return (
    <>
      <div className={classes.controlHead}>
        <IconArrowsHorizontal size={22} stroke={1.7} aria-hidden />
        <strong>{name}</strong>
        <span className={classes.grow} />
        <Button.Group>
          <Button variant="default" size="sm" disabled={dead} onClick={() => position.ask(100)} data-testid="curtain-open">
            {t("controls.open")}
          </Button>
          <Button
            variant="default"
            size="sm"
            px="xs"
            disabled={dead}
            onClick={() => action.ask("stop")}
            aria-label={t("controls.stop")}
            data-testid="curtain-stop"
          >
            <IconPlayerStop size={17} />
          </Button>
          <Button variant="default" size="sm" disabled={dead} onClick={() => position.ask(0)} data-testid="curtain-close">
            {t("controls.close")}
          </Button>
        </Button.Group>
      </div>
      <PercentRow
        value={percent}
        label={t("controls.position", { device: name })}
        disabled={dead}
        onSet={(value) => taps.tap(value)}
        testId="control-curtain-position"
      />
      <AskLine
        device={device}
        controls={[
          { name: "position_percent", control: position },
          { name: "motion", control: { ...action, property: motion } },
        ]}
      />
    </>
  );
}
