/** How the property keeps house: settings, rules, checklists. Reads and edits, as hooks. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useMe } from "../frame/me";
import { mayOpen } from "../frame/roles";
import { keys } from "../live/keys";
import { useSnapshot } from "../oplog";
import { api, ask, seen } from "./client";
import type { components } from "./schema";

type Shapes = components["schemas"];

export type Settings = Shapes["HousekeepingSettingsShape"];
export type SettingsToPut = Shapes["SettingsToPut"];
export type Rule = Shapes["HousekeepingRule"];
export type RuleToPut = Shapes["RuleToPut"];
export type Checklist = Shapes["ChecklistShape"];

/** Kept on the tablet: they say which pages and buttons there are. */
export function useHousekeepingSettings() {
  const { staff } = useMe();
  return useSnapshot<Settings>({
    name: "housekeeping-settings",
    queryKey: keys.housekeepingSettings,
    fetch: () => ask(api.GET("/api/housekeeping/settings")),
    staleMilliseconds: 60_000,
    enabled: mayOpen(staff.roles, "housekeeping"),
  });
}

export function usePutSettings() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ version, settings }: { version: number; settings: SettingsToPut }) =>
      ask(api.PUT("/api/housekeeping/settings", { params: { header: seen(version) }, body: settings })),
    onSettled: () => void queries.invalidateQueries({ queryKey: keys.housekeepingSettings }),
  });
}

export function useRules() {
  return useQuery({
    queryKey: keys.rules,
    queryFn: async () => (await ask(api.GET("/api/housekeeping/rules"))).items,
    staleTime: 30_000,
  });
}

export function usePutRule() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ id, version, rule }: { id: string; version: number; rule: RuleToPut }) =>
      ask(api.PUT("/api/housekeeping/rules/{rule_id}", { params: { path: { rule_id: id }, header: seen(version) }, body: rule })),
    onSettled: () => void queries.invalidateQueries({ queryKey: keys.rules }),
  });
}

export function useChecklists() {
  return useQuery({
    queryKey: keys.checklists,
    queryFn: async () => (await ask(api.GET("/api/checklists"))).items,
    staleTime: 30_000,
  });
}
