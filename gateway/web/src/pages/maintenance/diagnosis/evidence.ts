/** Which numbers of a finding's evidence are shown, and in which order. Pure. */

export const evidenceNames = [
  "wet_seconds",
  "silent_minutes",
  "usual_gap_minutes",
  "devices",
  "away",
  "units",
  "called",
  "far_minutes",
  "error_kelvin",
  "progress_kelvin",
  "expected_kelvin",
  "share_of_own",
  "off_minutes",
  "watts",
  "moved_kelvin",
  "drift_kelvin",
  "starts_per_hour",
  "open_minutes",
  "fan_hours",
  "asked_minutes",
  "tries",
  "span_kelvin",
  "reads_celsius",
  "off_by_kelvin",
  "usual_kelvin",
  "percent",
  "percent_per_day",
  "days_left",
  "errors_per_hour",
] as const;

export function shownEvidence(evidence: Record<string, unknown>): [(typeof evidenceNames)[number], number][] {
  return evidenceNames.flatMap((name) => {
    const value = evidence[name];
    return typeof value === "number" ? [[name, value] as [typeof name, number]] : [];
  });
}
