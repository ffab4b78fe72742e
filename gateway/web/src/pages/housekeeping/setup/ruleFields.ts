/** Which of a rule's fields mean something to its kind of work, and what a new rule begins with. Pure. */
import type { Rule, RuleToPut } from "../../../api/housekeeping";
import type { TaskKind } from "../../../api/tasks";
import { codeOf } from "../../../parts/codeOf";

export type RuleField = Exclude<keyof Rule & string, "id" | "version" | "kind" | "starts_on">;

const everyKind: RuleField[] = ["minutes", "credits"];
const ofRooms: RuleField[] = ["room_types"];

const byKind: Record<TaskKind, RuleField[]> = {
  departure: ofRooms,
  stayover: [...ofRooms, "every_days", "opt_out_allowed", "mandatory_every_days"],
  pickup: ofRooms,
  turndown: [...ofRooms, "vip_only", "from_hour", "until_hour"],
  deep_clean: [...ofRooms, "every_days"],
  inspection: ofRooms,
  linen_change: [...ofRooms, "every_days"],
  public_area: ["area", "floor", "every_days", "from_hour", "until_hour"],
  guest_request: ["response_minutes"],
  special: ["lead_minutes"],
};

/** In the order of the form. */
export function fieldsOf(kind: TaskKind): RuleField[] {
  return [...everyKind, ...byKind[kind], "supplies", "active"];
}

/** Kinds of which a property keeps more than one rule: by room type, or one for each public area. */
export const addable: TaskKind[] = (Object.keys(byKind) as TaskKind[]).filter(
  (kind) => byKind[kind].includes("room_types") || kind === "public_area",
);

/** A rule that is not there yet, like the one for all room types where there is one. */
export function newRule(kind: TaskKind, rules: readonly Rule[]): Rule {
  const like = rules.find((rule) => rule.kind === kind && rule.room_types.length === 0 && rule.area === null) ?? rules.find((rule) => rule.kind === kind);
  return {
    kind,
    minutes: like?.minutes ?? 30,
    credits: like?.credits ?? 1,
    room_types: [],
    area: null,
    floor: null,
    every_days: like?.every_days ?? (byKind[kind].includes("every_days") ? 1 : null),
    opt_out_allowed: like?.opt_out_allowed ?? true,
    mandatory_every_days: like?.mandatory_every_days ?? null,
    lead_minutes: null,
    response_minutes: null,
    vip_only: like?.vip_only ?? false,
    starts_on: null,
    from_hour: like?.from_hour ?? null,
    until_hour: like?.until_hour ?? null,
    supplies: [],
    active: true,
    id: "",
    version: 0,
  };
}

/** Whether a form can be saved; the service says more. */
export function isWhole(rule: Rule): boolean {
  const fields = fieldsOf(rule.kind);
  return (
    rule.minutes >= 1 &&
    rule.credits >= 0 &&
    (!fields.includes("area") || !rule.active || (rule.area ?? "").trim() !== "") &&
    rule.supplies.every((supply) => supply.text.trim() !== "")
  );
}

/** The rule as it is sent: names trimmed, new things to take along with a key of their own. */
export function toPut(rule: Rule): RuleToPut {
  const taken = new Set(rule.supplies.map((supply) => supply.key));
  return {
    kind: rule.kind,
    minutes: rule.minutes,
    credits: rule.credits,
    room_types: rule.room_types,
    area: rule.area?.trim() || null,
    floor: rule.floor?.trim() || null,
    every_days: rule.every_days,
    opt_out_allowed: rule.opt_out_allowed,
    mandatory_every_days: rule.mandatory_every_days,
    lead_minutes: rule.lead_minutes,
    response_minutes: rule.response_minutes,
    vip_only: rule.vip_only,
    starts_on: rule.starts_on,
    from_hour: rule.from_hour,
    until_hour: rule.until_hour,
    supplies: rule.supplies.map(({ key: kept, text, count }) => {
      const key = kept || codeOf(text, taken, "supply");
      taken.add(key);
      return { key, text: text.trim(), count };
    }),
    active: rule.active,
  };
}

/** Rules in the order of the kinds, those for all rooms before those for some. */
export function inOrder(rules: readonly Rule[], kinds: readonly TaskKind[]): Rule[] {
  return [...rules].sort(
    (a, b) =>
      kinds.indexOf(a.kind) - kinds.indexOf(b.kind) || a.room_types.length - b.room_types.length || a.id.localeCompare(b.id, "en", { numeric: true }),
  );
}
