/** Maintenance's service levels, with the version that an edit names. */
import { useQuery } from "@tanstack/react-query";
import { keys } from "../live/keys";
import type { components } from "./schema";
import { api, askVersioned, seen } from "./client";

export type Levels = components["schemas"]["MaintenanceLevels"] & { version: number };

export async function readLevels(): Promise<Levels> {
  const { body, version } = await askVersioned(api.GET("/api/maintenance/levels"));
  return { ...body, version };
}

export async function putLevels(version: number, { week, policies }: Levels): Promise<Levels> {
  const kept = await askVersioned(api.PUT("/api/maintenance/levels", { params: { header: seen(version) }, body: { week, policies } }));
  return { ...kept.body, version: kept.version };
}

export function useLevels() {
  return useQuery({ queryKey: [...keys.tickets, "levels"], queryFn: readLevels, staleTime: 60_000 });
}
