import { describe, expect, it } from "vitest";
import type { Device } from "../../api/types";
import { inboxOf, listed, prettyConfig, unitAfter, vitalsOf } from "./deviceFacts";

function device(key: string, facts: Partial<Device> = {}): Device {
  return {
    id: key,
    key,
    name: key,
    maker: null,
    model: null,
    room: "412",
    purpose: "light",
    component: "light",
    available: true,
    approved: true,
    suggested_room: null,
    last_seen: null,
    properties: [],
    device_class: null,
    apparatus: "box",
    apparatus_name: "Box",
    suggested_area: null,
    changed: [],
    offer: null,
    ...facts,
  };
}

function telling(key: string, reported: number | boolean, facts: Partial<Device> = {}): Device {
  const name = typeof reported === "boolean" ? "on" : "value";
  const property = { name, reported, desired: null, revision: 0, reported_at: null, accepts: false };
  return device(key, { ...facts, properties: [{ ...property, options: null, low: null, high: null, step: null, unit: null }] });
}

describe("a value in words", () => {
  it("bears its unit once", () => {
    // "0 %" of a curtain is written with its sign; a battery's or a meter's bare number is not.
    expect(unitAfter({ name: "position_percent", unit: "%" })).toBe("");
    expect(unitAfter({ name: "value", unit: "°C" })).toBe("");
    expect(unitAfter({ name: "value", unit: "%" })).toBe("%");
    expect(unitAfter({ name: "value", unit: null })).toBe("");
  });
});

describe("the inbox", () => {
  it("groups by apparatus and puts what asks again first", () => {
    const fresh = { approved: false, room: null };
    const groups = inboxOf([
      device("light/a", { ...fresh, apparatus: "b", apparatus_name: "Lamp", suggested_room: "413" }),
      device("sensor/a", { ...fresh, apparatus: "b", apparatus_name: "Lamp" }),
      device("light/c", { changed: [{ name: "command_topic", old: "a", new: "b" }], apparatus: "c" }),
      device("light/d"),
    ]);
    expect(groups.map((group) => [group.again, group.room, group.devices.length])).toEqual([
      [true, "412", 1],
      [false, "413", 2],
    ]);
  });

  it("suggests the room that most of an apparatus suggests", () => {
    const at = (room: string) => device(`light/${room}-${Math.random()}`, { approved: false, room: null, suggested_room: room });
    expect(inboxOf([at("411"), at("412"), at("412")])[0]?.room).toBe("412");
  });
});

describe("the list", () => {
  const devices = [
    device("light/b", { room: "1002", available: false }),
    device("light/a", { room: "212", available: null }),
    device("climate/a", { room: "212", purpose: "air_conditioner", maker: "Haier" }),
    device("light/new", { approved: false }),
  ];
  const all = { q: "", show: "all", purpose: null } as const;

  it("leaves what is approved, by room and purpose", () => {
    expect(listed(devices, all).map((one) => one.key)).toEqual(["climate/a", "light/a", "light/b"]);
  });

  it("finds rooms by their beginning and the rest by any part", () => {
    expect(listed(devices, { ...all, q: "21" }).map((one) => one.room)).toEqual(["212", "212"]);
    expect(listed(devices, { ...all, q: "aie" }).map((one) => one.key)).toEqual(["climate/a"]);
    expect(listed(devices, { ...all, show: "offline" }).map((one) => one.key)).toEqual(["light/b"]);
    expect(listed(devices, { ...all, show: "unknown" }).map((one) => one.key)).toEqual(["light/a"]);
    expect(listed(devices, { ...all, purpose: "air_conditioner" })).toHaveLength(1);
  });
});

describe("battery and link", () => {
  it("belong to the whole apparatus", () => {
    const vitals = vitalsOf([
      telling("sensor/a/battery", 62, { device_class: "battery", component: "sensor" }),
      telling("sensor/a/linkquality", 120, { component: "sensor" }),
      telling("binary_sensor/b/low", true, { device_class: "battery", component: "binary_sensor", apparatus: "b" }),
      telling("sensor/c/temperature", 21, { apparatus: "c", component: "sensor" }),
    ]);
    expect(vitals.get("box")).toEqual({ batteryPercent: 62, batteryLow: null, link: { value: 120, unit: "" } });
    expect(vitals.get("b")?.batteryLow).toBe(true);
    expect(vitals.has("c")).toBe(false);
  });
});

it("a config that is no JSON is shown as it came", () => {
  expect(prettyConfig('{"a":1}')).toBe('{\n  "a": 1\n}');
  expect(prettyConfig("{")).toBe("{");
});
