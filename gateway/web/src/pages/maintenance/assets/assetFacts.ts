/** What the registry shows of an asset: kinds, marks, filters of the address. Pure. */
import {
  IconAirConditioning,
  IconArmchair,
  IconPackage,
  IconBulb,
  IconCheck,
  IconCircleDashed,
  IconCurrentLocation,
  IconDeviceTv,
  IconFlame,
  IconFridge,
  IconHandFinger,
  IconLock,
  IconPlugConnected,
  IconPropeller,
  IconRouter,
  IconShieldCheck,
  IconShieldOff,
  IconShieldQuestion,
  IconTemperature,
  IconToggleLeft,
  IconTrash,
  IconDroplet,
  IconWindow,
  type Icon,
} from "@tabler/icons-react";
import type { Asset, AssetFilters, AssetKind, AssetState } from "../../../api/assets";
import type { Look } from "../../../parts/marks";

export const kindIcon: Record<AssetKind, Icon> = {
  split_ac: IconAirConditioning,
  fan_coil: IconAirConditioning,
  thermostat: IconTemperature,
  light: IconBulb,
  curtain_motor: IconWindow,
  sensor: IconCurrentLocation,
  panel: IconHandFinger,
  switch: IconToggleLeft,
  lock: IconLock,
  gateway: IconRouter,
  fan: IconPropeller,
  heater: IconFlame,
  plumbing: IconDroplet,
  furniture: IconArmchair,
  television: IconDeviceTv,
  refrigerator: IconFridge,
  other: IconPlugConnected,
};

export const kinds = Object.keys(kindIcon) as AssetKind[];

export const stateLook: Record<AssetState, Look> = {
  in_use: { icon: IconCheck, tone: "done" },
  spare: { icon: IconPackage, tone: "under-way" },
  retired: { icon: IconTrash, tone: "off-sale" },
};

export const states = Object.keys(stateLook) as AssetState[];

export const goneLook: Look = { icon: IconCircleDashed, tone: "attention" };

/** Whether the maker still pays: yes, not any more, nobody knows. */
export type Warranty = "in" | "out" | "unknown";

export const warrantyLook: Record<Warranty, Look> = {
  in: { icon: IconShieldCheck, tone: "done" },
  out: { icon: IconShieldOff, tone: "quiet" },
  unknown: { icon: IconShieldQuestion, tone: "quiet" },
};

export function warrantyOf(asset: { in_warranty: boolean | null }): Warranty {
  if (asset.in_warranty === null) return "unknown";
  return asset.in_warranty ? "in" : "out";
}

export function maker(asset: Pick<Asset, "maker" | "model">): string {
  return [asset.maker, asset.model].filter(Boolean).join(" · ");
}

/** Warranties that end within a month, a quarter, a year. */
export const warrantyDays = [30, 90, 365];

export function filtersOf(search: URLSearchParams): AssetFilters {
  const days = Number(search.get("warranty"));
  const kind = search.get("kind");
  const state = search.get("state");
  return {
    kind: kinds.find((one) => one === kind) ?? null,
    state: states.find((one) => one === state) ?? null,
    room: search.get("room"),
    model: search.get("model"),
    warranty_days: warrantyDays.includes(days) ? days : null,
    search: search.get("q") ?? "",
  };
}
