/** A plan while it is written: what a new one begins with, and what is sent. Pure. */
import type { PreventivePlan, PreventivePlanWish } from "../../../api/preventive";

export type Trigger = PreventivePlan["trigger"];

export const workClasses = ["safety", "climate", "electrical", "water", "room", "other"] as const;
export const units = ["days", "months"] as const;
export const meters = ["run_hours", "starts", "openings"] as const;
export const readings = ["filter_hours", "battery_percent", "power_watts", "humidity_percent"] as const;
export const sides = ["above", "below"] as const;
export const kinds = [
  "split_ac",
  "fan_coil",
  "thermostat",
  "light",
  "curtain_motor",
  "sensor",
  "panel",
  "switch",
  "lock",
  "gateway",
  "fan",
  "heater",
  "plumbing",
  "furniture",
  "television",
  "refrigerator",
  "other",
] as const;

export function newPlan(today: string): PreventivePlan {
  return {
    id: "",
    version: 0,
    name: "",
    work_class: "climate",
    trigger: { by: "time", every: 3, unit: "months", spread: true },
    kind: "split_ac",
    model: null,
    asset_id: null,
    starts_on: today,
    lead_days: 7,
    tolerance_days: 7,
    from_completion: false,
    minutes: 30,
    needs_vacant: true,
    blocks_sale: false,
    checklist: [],
    parts: [],
    includes: [],
    active: true,
    assets: 0,
    open: 0,
    next_due_on: null,
    next_expected: false,
    changed_at: "",
    changed_by: "",
  };
}

/** What a plan of another kind of trigger begins with. */
export function newTrigger(by: Trigger["by"]): Trigger {
  switch (by) {
    case "time":
      return { by, every: 3, unit: "months", spread: true };
    case "meter":
      return { by, meter: "run_hours", every: 500 };
    case "condition":
      return { by, reading: "battery_percent", side: "below", threshold: 20, for_hours: 24 };
  }
}

export function isWhole(plan: PreventivePlan): boolean {
  return plan.name.trim() !== "" && plan.starts_on !== "" && Boolean(plan.kind || plan.model?.trim() || plan.asset_id);
}

/** What is sent: only what people write, empty lines left out. */
export function toPut(plan: PreventivePlan): PreventivePlanWish {
  return {
    name: plan.name.trim(),
    work_class: plan.work_class,
    trigger: plan.trigger,
    kind: plan.kind,
    model: plan.model?.trim() || null,
    asset_id: plan.asset_id,
    starts_on: plan.starts_on,
    lead_days: plan.lead_days,
    tolerance_days: plan.tolerance_days,
    from_completion: plan.from_completion,
    minutes: plan.minutes,
    needs_vacant: plan.needs_vacant,
    blocks_sale: plan.blocks_sale,
    checklist: plan.checklist.map((line) => line.trim()).filter((line) => line !== ""),
    parts: plan.parts.filter((part) => part.name.trim() !== ""),
    includes: plan.includes,
    active: plan.active,
  };
}
