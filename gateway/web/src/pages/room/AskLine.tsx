/** What every control has: its name, what was asked and what came of it, who holds it. */
import { Button, Loader } from "@mantine/core";
import { IconAlertTriangle, IconCheck, IconHandStop, IconRobot } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useRelease } from "../../api/queries";
import type { CommandRequest, Device, RoomDetail } from "../../api/types";
import { useFormats } from "../../frame/me";
import { useTell } from "../../parts/tell";
import { useTold } from "../../parts/told";
import { useHotelNow } from "../../time/clock";
import classes from "./Room.module.css";
import type { Control } from "./control";

export type AskLevel = NonNullable<CommandRequest["level"]>;

export interface DriveProps {
  room: RoomDetail;
  device: Device;
  level: AskLevel | undefined;
}

export function useDeviceName(device: Device): string {
  const { t } = useTranslation();
  return device.purpose === "light" || device.purpose === "other" ? device.name : t(`purposes.${device.purpose}`);
}

/** Asked, confirmed or refused: in words, always in the same place. */
export function AskLine({ device, controls }: { device: Device; controls: { name: string; control: Control }[] }) {
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

export function Held({ room, device }: { room: RoomDetail; device: Device }) {
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
