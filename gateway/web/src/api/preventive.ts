/** Preventive work, reliability and repair or replace: shapes and reads. What the house opens by itself is asked for again. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { keys } from "../live/keys";
import { api, ask, once, seen } from "./client";
import type { components } from "./schema";

type Shapes = components["schemas"];

export type PreventivePlan = Shapes["PreventivePlan"];
export type PreventivePlanWish = Shapes["PreventivePlanWish"];
export type PreventiveWork = Shapes["PreventiveWork"];
export type PreventiveAhead = Shapes["PreventiveAhead"];
export type PreventiveCompliance = Shapes["PreventiveCompliance"];
export type ReliabilityFigures = Shapes["ReliabilityFigures"];
export type AssetReliability = Shapes["AssetReliability"];
export type Replacement = Shapes["ReplacementShape"];
export type TicketRef = Shapes["TicketRef"];

const AGAIN_MILLISECONDS = 20_000;

export function usePlans() {
  return useQuery({
    queryKey: [...keys.preventive, "plans"],
    queryFn: async () => (await ask(api.GET("/api/preventive/plans"))).items,
    refetchInterval: AGAIN_MILLISECONDS,
  });
}

export function usePreventiveWork(days: number) {
  return useQuery({
    queryKey: [...keys.preventive, "work", String(days)],
    queryFn: () => ask(api.GET("/api/preventive/work", { params: { query: { days } } })),
    refetchInterval: AGAIN_MILLISECONDS,
  });
}

export function useCompliance(days: number) {
  return useQuery({
    queryKey: [...keys.preventive, "compliance", String(days)],
    queryFn: () => ask(api.GET("/api/preventive/compliance", { params: { query: { days } } })),
  });
}

export function useReliability(by: "asset" | "model" | "kind", days: number) {
  return useQuery({
    queryKey: [...keys.preventive, "reliability", by, String(days)],
    queryFn: async () => (await ask(api.GET("/api/reliability", { params: { query: { by, days } } }))).items,
  });
}

export function useAssetReliability(id: string, days: number) {
  return useQuery({
    queryKey: [...keys.preventive, "asset", id, String(days)],
    queryFn: () => ask(api.GET("/api/assets/{asset_id}/reliability", { params: { path: { asset_id: id }, query: { days } } })),
  });
}

export function useReplacements() {
  return useQuery({
    queryKey: [...keys.preventive, "replacements"],
    queryFn: () => ask(api.GET("/api/replacements")),
  });
}

export function readPlan(id: string): Promise<PreventivePlan> {
  return ask(api.GET("/api/preventive/plans/{plan_id}", { params: { path: { plan_id: id } } }));
}

/** Version 0 makes a new plan. */
export function putPlan(id: string, version: number, body: PreventivePlanWish): Promise<PreventivePlan> {
  if (version === 0) return ask(api.POST("/api/preventive/plans", { params: { header: once() }, body }));
  return ask(api.PUT("/api/preventive/plans/{plan_id}", { params: { path: { plan_id: id }, header: { ...seen(version), ...once() } }, body }));
}

export function usePreventiveChanged(): () => void {
  const queries = useQueryClient();
  return () => void queries.invalidateQueries({ queryKey: keys.preventive });
}
