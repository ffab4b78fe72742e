/** A guest's wishes between the form and the service. Pure. */
import type { Preference } from "../../api/types";

/** What the service accepts; it refuses the rest with the same numbers. */
export const ranges = {
  cooling_celsius: { low: 18, high: 28, step: 0.5, suffix: " °C", unit: "°C" },
  heating_celsius: { low: 16, high: 26, step: 0.5, suffix: " °C", unit: "°C" },
  light_percent: { low: 0, high: 100, step: 5, suffix: " %", unit: "%" },
  curtain_percent: { low: 0, high: 100, step: 5, suffix: " %", unit: "%" },
} as const;

export const lightScenes = ["welcome", "bright", "reading", "relax", "night"] as const;

export interface WishDraft {
  cooling_celsius: number | null;
  heating_celsius: number | null;
  light_percent: number | null;
  curtain_percent: number | null;
  light_scene: string | null;
  wishes: string[];
}

export const noWishes: WishDraft = {
  cooling_celsius: null,
  heating_celsius: null,
  light_percent: null,
  curtain_percent: null,
  light_scene: null,
  wishes: [],
};

export function draftOf(items: readonly Preference[]): WishDraft {
  const number = (key: Preference["key"]) => {
    const value = items.find((item) => item.key === key)?.value;
    return typeof value === "number" ? value : null;
  };
  const scene = items.find((item) => item.key === "light_scene")?.value;
  return {
    cooling_celsius: number("cooling_celsius"),
    heating_celsius: number("heating_celsius"),
    light_percent: number("light_percent"),
    curtain_percent: number("curtain_percent"),
    light_scene: typeof scene === "string" ? scene : null,
    wishes: items.filter((item) => item.key === "wish").map((item) => String(item.value)),
  };
}

/** The whole set to keep. A value that nobody touched keeps its source; a touched one is the desk's word. */
export function wishesOf(draft: WishDraft, known: readonly Preference[], stayId: string | null): Preference[] {
  const scope = stayId === null ? "profile" : "stay";
  const wish = (key: Preference["key"], value: number | string, unit: string | null): Preference => {
    const same = known.find((item) => item.key === key && item.value === value);
    return { key, value, unit, source: same?.source ?? "desk", scope, stay_id: stayId };
  };
  const items: Preference[] = [];
  for (const key of ["cooling_celsius", "heating_celsius", "light_percent", "curtain_percent"] as const) {
    const value = draft[key];
    if (value !== null) items.push(wish(key, value, ranges[key].unit));
  }
  if (draft.light_scene !== null) items.push(wish("light_scene", draft.light_scene, null));
  for (const text of draft.wishes) items.push(wish("wish", text, null));
  return items;
}
