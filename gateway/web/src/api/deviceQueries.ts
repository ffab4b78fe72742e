/** What the devices page reads and does, as hooks. */
import { keepPreviousData, useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { keys } from "../live/keys";
import { api, ask, once, randomKey } from "./client";
import type { ApproveOne, Device } from "./types";

const DEVICES_PER_PAGE = 500;
/** A hotel of 2,000 rooms; more is no list that a person reads. */
const MOST_DEVICE_PAGES = 60;

async function everyDevice(): Promise<Device[]> {
  const devices: Device[] = [];
  let after: string | null = null;
  for (let page = 0; page < MOST_DEVICE_PAGES; page += 1) {
    const query: { limit: number; after?: string } = { limit: DEVICES_PER_PAGE, ...(after === null ? {} : { after }) };
    const answer = await ask(api.GET("/api/devices", { params: { query } }));
    devices.push(...answer.items);
    after = answer.next ?? null;
    if (after === null) break;
  }
  return devices;
}

export function useDevices() {
  return useQuery({ queryKey: keys.devices, queryFn: everyDevice, staleTime: 10_000 });
}

/** A device's values move without a message to everybody: an open page asks now and then. */
const DEVICE_MILLISECONDS = 3_000;

export function useDevice(id: string) {
  return useQuery({
    queryKey: keys.device(id),
    queryFn: () => ask(api.GET("/api/devices/{device_id}", { params: { path: { device_id: id } } })),
    refetchInterval: DEVICE_MILLISECONDS,
    placeholderData: keepPreviousData,
  });
}

const COMMANDS_PER_PAGE = 30;

export function useDeviceCommands(id: string) {
  return useInfiniteQuery({
    queryKey: [...keys.device(id), "commands"],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam }) =>
      ask(
        api.GET("/api/devices/{device_id}/commands", {
          params: {
            path: { device_id: id },
            query: { limit: COMMANDS_PER_PAGE, ...(pageParam === null ? {} : { before: pageParam }) },
          },
        }),
      ),
    getNextPageParam: (page) => page.next ?? null,
    refetchInterval: DEVICE_MILLISECONDS,
  });
}

export function useRefused(enabled: boolean) {
  return useQuery({
    queryKey: keys.refused,
    enabled,
    queryFn: async () => (await ask(api.GET("/api/devices/refused"))).items,
    refetchInterval: 15_000,
  });
}

export function useRetainedCommands() {
  return useQuery({
    queryKey: keys.retained,
    queryFn: async () => (await ask(api.GET("/api/devices/retained-commands"))).items,
    refetchInterval: 15_000,
  });
}

export function useClearRetained() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (topic: string) =>
      ask(api.POST("/api/devices/retained-commands/clear", { params: { header: once() }, body: { topic } })),
    onSettled: () => void queries.invalidateQueries({ queryKey: keys.retained }),
  });
}

function useSettleDevices(): () => void {
  const queries = useQueryClient();
  return () => {
    void queries.invalidateQueries({ queryKey: keys.devices });
    void queries.invalidateQueries({ queryKey: ["device"] });
  };
}

/** Puts entities in their rooms, all or none; also moves what is approved. */
export function useApproveDevices() {
  const settle = useSettleDevices();
  return useMutation({
    mutationFn: (items: ApproveOne[]) => ask(api.POST("/api/devices/approve", { params: { header: once() }, body: { items } })),
    onSettled: settle,
  });
}

export function useWithdrawApproval() {
  const settle = useSettleDevices();
  return useMutation({
    mutationFn: (ids: string[]) =>
      Promise.all(
        ids.map((id) =>
          ask(
            api.POST("/api/devices/{device_id}/withdraw-approval", { params: { path: { device_id: id }, header: once() } }),
          ),
        ),
      ),
    onSettled: settle,
  });
}

export function useTryDevice(id: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: { property: string; value: boolean | number | string }) =>
      ask(api.POST("/api/devices/{device_id}/try", { params: { path: { device_id: id }, header: once() }, body })),
    onSuccess: (command) => queries.setQueryData(keys.command(command.id), command),
    onSettled: () => void queries.invalidateQueries({ queryKey: keys.device(id) }),
  });
}

export function useImportApprovals() {
  const settle = useSettleDevices();
  return useMutation({
    mutationFn: ({ csv, apply }: { csv: string; apply: boolean }) =>
      ask(
        api.POST("/api/devices/import", {
          params: { query: { apply }, header: { "idempotency-key": randomKey() } },
          headers: { "Content-Type": "text/csv" },
          body: csv,
          bodySerializer: (text) => text,
        }),
      ),
    onSettled: (_, __, { apply }) => (apply ? settle() : undefined),
  });
}
