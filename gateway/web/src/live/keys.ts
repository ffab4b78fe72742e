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
  command: (id: string) => ["command", id] as const,
  action: (id: string) => ["action", id] as const,
  preferences: ["preferences"] as const,
  devices: ["devices"] as const,
  staff: ["staff"] as const,
  found: ["found"] as const,
  stock: ["stock"] as const,
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
      return [keys.rooms, keys.roomOrder, everyRoom, keys.arrivals];
    case "stay.changed":
      return [
        keys.arrivals,
        keys.stays,
        keys.rooms,
        ...(body.change === "preferences" ? [keys.preferences] : []),
        ...roomKeys(body.room),
        ...roomKeys(body.previous_room),
      ];
    case "cleanliness.changed":
    case "availability.changed":
    case "panel.changed":
    case "plan.changed":
      return [keys.rooms, keys.arrivals, ...roomKeys(body.room)];
    case "door.opened":
      return [keys.rooms, ...roomKeys(body.room)];
    case "command.changed":
      return [
        ...(typeof body.command_id === "string" ? [keys.command(body.command_id)] : []),
        ...roomKeys(body.room),
      ];
    case "device.changed":
      return [keys.devices, ...roomKeys(body.room)];
    case "lost_item.changed":
      return [keys.found];
    case "stock.counted":
      return [keys.stock];
    case "staff.changed":
      return [keys.staff, keys.session];
    case "reset":
      return [[]];
    default:
      return [];
  }
}

/** Answers that lag behind after live readings of these rooms; none named means many. */
export function lagging(rooms: readonly string[]): Key[] {
  if (rooms.length === 0) return [keys.rooms, keys.arrivals, everyRoom, everyHistory];
  return [keys.rooms, keys.arrivals, ...rooms.flatMap((room) => [keys.room(room), keys.history(room)])];
}

export const everything: Key[] = [keys.rooms, everyRoom, everyHistory, keys.arrivals, keys.stays, keys.devices, keys.found, keys.stock];
