/** Stays, arrivals and wishes: reads and deeds, as hooks. */
import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { keys } from "../live/keys";
import { api, ask, askVersioned, once, randomKey, seen } from "./client";
import type { paths } from "./schema";
import type { Arrival, ImportAnswer, NewStay, Preference, Stay, StayEdit } from "./types";

export function useArrivals(date: string) {
  return useQuery({
    queryKey: [...keys.arrivals, date],
    queryFn: async () => (await ask(api.GET("/api/arrivals", { params: { query: { date } } }))).items,
    staleTime: 5_000,
    placeholderData: keepPreviousData,
  });
}

/** Rooms that a stay could have, best first. */
export function useRoomSuggestions(stayId: string) {
  return useQuery({
    queryKey: [...keys.suggestions, stayId],
    queryFn: () => ask(api.GET("/api/stays/{stay_id}/room-suggestions", { params: { path: { stay_id: stayId } } })),
    staleTime: 5_000,
    placeholderData: keepPreviousData,
  });
}

export function useStay(id: string | null) {
  return useQuery({
    queryKey: [...keys.stays, id ?? ""],
    enabled: id !== null,
    queryFn: () => ask(api.GET("/api/stays/{stay_id}", { params: { path: { stay_id: id ?? "" } } })),
    staleTime: 5_000,
  });
}

export function useStaySearch(q: string, enabled: boolean) {
  return useQuery({
    queryKey: [...keys.stays, "search", q],
    enabled: enabled && q.trim().length >= 2,
    queryFn: async () =>
      (await ask(api.GET("/api/stays", { params: { query: { q: q.trim() } } }))).items,
    staleTime: 10_000,
    placeholderData: keepPreviousData,
  });
}

export function useEditStay() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ id, version, edit }: { id: string; version: number; edit: StayEdit }) =>
      ask(api.PATCH("/api/stays/{stay_id}", { params: { path: { stay_id: id }, header: seen(version) }, body: edit })),
    onSuccess: (stay) => {
      queries.setQueryData([...keys.stays, stay.id], stay);
      putInArrivals(queries, stay);
    },
    onSettled: () => void queries.invalidateQueries({ queryKey: keys.arrivals }),
  });
}

/** Puts what the service said of a stay into every list of arrivals that shows it. */
export function putInArrivals(queries: ReturnType<typeof useQueryClient>, stay: Stay): void {
  queries.setQueriesData<Arrival[]>({ queryKey: keys.arrivals }, (arrivals) =>
    arrivals?.map((arrival) =>
      arrival.stay_id === stay.id && arrival.version <= stay.version
        ? {
            ...arrival,
            eta: stay.eta,
            eta_source: stay.eta_source,
            room: stay.room,
            room_type: stay.room_type,
            state: stay.state,
            vip: stay.vip,
            version: stay.version,
          }
        : arrival,
    ),
  );
}

export type StayAct =
  | { act: "check-in"; room?: string; unready_reason?: string }
  | { act: "check-out" }
  | { act: "move"; room: string; reason?: string }
  | { act: "cancel" }
  | { act: "no-show" }
  | { act: "queue" }
  | { act: "leave-queue" }
  | { act: "undo" };

function actOnStay(id: string, { act, ...body }: StayAct): Promise<Stay> {
  const params = { path: { stay_id: id }, header: once() };
  switch (act) {
    case "check-in":
      return ask(api.POST("/api/stays/{stay_id}/check-in", { params, body }));
    case "check-out":
      return ask(api.POST("/api/stays/{stay_id}/check-out", { params }));
    case "move":
      return ask(api.POST("/api/stays/{stay_id}/move", { params, body: body as { room: string; reason?: string } }));
    case "cancel":
      return ask(api.POST("/api/stays/{stay_id}/cancel", { params }));
    case "no-show":
      return ask(api.POST("/api/stays/{stay_id}/no-show", { params }));
    case "queue":
      return ask(api.POST("/api/stays/{stay_id}/queue", { params }));
    case "leave-queue":
      return ask(api.DELETE("/api/stays/{stay_id}/queue", { params }));
    case "undo":
      return ask(api.POST("/api/stays/{stay_id}/undo", { params }));
  }
}

