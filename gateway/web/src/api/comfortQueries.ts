/** What the comfort page reads, as hooks. */
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { keys } from "../live/keys";
import { hotelNow } from "../time/clock";
import { api, ask } from "./client";

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
