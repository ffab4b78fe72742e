/** What the devices page makes of the list of devices: which wait, what belongs together, who is how. Pure. */
import type { Device, DeviceProperty, JsonValue, Purpose } from "../../api/types";
import { purposes } from "../../api/values";
import { countingOrder } from "../../parts/roomFacts";

/** Not approved yet, or commanded otherwise than when it was approved. */
export function waits(device: Device): boolean {
  return !device.approved || device.changed.length > 0;
}

/** One thing on a wall with the entities of it that wait together. */
export interface Apparatus {
  /** unlike for what is new and what asks again */
  key: string;
  name: string;
  made: string;
  again: boolean;
  /** where it stands (asks again), or seems to stand */
  room: string | null;
  devices: Device[];
}

/** The inbox: what asks again first, then by room and name. */
export function inboxOf(devices: readonly Device[]): Apparatus[] {
  const found = new Map<string, Apparatus>();
  for (const device of devices) {
    if (!waits(device)) continue;
    const again = device.approved;
    const key = `${device.apparatus}\n${again ? `again\n${device.room ?? ""}` : "new"}`;
    const there = found.get(key);
    if (there) there.devices.push(device);
    else {
      found.set(key, {
        key,
        name: device.apparatus_name || device.name,
        made: [device.maker, device.model].filter(Boolean).join(" "),
        again,
        room: null,
        devices: [device],
      });
    }
  }
  const groups = [...found.values()];
  for (const group of groups) group.room = group.again ? (group.devices[0]?.room ?? null) : mostSuggested(group.devices);
  return groups.sort(
    (a, b) =>
      Number(b.again) - Number(a.again) ||
      countingOrder(a.room ?? "~", b.room ?? "~") ||
      countingOrder(a.name, b.name),
  );
}

function mostSuggested(devices: readonly Device[]): string | null {
  const counts = new Map<string, number>();
  for (const { suggested_room: room } of devices) if (room !== null) counts.set(room, (counts.get(room) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0] ?? null;
}

export const shows = ["all", "offline", "unknown"] as const;
export type Show = (typeof shows)[number];

export interface Filter {
  q: string;
  show: Show;
  purpose: Purpose | null;
}

/** The approved devices that a filter leaves, by room and purpose. */
export function listed(devices: readonly Device[], { q, show, purpose }: Filter): Device[] {
  const text = q.trim().toLowerCase();
  return devices
    .filter(
      (device) =>
        device.approved &&
        (show === "all" || (show === "offline" ? device.available === false : device.available === null)) &&
        (purpose === null || device.purpose === purpose) &&
        (text === "" ||
          device.room?.toLowerCase().startsWith(text) ||
          [device.name, device.apparatus_name, device.maker, device.model, device.key].some((field) =>
            field?.toLowerCase().includes(text),
          )),
    )
    .sort(
      (a, b) =>
        countingOrder(a.room ?? "~", b.room ?? "~") ||
        purposes.indexOf(a.purpose) - purposes.indexOf(b.purpose) ||
        countingOrder(a.key, b.key),
    );
}

export interface Vitals {
  batteryPercent: number | null;
  /** a device that only says whether its battery is low */
  batteryLow: boolean | null;
  link: { value: number; unit: string } | null;
}

const LINK_KEY = /(link_?quality|rssi|lqi)$/i;

/** Battery and radio link of each apparatus, told by entities of their own. */
export function vitalsOf(devices: readonly Device[]): Map<string, Vitals> {
  const found = new Map<string, Vitals>();
  for (const device of devices) {
    const value = propertyNamed(device, "value");
    const number = typeof value?.reported === "number" ? value.reported : null;
    const isBattery = device.device_class === "battery";
    const isLink =
      device.device_class === "signal_strength" || value?.unit === "lqi" || LINK_KEY.test(device.key);
    if (!isBattery && !isLink) continue;
    const vitals = found.get(device.apparatus) ?? { batteryPercent: null, batteryLow: null, link: null };
    found.set(device.apparatus, vitals);
    if (isBattery) {
      if (device.component === "binary_sensor") vitals.batteryLow = flag(propertyNamed(device, "on")?.reported);
      else vitals.batteryPercent = number;
    } else if (number !== null) vitals.link = { value: number, unit: value?.unit ?? "" };
  }
  return found;
}

function flag(value: JsonValue | undefined): boolean | null {
  return typeof value === "boolean" ? value : null;
}

export function propertyNamed(device: Device, name: string): DeviceProperty | undefined {
  return device.properties.find((one) => one.name === name);
}

/** The one property that tells most of a device, for a line in a list. */
export function mainProperty(device: Device): DeviceProperty | undefined {
  for (const name of ["mode", "on", "position_percent", "locked", "value", "option", "motion", "event"]) {
    const found = propertyNamed(device, name);
    if (found) return found;
  }
  return device.properties[0];
}

/** The unit to write after a value in words; "" where the words have it already (temperatures, percentages). */
export function unitAfter({ name, unit }: Pick<DeviceProperty, "name" | "unit">): string {
  return name !== "value" || unit === "°C" ? "" : (unit ?? "");
}

/** A config as people read it; as it came when it is no JSON. */
export function prettyConfig(config: string): string {
  try {
    return JSON.stringify(JSON.parse(config), null, 2);
  } catch {
    return config;
  }
}
