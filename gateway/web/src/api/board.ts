/** The day's board and its shifts: what the page reads and does, as hooks. */
import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { keys } from "../live/keys";
import { api, ask, once, seen } from "./client";
import type { components } from "./schema";

type Shapes = components["schemas"];

export type Board = Shapes["BoardShape"];
export type Lane = Shapes["Lane"];
export type PlannedTask = Shapes["PlannedTask"];
export type LeftOut = Shapes["LeftOut"];
export type Shift = Shapes["Shift"];
export type ShiftToPut = Shapes["ShiftToPut"];

export function useBoard(date: string) {
  return useQuery({
    queryKey: [...keys.board, date],
    queryFn: () => ask(api.GET("/api/board", { params: { query: { date } } })),
    staleTime: 5_000,
    placeholderData: keepPreviousData,
  });
}

/** Every deed of the board answers with the board as it is then. */
function useBoardDeed<Wanted>(deed: (wanted: Wanted) => Promise<Board>) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: deed,
    onSuccess: (board) => queries.setQueryData([...keys.board, board.business_date], board),
    onError: () => void queries.invalidateQueries({ queryKey: keys.board }),
  });
}

export function usePlanBoard() {
  return useBoardDeed((date: string) => ask(api.POST("/api/board/plan", { params: { header: once() }, body: { date } })));
}

export function useReplanBoard() {
  return useBoardDeed((date: string) =>
    ask(api.POST("/api/board/replan", { params: { header: once() }, body: { date, cause: "asked" } })),
  );
}

export function useMoveTask() {
  return useBoardDeed((body: Shapes["TaskToMove"]) => ask(api.POST("/api/board/move", { params: { header: once() }, body })));
}

export function useLockTask() {
  return useBoardDeed((body: Shapes["TaskToLock"]) => ask(api.POST("/api/board/lock", { params: { header: once() }, body })));
}

/** All that is open on one list goes to another. */
export function useMergeLists() {
  return useBoardDeed((body: Shapes["ListsToMerge"]) => ask(api.POST("/api/board/merge", { params: { header: once() }, body })));
}

export function useAddShift() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: ShiftToPut) => ask(api.POST("/api/shifts", { params: { header: once() }, body })),
    onSettled: () => void queries.invalidateQueries({ queryKey: keys.board }),
  });
}

export function useCallInSick() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (id: string) =>
      ask(api.POST("/api/shifts/{shift_id}/sick", { params: { path: { shift_id: id }, header: once() } })),
    onSettled: () => void queries.invalidateQueries({ queryKey: keys.board }),
  });
}

export function useRemoveShift() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (id: string) =>
      ask(api.DELETE("/api/shifts/{shift_id}", { params: { path: { shift_id: id }, header: once() } })),
    onSettled: () => void queries.invalidateQueries({ queryKey: keys.board }),
  });
}

export function readShift(id: string): Promise<Shift> {
  return ask(api.GET("/api/shifts/{shift_id}", { params: { path: { shift_id: id } } }));
}

export function putShift(id: string, version: number, body: ShiftToPut): Promise<Shift> {
  return ask(api.PATCH("/api/shifts/{shift_id}", { params: { path: { shift_id: id }, header: { ...seen(version), ...once() } }, body }));
}

/** Has the board asked for anew. */
export function useBoardIsOld(): () => void {
  const queries = useQueryClient();
  return () => void queries.invalidateQueries({ queryKey: keys.board });
}
