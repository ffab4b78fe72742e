/** What the pages read and do, as hooks. Pages never build a request themselves. */
import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { keys } from "../live/keys";
import { useOperation, useSnapshot } from "../oplog/hooks";
import { roomAfter, roomsAfter } from "../oplog/overlay";
import { api, ask, OFFLINE, once, Problem, seen } from "./client";
import type { components } from "./schema";
import type { ActionRequest, Cleanliness, Command, CommandRequest, History, Room, RoomDetail } from "./types";

/** Ask again only when nobody answered; a refusal does not change by asking. */
export function worthRetrying(failures: number, error: unknown): boolean {
  return error instanceof Problem && (error.code === OFFLINE || error.status >= 502) && failures < 2;
}

export function useRooms() {
  return useSnapshot<Room[]>({
    name: "rooms",
    queryKey: keys.rooms,
    fetch: async () => (await ask(api.GET("/api/rooms"))).items,
    reducer: roomsAfter,
  });
}

/** Which rooms there are, for lists to choose from and corridors to walk; not kept live. */
export function useRoomOrder() {
  const queries = useQueryClient();
  return useQuery({
    queryKey: keys.roomOrder,
    queryFn: async () => queries.getQueryData<Room[]>(keys.rooms) ?? (await ask(api.GET("/api/rooms"))).items,
    staleTime: Infinity,
  });
}

export function useRoom(number: string) {
  return useSnapshot<RoomDetail>({
    name: `room.${number}`,
    queryKey: keys.room(number),
    fetch: () => ask(api.GET("/api/rooms/{number}", { params: { path: { number } } })),
    reducer: roomAfter,
    staleMilliseconds: 5_000,
  });
}

export function useHistory(number: string, hours: number, from: () => { from: string; to: string }) {
  return useQuery({
    queryKey: [...keys.history(number), `${hours}h`],
    queryFn: () =>
      // openapi-fetch forgets that points are pairs.
      ask(api.GET("/api/rooms/{number}/history", { params: { path: { number }, query: from() } })) as Promise<unknown> as Promise<History>,
    placeholderData: keepPreviousData,
    staleTime: 3_000,
  });
}

export function useCommand(id: string | null) {
  return useQuery({
    queryKey: keys.command(id ?? ""),
    enabled: id !== null,
    queryFn: () => ask(api.GET("/api/commands/{command_id}", { params: { path: { command_id: id ?? "" } } })),
    // Its end is announced on the live line; the slow question is for a line that is down.
    refetchInterval: (query) => (ended(query.state.data) ? false : 2_500),
  });
}

export function ended(command: Command | undefined): boolean {
  return command !== undefined && command.state !== "queued" && command.state !== "sent";
}

export function useSendCommand(number: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: CommandRequest) =>
      ask(
        api.POST("/api/rooms/{number}/commands", { params: { path: { number }, header: once() }, body }),
      ),
    onSuccess: (command) => queries.setQueryData(keys.command(command.id), command),
    // The room shows the new revision, or what somebody else asked for meanwhile.
    onSettled: () => void queries.invalidateQueries({ queryKey: keys.room(number) }),
  });
}

export function useStartAction() {
  return useMutation({
    mutationFn: (body: ActionRequest) => ask(api.POST("/api/actions", { params: { header: once() }, body })),
  });
}

export function useAction(id: string) {
  return useQuery({
    queryKey: keys.action(id),
    queryFn: () => ask(api.GET("/api/actions/{action_id}", { params: { path: { action_id: id } } })),
    refetchInterval: (query) => (query.state.data?.ended_at == null ? 1_000 : false),
  });
}

export function useSetHandsOff() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ scope, reason }: { scope: string; reason: string }) =>
      ask(api.PUT("/api/hands-off/{scope}", { params: { path: { scope }, header: once() }, body: { reason } })),
    onSettled: () => void queries.invalidateQueries({ predicate: isOfRooms }),
  });
}

export function useLiftHandsOff() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (scope: string) =>
      ask(api.DELETE("/api/hands-off/{scope}", { params: { path: { scope }, header: once() } })),
    onSettled: () => void queries.invalidateQueries({ predicate: isOfRooms }),
  });
}

function isOfRooms(query: { queryKey: readonly unknown[] }): boolean {
  return query.queryKey[0] === keys.rooms[0] || query.queryKey[0] === keys.room("")[0];
}

export function useRelease(number: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: { device_id?: string; property?: string }) =>
      ask(api.POST("/api/rooms/{number}/release", { params: { path: { number }, header: once() }, body })),
    onSettled: () => void queries.invalidateQueries({ queryKey: keys.room(number) }),
  });
}

export function usePrecondition(number: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: { celsius?: number; by?: string }) =>
      ask(
        api.POST("/api/rooms/{number}/precondition", { params: { path: { number }, header: once() }, body }),
      ),
    onSettled: () => {
      void queries.invalidateQueries({ queryKey: keys.room(number) });
      void queries.invalidateQueries({ queryKey: keys.history(number) });
      void queries.invalidateQueries({ queryKey: keys.arrivals });
    },
  });
}

export interface RoomStep {
  cleanliness?: Cleanliness;
  turndown?: Room["turndown"];
  service?: Room["service"];
  /** without daily service for the whole stay */
  opted_out?: boolean;
  panel?: Room["panel"];
}

/** Sets a room's status through the tablet's log: it holds from the tap on, with and without network. */
export function useSetStatus(room: Room) {
  const act = useOperation();
  return (step: RoomStep) => {
    const [axis = "cleanliness", value = ""] = Object.entries(step)[0] ?? [];
    return act({
      method: "PATCH",
      path: `/api/rooms/${encodeURIComponent(room.number)}/status`,
      body: { ...step },
      seenVersion: room.version,
      subject: `room:${room.number}`,
      label: { key: `oplog.labels.${axis}`, values: { room: room.number, [axis]: String(value) } },
      effect: { room: room.number, ...step },
    });
  };
}

export type AvailabilityToSet = NonNullable<components["schemas"]["StatusToSet"]["availability"]>;

/** Takes a room out of sale or puts it back; the service says at once whether that can be. */
export function useSetAvailability(room: Room) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (availability: AvailabilityToSet) =>
      ask(
        api.PATCH("/api/rooms/{number}/status", {
          params: { path: { number: room.number }, header: seen(room.version) },
          body: { availability },
        }),
      ),
    onSettled: () => {
      void queries.invalidateQueries({ queryKey: keys.room(room.number) });
      void queries.invalidateQueries({ queryKey: keys.rooms });
      void queries.invalidateQueries({ queryKey: keys.arrivals });
    },
  });
}
