/** What people usually find when they look into a contradiction, by its kind; kept as codes, told as words. Pure. */
import type { Discrepancy } from "../../../api/discrepancies";

type Kind = Discrepancy["kind"];

const findings: Record<Exclude<Kind, "none">, string[]> = {
  skip: ["guest_left", "guest_is_out", "moved_rooms", "sensor_wrong"],
  sleep: ["not_checked_in", "wrong_room", "staff_or_works", "sensor_wrong"],
  person: ["stay_corrected", "visitor", "miscounted"],
};

export function findingsOf(kind: Kind): string[] {
  return kind === "none" ? [] : findings[kind];
}

/** The words' key for what contradicts what: by sensors, or by somebody who was there. */
export function saidOf({ kind, seen_by }: Pick<Discrepancy, "kind" | "seen_by">): string {
  return `discrepancies.said.${kind}_${kind !== "person" && seen_by === "sensors" ? "sensed" : "found"}`;
}
