/** Facts of a room as glyph, word and tone; never colour alone. */
import {
  IconAlertTriangle,
  IconBan,
  IconBarrierBlock,
  IconBell,
  IconBrush,
  IconCalendarCheck,
  IconCheck,
  IconChecks,
  IconCircleDashed,
  IconCircleOff,
  IconClockHour4,
  IconDoor,
  IconDroplet,
  IconEyeQuestion,
  IconFlame,
  IconHandOff,
  IconHandStop,
  IconLogin2,
  IconLogout2,
  IconMoon,
  IconPlayerPause,
  IconPower,
  IconQuestionMark,
  IconSnowflake,
  IconSparkles,
  IconSun,
  IconUser,
  IconUserCheck,
  IconUserOff,
  IconWand,
  IconWifiOff,
  IconWind,
  IconWindow,
  type Icon,
} from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type {
  AvailabilityState,
  Blocker,
  Cleanliness,
  ClimateAction,
  Panel,
  Phase,
  Presence,
  Reservation,
  Room,
} from "../api/types";

export type Tone = "done" | "under-way" | "attention" | "wrong" | "off-sale" | "quiet" | "heat" | "cool";

export interface Look {
  icon: Icon;
  tone: Tone;
}

export const cleanlinessLook: Record<Cleanliness, Look> = {
  dirty: { icon: IconBrush, tone: "attention" },
  pickup: { icon: IconWand, tone: "attention" },
  clean: { icon: IconCheck, tone: "done" },
  inspected: { icon: IconChecks, tone: "done" },
};

export const frontOfficeLook: Record<Room["front_office"], Look> = {
  vacant: { icon: IconDoor, tone: "quiet" },
  occupied: { icon: IconUser, tone: "under-way" },
};

export const reservationLook: Record<Reservation, Look> = {
  arrival: { icon: IconLogin2, tone: "under-way" },
  arrived: { icon: IconUserCheck, tone: "done" },
  stayover: { icon: IconCalendarCheck, tone: "quiet" },
  due_out: { icon: IconLogout2, tone: "attention" },
  departed: { icon: IconUserOff, tone: "quiet" },
  day_use: { icon: IconSun, tone: "under-way" },
};

export const panelLook: Record<Exclude<Panel, "none">, Look> = {
  do_not_disturb: { icon: IconHandStop, tone: "wrong" },
  make_up_room: { icon: IconBell, tone: "attention" },
};

export const availabilityLook: Record<AvailabilityState, Look> = {
  sellable: { icon: IconCheck, tone: "done" },
  out_of_order: { icon: IconBarrierBlock, tone: "off-sale" },
  out_of_service: { icon: IconCircleOff, tone: "off-sale" },
};

export const presenceLook: Record<Presence, Look> = {
  unknown: { icon: IconQuestionMark, tone: "quiet" },
  empty: { icon: IconCircleDashed, tone: "quiet" },
  present: { icon: IconUser, tone: "under-way" },
  asleep: { icon: IconMoon, tone: "under-way" },
};

export const blockerLook: Record<Blocker, Look> = {
  occupied: { icon: IconUser, tone: "attention" },
  not_clean: { icon: IconBrush, tone: "attention" },
  not_inspected: { icon: IconEyeQuestion, tone: "attention" },
  out_of_order: { icon: IconBarrierBlock, tone: "wrong" },
  out_of_service: { icon: IconBan, tone: "wrong" },
};

const actionLook: Record<ClimateAction, Look> = {
  off: { icon: IconPower, tone: "quiet" },
  heating: { icon: IconFlame, tone: "heat" },
  cooling: { icon: IconSnowflake, tone: "cool" },
  drying: { icon: IconDroplet, tone: "cool" },
  idle: { icon: IconPlayerPause, tone: "quiet" },
  fan: { icon: IconWind, tone: "cool" },
};

/** How a device's action looks; null when it says nothing, or something that is not one of the common words. */
export function lookOfAction(action: string | null): { action: ClimateAction; look: Look } | null {
  return action !== null && action in actionLook
    ? { action: action as ClimateAction, look: actionLook[action as ClimateAction] }
    : null;
}

export const phaseLook: Record<Phase, Look> = {
  unoccupied: { icon: IconDoor, tone: "quiet" },
  preconditioning: { icon: IconClockHour4, tone: "under-way" },
  ready: { icon: IconCheck, tone: "done" },
  occupied: { icon: IconUser, tone: "under-way" },
  away: { icon: IconUserOff, tone: "quiet" },
  asleep: { icon: IconMoon, tone: "under-way" },
  window_open: { icon: IconWindow, tone: "attention" },
  hands_off: { icon: IconHandOff, tone: "attention" },
  unknown: { icon: IconQuestionMark, tone: "quiet" },
};

export const offlineLook: Look = { icon: IconWifiOff, tone: "attention" };
export const discrepancyLook: Look = { icon: IconAlertTriangle, tone: "wrong" };
export const turndownLook: Look = { icon: IconSparkles, tone: "attention" };

export function Mark({
  look,
  word,
  boxed = false,
  size = 15,
  title,
}: {
  look: Look;
  word: string;
  boxed?: boolean;
  size?: number;
  title?: string;
}) {
  const Glyph = look.icon;
  return (
    <span className={`mark tone-${look.tone}${boxed ? " boxed" : ""}`} title={title}>
      <Glyph size={size} stroke={2} aria-hidden />
      <span>{word}</span>
    </span>
  );
}

export function BlockerMarks({ blockers, boxed = true }: { blockers: Blocker[]; boxed?: boolean }) {
  const { t } = useTranslation();
  return (
    <>
      {blockers.map((blocker) => (
        <Mark key={blocker} look={blockerLook[blocker]} word={t(`blockers.${blocker}`)} boxed={boxed} />
      ))}
    </>
  );
}
