/** How the property keeps house: settings, rules, checklists. Reads and edits, as hooks. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
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
    fetch: readSettings,
    staleMilliseconds: 60_000,
    enabled: mayOpen(staff.roles, "housekeeping"),
  });
}

export function readSettings(): Promise<Settings> {
  return ask(api.GET("/api/housekeeping/settings"));
}

export function putSettings(version: number, body: SettingsToPut): Promise<Settings> {
  return ask(api.PUT("/api/housekeeping/settings", { params: { header: seen(version) }, body }));
}

/** What was learned of each attendant; the service tells nothing unless the property has switched it on. */
export function useAttendantsMinutes(enabled: boolean) {
  return useQuery({
    queryKey: keys.attendantsMinutes,
    queryFn: () => ask(api.GET("/api/housekeeping/durations/attendants")),
    staleTime: 60_000,
    enabled,
  });
}

export function useRules() {
  return useQuery({
    queryKey: keys.rules,
    queryFn: async () => (await ask(api.GET("/api/housekeeping/rules"))).items,
    staleTime: 30_000,
  });
}

export function readRule(id: string): Promise<Rule> {
  return ask(api.GET("/api/housekeeping/rules/{rule_id}", { params: { path: { rule_id: id } } }));
}

export function putRule(id: string, version: number, body: RuleToPut): Promise<Rule> {
  return ask(api.PUT("/api/housekeeping/rules/{rule_id}", { params: { path: { rule_id: id }, header: seen(version) }, body }));
}

export function useChecklists() {
  return useQuery({
    queryKey: keys.checklists,
    queryFn: async () => (await ask(api.GET("/api/checklists"))).items,
    staleTime: 30_000,
  });
}

type ListOf = Pick<Checklist, "kind" | "room_type">;

export function readChecklist({ kind, room_type }: ListOf): Promise<Checklist> {
  return ask(api.GET("/api/checklists/{kind}", { params: { path: { kind }, query: { room_type } } }));
}

/** A save makes a new version; tasks that have begun keep theirs. */
export function putChecklist({ kind, room_type }: ListOf, version: number, items: Checklist["items"]): Promise<Checklist> {
  return ask(
    api.PUT("/api/checklists/{kind}", { params: { path: { kind }, query: { room_type }, header: seen(version) }, body: { items } }),
  );
}

/** Has rules, settings or checklists asked for anew. */
export function useIsOld(): (key: readonly string[]) => void {
  const queries = useQueryClient();
  return (queryKey) => void queries.invalidateQueries({ queryKey });
}
