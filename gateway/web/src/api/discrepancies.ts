/** Where front office, reports and sensors contradict each other: reads and deeds, as hooks. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useOperation } from "../oplog";
import { keys } from "../live/keys";
import { api, ask, once } from "./client";
import type { components } from "./schema";

type Shapes = components["schemas"];

export type Discrepancy = Shapes["DiscrepancyShape"];

/** Newest first; `all` also what was settled. */
export function useDiscrepancies(state: "open" | "all", enabled = true) {
  return useQuery({
    queryKey: [...keys.discrepancies, state],
    enabled,
    queryFn: async () => (await ask(api.GET("/api/discrepancies", { params: { query: { state } } }))).items,
    staleTime: 5_000,
  });
}

export function useResolve() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ id, resolution }: { id: string; resolution: string }) =>
      ask(
        api.POST("/api/discrepancies/{discrepancy_id}/resolve", {
          params: { path: { discrepancy_id: id }, header: once() },
          body: { resolution },
        }),
      ),
    onSettled: () => {
      void queries.invalidateQueries({ queryKey: keys.discrepancies });
      void queries.invalidateQueries({ queryKey: keys.rooms });
    },
  });
}

/** Says what somebody found in a room, through the tablet's log: it counts from the tap on, also without network. */
export function useReportRoom(room: string) {
  const act = useOperation();
  return (found: { occupied: boolean; people: number | null }) =>
    act({
      method: "POST",
      path: `/api/rooms/${encodeURIComponent(room)}/found`,
      body: { occupied: found.occupied, people: found.people },
      subject: `room:${room}`,
      label: { key: found.occupied ? "oplog.labels.found_occupied" : "oplog.labels.found_vacant", values: { room } },
    });
}
