/** The property's settings while somebody edits them: what follows from what. Pure. */
import type { Settings, SettingsToPut } from "../../../api/housekeeping";

const NO_INSPECTION: Settings["inspection"] = { always: false, sample_percent: 0, vip: false, new_attendant_cleans: 0, stayovers: false };

/** Where "inspected" is no status nothing is inspected, and a small house has no inspection at all. */
export function withChange(settings: Settings, change: Partial<Settings>): Settings {
  const next = { ...settings, ...change };
  if (next.small_house && change.small_house) next.inspected_used = false;
  if (next.inspected_used && change.inspected_used) next.small_house = false;
  if (!next.inspected_used) next.inspection = NO_INSPECTION;
  return next;
}

export function toPut(settings: Settings): SettingsToPut {
  const { pickup_used, inspected_used, inspection, welfare_hours, remind_after_minutes, learn_by_attendant, small_house } = settings;
  return { pickup_used, inspected_used, inspection, welfare_hours, remind_after_minutes, learn_by_attendant, small_house };
}
