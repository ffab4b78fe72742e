/** What repair or replace is judged by, with the version that an edit names. */
import { useQuery } from "@tanstack/react-query";
import { keys } from "../live/keys";
import type { components } from "./schema";
import { api, askVersioned, seen } from "./client";

type Shapes = components["schemas"];

export type ReplacementTerms = Shapes["ReplacementTerms"] & { version: number };
export type TermsToPut = Shapes["ReplacementTermsToPut"];

export async function readTerms(): Promise<ReplacementTerms> {
  const { body, version } = await askVersioned(api.GET("/api/maintenance/replacement-terms"));
  return { ...body, version };
}

export async function putTerms(version: number, body: TermsToPut): Promise<ReplacementTerms> {
  const kept = await askVersioned(api.PUT("/api/maintenance/replacement-terms", { params: { header: seen(version) }, body }));
  return { ...kept.body, version: kept.version };
}

export function useTerms(enabled: boolean) {
  return useQuery({ queryKey: [...keys.preventive, "terms"], queryFn: readTerms, enabled, staleTime: 0 });
}