export function useActOnStay() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ id, ...act }: StayAct & { id: string }) => actOnStay(id, act),
    onSuccess: (stay) => {
      queries.setQueryData([...keys.stays, stay.id], stay);
      putInArrivals(queries, stay);
    },
    onSettled: () => {
      void queries.invalidateQueries({ queryKey: keys.arrivals });
      void queries.invalidateQueries({ queryKey: keys.rooms });
      void queries.invalidateQueries({ queryKey: keys.stays });
    },
  });
}

export type SignKind = NonNullable<paths["/api/stays/{stay_id}/sign"]["post"]["requestBody"]>["content"]["application/json"]["kind"];

/** A live sign of a guest on the way. */
export function useSign() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ stayId, kind }: { stayId: string; kind: SignKind }) =>
      ask(api.POST("/api/stays/{stay_id}/sign", { params: { path: { stay_id: stayId }, header: once() }, body: { kind } })),
    onSettled: () => {
      void queries.invalidateQueries({ queryKey: keys.arrivals });
      void queries.invalidateQueries({ queryKey: ["room"] });
    },
  });
}

export function useMakeStay() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async ({ stay, wishes }: { stay: NewStay; wishes: Preference[] }) => {
      const made = await ask(
        api.POST("/api/stays", { params: { header: once() }, body: stay }),
      );
      if (wishes.length > 0) await putPreferences("stay", made.id, made.version, wishes);
      return made;
    },
    onSettled: () => void queries.invalidateQueries({ queryKey: keys.arrivals }),
  });
}

export function useImportStays() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ csv, partial }: { csv: string; partial: boolean }): Promise<ImportAnswer> =>
      ask(
        api.POST("/api/stays/import", {
          params: { query: { partial }, header: { "idempotency-key": randomKey() } },
          headers: { "Content-Type": "text/csv" },
          body: csv,
          bodySerializer: (text) => text,
        }),
      ),
    onSettled: () => void queries.invalidateQueries({ queryKey: keys.arrivals }),
  });
}

export type PreferenceOwner = "stay" | "guest";

export interface Wishes {
  items: Preference[];
  version: number;
}

async function putPreferences(
  owner: PreferenceOwner,
  id: string,
  version: number,
  items: Preference[],
): Promise<Wishes> {
  const header = seen(version);
  const body = { items };
  const answer = await askVersioned(
    owner === "stay"
      ? api.PUT("/api/stays/{stay_id}/preferences", { params: { path: { stay_id: id }, header }, body })
      : api.PUT("/api/guests/{guest_id}/preferences", { params: { path: { guest_id: id }, header }, body }),
  );
  return { items: answer.body.items, version: answer.version };
}

async function getPreferences(owner: PreferenceOwner, id: string): Promise<Wishes> {
  const answer = await askVersioned(
    owner === "stay"
      ? api.GET("/api/stays/{stay_id}/preferences", { params: { path: { stay_id: id } } })
      : api.GET("/api/guests/{guest_id}/preferences", { params: { path: { guest_id: id } } }),
  );
  return { items: answer.body.items, version: answer.version };
}

export function usePreferences(owner: PreferenceOwner, id: string) {
  return useQuery({
    queryKey: [...keys.preferences, owner, id],
    queryFn: () => getPreferences(owner, id),
  });
}

export function usePutPreferences(owner: PreferenceOwner, id: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ version, items }: Wishes) => putPreferences(owner, id, version, items),
    onSuccess: (wishes) => queries.setQueryData([...keys.preferences, owner, id], wishes),
    onSettled: () => {
      void queries.invalidateQueries({ queryKey: keys.preferences });
      void queries.invalidateQueries({ queryKey: keys.stays });
      void queries.invalidateQueries({ queryKey: keys.arrivals });
    },
  });
}
