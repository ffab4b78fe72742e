/** The names under which answers are kept, and which of them an event makes old. Pure. */

export const keys = {
  session: ["session"] as const,
  public: ["public"] as const,
  rooms: ["rooms"] as const,
  /** only which rooms there are; their state may be old */
  roomOrder: ["room-order"] as const,
  room: (number: string) => ["room", number] as const,
  history: (number: string) => ["history", number] as const,
  arrivals: ["arrivals"] as const,
  stays: ["stays"] as const,
  suggestions: ["room-suggestions"] as const,
  command: (id: string) => ["command", id] as const,
  action: (id: string) => ["action", id] as const,
  preferences: ["preferences"] as const,
  comfort: ["comfort"] as const,
  equipment: ["equipment"] as const,
  devices: ["devices"] as const,
  device: (id: string) => ["device", id] as const,
  refused: ["refused"] as const,
  retained: ["retained-commands"] as const,
  staff: ["staff"] as const,
  tasks: ["tasks"] as const,
  reminders: ["reminders"] as const,
  board: ["board"] as const,
  housekeepingSettings: ["housekeeping-settings"] as const,
  rules: ["housekeeping-rules"] as const,
  checklists: ["checklists"] as const,
  attendantsMinutes: ["attendants-minutes"] as const,
  discrepancies: ["discrepancies"] as const,
  found: ["found"] as const,
  tickets: ["tickets"] as const,
  assets: ["assets"] as const,
  stock: ["stock"] as const,
  tls: ["tls"] as const,
  tablets: ["tablets"] as const,
  lateOperations: ["late-operations"] as const,
  diagnosisRules: ["diagnosis-rules"] as const,
  findings: ["diagnosis-findings"] as const,
  mutes: ["diagnosis-mutes"] as const,
  preventive: ["preventive"] as const,
};

export type Key = readonly string[];

const everyRoom: Key = ["room"];
const everyHistory: Key = ["history"];

function roomKeys(room: unknown): Key[] {
  return typeof room === "string" ? [keys.room(room), keys.history(room)] : [];
}

/**
 * Kinds that come in dozens a minute while the controller works. What they change may lag a moment;
 * only the command that somebody waits for may not.
 */
const frequent = new Set(["plan.changed", "door.opened", "device.changed"]);

export function isFrequent(kind: string): boolean {
  return frequent.has(kind);
}

/** Answers that are old after a committed message of this kind. An unknown kind makes nothing old. */
export function staleAfter(kind: string, body: Record<string, unknown>): Key[] {
  switch (kind) {
    case "rooms.changed":
      return [keys.rooms, keys.roomOrder, everyRoom, keys.arrivals, keys.rules, keys.housekeepingSettings];
    case "stay.changed":
      return [
        keys.arrivals,
        keys.stays,
        keys.suggestions,
        keys.rooms,
        ...(body.change === "preferences" ? [keys.preferences] : []),
        ...roomKeys(body.room),
        ...roomKeys(body.previous_room),
      ];
    case "cleanliness.changed":
    case "availability.changed":
    case "panel.changed":
    case "plan.changed":
      return [keys.rooms, keys.arrivals, keys.suggestions, ...roomKeys(body.room)];
    case "door.opened":
      return [keys.rooms, ...roomKeys(body.room), ...(body.stay_id == null ? [] : [keys.comfort])];
    case "command.changed":
      return [
        ...(typeof body.command_id === "string" ? [keys.command(body.command_id)] : []),
        ...roomKeys(body.room),
      ];
    case "device.changed":
      return [
        keys.devices,
        ...(typeof body.device_id === "string" ? [keys.device(body.device_id)] : []),
        ...roomKeys(body.room),
      ];
    case "discrepancy.changed":
      return [keys.discrepancies, keys.rooms, ...roomKeys(body.room)];
    case "ticket.changed":
      return [keys.tickets, keys.assets, keys.rooms, ...roomKeys(body.room)];
    case "asset.changed":
      return [keys.assets];
    case "lost_item.changed":
      return [keys.found];
    case "stock.counted":
      return [keys.stock];
    case "staff.changed":
      return [keys.staff, keys.session];
    case "task.changed":
      return [keys.tasks, keys.board, keys.reminders, ...roomKeys(body.room)];
    case "reminder.raised":
      return [keys.reminders];
    case "board.changed":
      return [keys.tasks, keys.board, keys.suggestions];
    case "tablet.changed":
      return [keys.tablets];
    case "late_operation.changed":
      return [keys.lateOperations];
    case "reset":
      return [[]];
    default:
      return [];
  }
}

/** Steps that others make on one's work; one's own taps need no sound. */
const givenTo = new Set(["made", "assigned", "edited", "cancel", "take_over", "inspect_fail", "handed_back"]);

/** Whether a message tells this person that the own work is another one now. */
export function concernsWorkOf(staffId: string, kind: string, body: Record<string, unknown>): boolean {
  switch (kind) {
    case "task.changed":
      return (
        typeof body.change === "string" &&
        givenTo.has(body.change) &&
        (body.attendant_id === staffId || body.previous_attendant_id === staffId)
      );
    case "ticket.changed":
      return body.change === "assign" && (body.assigned_to_id === staffId || body.previous_assigned_to_id === staffId);
    case "board.changed":
      return Array.isArray(body.attendants) && body.attendants.includes(staffId);
    case "reminder.raised":
      return body.attendant_id === staffId;
    default:
      return false;
  }
}

/** Answers that lag behind after live readings of these rooms; none named means many. */
export function lagging(rooms: readonly string[]): Key[] {
  if (rooms.length === 0) return [keys.rooms, keys.arrivals, everyRoom, everyHistory];
  return [keys.rooms, keys.arrivals, ...rooms.flatMap((room) => [keys.room(room), keys.history(room)])];
}

export const everything: Key[] = [
  keys.rooms,
  everyRoom,
  everyHistory,
  keys.arrivals,
  keys.stays,
  keys.devices,
  ["device"],
  keys.tasks,
  keys.board,
  keys.discrepancies,
  keys.found,
  keys.tickets,
  keys.stock,
];
