import { Button, Loader, SegmentedControl, Slider } from "@mantine/core";
import {
  IconAirConditioning,
  IconArrowsHorizontal,
  IconBulb,
  IconCheck,
  IconAlertTriangle,
  IconDroplet,
  IconFlame,
  IconHandStop,
  IconLamp2,
  IconMinus,
  IconPlayerStop,
  IconPlus,
  IconPower,
  IconRefresh,
  IconRobot,
  IconSnowflake,
  IconTemperature,
  IconWind,
  type Icon,
} from "@tabler/icons-react";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useRelease } from "../../api/queries";
import type { CommandRequest, Device, JsonValue, Purpose, RoomDetail } from "../../api/types";
import { useFormats, useMe } from "../../frame/me";
import { useTell } from "../../parts/tell";
import { useHotelNow } from "../../time/clock";
import { inUnit } from "../../time/format";
import { type Control, propertyOf, useControl } from "./control";
import classes from "./Room.module.css";
import { useTold } from "../../parts/told";

type AskLevel = NonNullable<CommandRequest["level"]>;

const driven: Purpose[] = ["air_conditioner", "ceiling_light", "bedside_light", "light", "curtain"];
const lightPurposes: Purpose[] = ["ceiling_light", "bedside_light", "light"];

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

interface DriveProps {
  room: RoomDetail;
  device: Device;
  level: AskLevel | undefined;
}

function useDeviceName(device: Device): string {
  const { t } = useTranslation();
  return device.purpose === "light" || device.purpose === "other" ? device.name : t(`purposes.${device.purpose}`);
}

/** Asked, confirmed or refused: in words, always in the same place. */
function AskLine({ device, controls }: { device: Device; controls: { name: string; control: Control }[] }) {
  const { t } = useTranslation();
  const { time } = useFormats();
  const now = useHotelNow();
  const { relative } = useFormats();
  const told = useTold();
  const asked = controls.find(({ control }) => control.standing.kind === "asked");
  const refused = controls.find(({ control }) => control.standing.kind === "refused");
  const id = `report-${device.purpose}`;

  if (asked?.control.standing.kind === "asked") {
    return (
      <div className={`${classes.ask} tone-attention`} role="status" data-testid={id} data-standing="asked">
        <Loader size={13} color="currentColor" />
        {t(asked.control.standing.sent ? "controls.sent" : "controls.asked", {
          property: told.property(asked.name),
          value: told.value(asked.name, asked.control.standing.value),
        })}
      </div>
    );
  }
  if (refused?.control.standing.kind === "refused") {
    const { command } = refused.control.standing;
    return (
      <div className={`${classes.ask} tone-wrong`} role="status" data-testid={id} data-standing="refused">
        <IconAlertTriangle size={15} aria-hidden />
        {t(`controls.refused.${command.state}`, {
          property: told.property(refused.name),
          value: told.value(refused.name, command.value),
        })}
      </div>
    );
  }
  if (device.available === false) {
    return (
      <div className={`${classes.ask} tone-attention`} data-testid={id} data-standing="offline">
        <IconAlertTriangle size={15} aria-hidden />
        {device.last_seen === null ? t("controls.offline") : t("controls.offline_since", { time: time(device.last_seen) })}
      </div>
    );
  }
  const reports = controls
    .filter(({ control }) => control.property?.reported != null)
    .map(({ name, control }) => told.value(name, control.property?.reported ?? null));
  const latest = controls
    .map(({ control }) => control.property?.reported_at)
    .filter((at) => at != null)
    .sort()
    .at(-1);
  return (
    <div className={`${classes.ask} tone-quiet`} role="status" data-testid={id} data-standing="rest">
      <IconCheck size={15} aria-hidden />
      {reports.length === 0
        ? t("controls.nothing_reported")
        : t("controls.reports", {
            value: reports.join(" · "),
            time: latest ? (relative(latest, now) ?? time(latest)) : "",
          })}
    </div>
  );
}

function Held({ room, device }: { room: RoomDetail; device: Device }) {
  const { t } = useTranslation();
  const { time } = useFormats();
  const tell = useTell();
  const release = useRelease(room.number);
  const name = useDeviceName(device);
  const held = room.hold.find(
    (hold) => hold.device_id === device.id && ["engineer", "guest", "front_desk", "housekeeping"].includes(hold.level),
  );
  if (!held) return null;
  return (
    <div className={classes.hold}>
      <span className="dim">
        <IconHandStop size={14} aria-hidden style={{ verticalAlign: -2 }} />{" "}
        {t("controls.held", { level: t(`levels.${held.level}`), time: time(held.since) })}
      </span>
      <Button
        size="compact-sm"
        variant="subtle"
        leftSection={<IconRobot size={16} />}
        loading={release.isPending}
        onClick={() =>
          release.mutate(
            { device_id: device.id },
            { onSuccess: () => tell.done(t("controls.released", { device: name })), onError: tell.refused },
          )
        }
        data-testid={`release-${device.purpose}`}
      >
        {t("controls.release")}
      </Button>
    </div>
  );
}

const TAPS_MILLISECONDS = 700;

/** Gathers quick taps into one request; the shown value moves at once. */
function useTaps(control: Control): { shown: JsonValue; tap: (value: number) => void } {
  const [draft, setDraft] = useState<number | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const tap = (value: number) => {
    setDraft(value);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => {
      setDraft(null);
      control.ask(value);
    }, TAPS_MILLISECONDS);
  };
  return { shown: draft ?? control.shown, tap };
}

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

function AirConditioner({ room, device, level }: DriveProps) {
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

const DIM_STEP_PERCENT = 10;

function Light({ room, device, level }: DriveProps) {
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

function PercentRow({
  value,
  label,
  disabled,
  onSet,
  testId,
}: {
  value: number;
  label: string;
  disabled: boolean;
  onSet: (value: number) => void;
  testId: string;
}) {
  const { t } = useTranslation();
  const [dragged, setDragged] = useState<number | null>(null);
  const shown = dragged ?? Math.round(value);
  return (
    <div className={classes.sliderRow} data-testid={testId}>
      <button
        type="button"
        className={classes.small}
        disabled={disabled || shown <= 0}
        onClick={() => onSet(Math.max(0, shown - DIM_STEP_PERCENT))}
        aria-label={t("controls.less", { what: label })}
        data-testid={`${testId}-minus`}
      >
        <IconMinus size={17} />
      </button>
      <Slider
        value={shown}
        min={0}
        max={100}
        step={1}
        disabled={disabled}
        label={null}
        size="md"
        thumbSize={22}
        thumbLabel={label}
        onChange={setDragged}
        onChangeEnd={(next) => {
          setDragged(null);
          onSet(next);
        }}
      />
      <button
        type="button"
        className={classes.small}
        disabled={disabled || shown >= 100}
        onClick={() => onSet(Math.min(100, shown + DIM_STEP_PERCENT))}
        aria-label={t("controls.more", { what: label })}
        data-testid={`${testId}-plus`}
      >
        <IconPlus size={17} />
      </button>
      <span className={classes.percent}>{`${shown} %`}</span>
    </div>
  );
}

function Curtain({ room, device, level }: DriveProps) {
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
