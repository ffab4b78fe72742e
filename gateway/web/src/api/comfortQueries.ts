/** What the comfort page reads, as hooks. */
import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { keys } from "../live/keys";
import { hotelNow } from "../time/clock";
import { api, ask, seen } from "./client";
import type { EquipmentToPut } from "./types";

const DAY_MILLISECONDS = 86_400_000;
const REFRESH_MILLISECONDS = 60_000;

function span(days: number): { start: string; end: string } {
  const now = hotelNow();
  return { start: new Date(now - days * DAY_MILLISECONDS).toISOString(), end: new Date(now).toISOString() };
}

export function useComfortFigures(days: number) {
  return useQuery({
    queryKey: [...keys.comfort, "figures", String(days)],
    queryFn: () => ask(api.GET("/api/comfort/figures", { params: { query: span(days) } })),
    refetchInterval: REFRESH_MILLISECONDS,
    placeholderData: keepPreviousData,
  });
}

export function useArrivalRecords(days: number) {
  return useQuery({
    queryKey: [...keys.comfort, "arrivals", String(days)],
    queryFn: async () => (await ask(api.GET("/api/comfort/arrivals", { params: { query: span(days) } }))).items,
    refetchInterval: REFRESH_MILLISECONDS,
    placeholderData: keepPreviousData,
  });
}

/** The arrivals of one room, oldest first. */
export function useRoomArrivals(room: string, days: number) {
  return useQuery({
    queryKey: [...keys.comfort, "arrivals", String(days), room],
    queryFn: async () => (await ask(api.GET("/api/comfort/arrivals", { params: { query: { ...span(days), room } } }))).items,
    refetchInterval: REFRESH_MILLISECONDS,
  });
}

export function useRoomModel(number: string) {
  return useQuery({
    queryKey: [...keys.comfort, "model", number],
    queryFn: () => ask(api.GET("/api/rooms/{number}/model", { params: { path: { number } } })),
    refetchInterval: REFRESH_MILLISECONDS,
  });
}

export function useRoomComfort(number: string) {
  return useQuery({
    queryKey: [...keys.comfort, "felt", number],
    queryFn: () => ask(api.GET("/api/rooms/{number}/comfort", { params: { path: { number } } })),
    refetchInterval: REFRESH_MILLISECONDS,
  });
}

export function useModels() {
  return useQuery({
    queryKey: [...keys.comfort, "models"],
    queryFn: () => ask(api.GET("/api/comfort/models")),
    refetchInterval: REFRESH_MILLISECONDS,
  });
}

export function useWeather() {
  return useQuery({
    queryKey: [...keys.comfort, "weather"],
    queryFn: () => ask(api.GET("/api/comfort/weather")),
    refetchInterval: REFRESH_MILLISECONDS,
  });
}

export function useHabits() {
  return useQuery({
    queryKey: [...keys.comfort, "habits"],
    queryFn: () => ask(api.GET("/api/comfort/habits")),
    refetchInterval: REFRESH_MILLISECONDS,
  });
}

export function useEquipment() {
  return useQuery({
    queryKey: keys.equipment,
    queryFn: async () => (await ask(api.GET("/api/equipment"))).items,
  });
}

/** Says what cools and heats over a scope; `version` 0 = nothing was said there. */
export function putEquipment(scope: string, version: number, equipment: EquipmentToPut) {
  return ask(api.PUT("/api/equipment/{scope}", { params: { path: { scope }, header: seen(version) }, body: equipment }));
}

/** What holds over this scope now; null when nothing is said there any more. */
export async function readEquipment(scope: string) {
  return (await ask(api.GET("/api/equipment"))).items.find((said) => said.scope === scope) ?? null;
}

export function useEquipmentIsOld() {
  const queries = useQueryClient();
  return () => {
    void queries.invalidateQueries({ queryKey: keys.equipment });
    void queries.invalidateQueries({ queryKey: keys.comfort });
  };
}

export function useTakeBackEquipment() {
  const isOld = useEquipmentIsOld();
  return useMutation({
    mutationFn: ({ scope, version }: { scope: string; version: number }) =>
      ask(api.DELETE("/api/equipment/{scope}", { params: { path: { scope }, header: seen(version) } })),
    onSettled: isOld,
  });
}
