/** Glyph and tone of a task's kind, state and reason not to be done; never colour alone. */
import {
  IconBan,
  IconBath,
  IconBuilding,
  IconBrush,
  IconCalendarCheck,
  IconCheck,
  IconChecks,
  IconCircleDashed,
  IconDoorOff,
  IconEyeCheck,
  IconHandStop,
  IconLogout2,
  IconMoonStars,
  IconPlayerPause,
  IconPlayerPlay,
  IconRepeat,
  IconSparkles,
  IconStar,
  IconUserQuestion,
  IconWand,
  type Icon,
} from "@tabler/icons-react";
import type { NotServicedReason, TaskKind, TaskState } from "../../../api/tasks";
import type { Look } from "../../../parts/marks";

export const kindIcon: Record<TaskKind, Icon> = {
  departure: IconLogout2,
  stayover: IconCalendarCheck,
  pickup: IconWand,
  turndown: IconMoonStars,
  deep_clean: IconSparkles,
  inspection: IconEyeCheck,
  linen_change: IconBath,
  public_area: IconBuilding,
  guest_request: IconUserQuestion,
  special: IconStar,
};

export const stateLook: Record<TaskState, Look> = {
  planned: { icon: IconCircleDashed, tone: "quiet" },
  started: { icon: IconPlayerPlay, tone: "under-way" },
  paused: { icon: IconPlayerPause, tone: "attention" },
  finished: { icon: IconCheck, tone: "done" },
  inspected: { icon: IconChecks, tone: "done" },
  re_clean: { icon: IconRepeat, tone: "attention" },
  not_serviced: { icon: IconDoorOff, tone: "off-sale" },
  cancelled: { icon: IconBan, tone: "off-sale" },
};

export const notServicedIcon: Record<NotServicedReason, Icon> = {
  dnd: IconHandStop,
  declined: IconBrush,
  no_access: IconDoorOff,
};
