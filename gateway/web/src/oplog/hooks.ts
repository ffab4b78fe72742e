/** The log as React sees it; `./index` says how to use it. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useContext, useMemo, useSyncExternalStore } from "react";
import { MeContext, useMe } from "../frame/me";
import { useTell } from "../parts/tell";
import { hotelNow } from "../time/clock";
import { LogFull } from "./log";
import { type NewOperation, type Operation, type Standing, standingOf } from "./operations";
import { overlaid, type Reducer, unknownTo } from "./overlay";
import { isUnreachable, tablet, type TabletState } from "./tablet";

export function useTablet(): TabletState {
  return useSyncExternalStore(tablet().subscribe, () => tablet().state);
}

/** What the badge says, for the person who is signed in. */
export function useStanding(): Standing {
  const { operations } = useTablet();
  const staffId = useContext(MeContext)?.staff.id ?? null;
  return useMemo(() => standingOf(operations, staffId), [operations, staffId]);
}

/** A function that keeps one tap and has it sent. */
export function useOperation(): (wanted: NewOperation) => Promise<Operation | null> {
  const { staff } = useMe();
  const tell = useTell();
  const author = useMemo(() => ({ id: staff.id, name: staff.name }), [staff.id, staff.name]);
  return useCallback(
    async (wanted) => {
      try {
        const operation = await tablet().log.add(wanted, author, hotelNow());
        tablet().sender.kick();
        return operation;
      } catch (error) {
        tell.full(error instanceof LogFull);
        return null;
      }
    },
    // `tell` is made anew with each drawing and says the same.
    // eslint-disable-next-line react-hooks/exhaustive-deps
    [author],
  );
}

interface Read {
  /** this tablet's clock when it was asked for, ms */
  askedAt: number;
  /** hotel time at which it was true, ms */
  asOf: number;
  fromStore: boolean;
}

const reads = new Map<string, Read>();

/**
 * An answer of the service, or the kept one when nobody answers.
 *
 * Throws the service's refusal, or that it is unreachable when nothing is kept.
 */
export async function readThrough<T>(staffId: string, name: string, hash: string, fetch: () => Promise<T>): Promise<T> {
  const askedAt = Date.now();
  const { snapshots } = tablet();
  try {
    const data = await fetch();
    const asOf = hotelNow();
    reads.set(hash, { askedAt, asOf, fromStore: false });
    // Keeping is a service to later; neither a slow nor a full disk holds up the answer that is here.
    void keep(staffId, name, data, asOf, askedAt).catch(() => undefined);
    return data;
  } catch (error) {
    if (!isUnreachable(error)) throw error;
    const kept = await snapshots.get(staffId, name).catch(() => null);
    if (kept === null) throw error;
    reads.set(hash, { askedAt: kept.askedAt, asOf: kept.asOf, fromStore: true });
    return kept.data as T;
  }
}

/** When the newest answer under this name was asked for, and of when it is. */
export function readOf(hash: string): Readonly<Read> | null {
  return reads.get(hash) ?? null;
}

async function keep(staffId: string, name: string, data: unknown, asOf: number, askedAt: number): Promise<void> {
  if (await tablet().keepsFor(staffId)) await tablet().snapshots.put(staffId, name, data, asOf, askedAt);
}

export interface SnapshotQuery<T> {
  name: string;
  queryKey: readonly unknown[];
  fetch: () => Promise<T>;
  reducer?: Reducer<T>;
  staleMilliseconds?: number;
  enabled?: boolean;
}

export function useSnapshot<T>({ name, queryKey, fetch, reducer, staleMilliseconds = 10_000, enabled = true }: SnapshotQuery<T>) {
  const { staff } = useMe();
  const queries = useQueryClient();
  const { operations } = useTablet();
  const hash = JSON.stringify(queryKey);
  const query = useQuery({
    queryKey,
    queryFn: () => readThrough(staff.id, name, hash, fetch),
    staleTime: staleMilliseconds,
    enabled,
  });
  const { data, dataUpdatedAt, error, isPending, isFetching } = query;
  const read = useMemo(() => ({ at: dataUpdatedAt, ...reads.get(hash) }), [dataUpdatedAt, hash]);
  const shown = useMemo(
    () => (data === undefined || reducer === undefined ? data : overlaid(data, unknownTo(operations, read.askedAt ?? 0), reducer)),
    [data, operations, reducer, read],
  );
  return {
    data: shown,
    asOf: read.asOf ?? null,
    fromStore: read.fromStore ?? false,
    error,
    isPending,
    isFetching,
    refetch: () => queries.invalidateQueries({ queryKey }),
  };
}
