/** Generated from openapi.json by scripts/values.mjs: change nothing here. */
import type { Purpose } from "./types";

export const purposes: readonly Purpose[] = [
  "air_conditioner",
  "ceiling_light",
  "bedside_light",
  "light",
  "curtain",
  "room_temperature",
  "room_humidity",
  "door",
  "window",
  "presence",
  "do_not_disturb",
  "make_up_room",
  "power",
  "outdoor_temperature",
  "other",
];
