/** Assets of maintenance: shapes, and what the pages read and do. */
import { keepPreviousData, useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { keys } from "../live/keys";
import { api, ask, once, randomKey, seen } from "./client";
import type { components } from "./schema";

type Shapes = components["schemas"];

export type Asset = Shapes["AssetShape"];
export type AssetDetail = Shapes["AssetDetail"];
export type AssetKind = Shapes["AssetKind"];
export type AssetState = Shapes["AssetState"];
export type AssetEdit = Shapes["AssetEdit"];
export type AssetToMake = Shapes["AssetToMake"];
export type AssetTimelineEntry = Shapes["AssetTimelineEntry"];
export type AssetImportReport = Shapes["AssetImportReport"];

export interface AssetFilters {
  kind: AssetKind | null;
  state: AssetState | null;
  room: string | null;
  model: string | null;
  warranty_days: number | null;
  search: string;
}

const PER_PAGE = 100;

function queryOf({ search, ...filters }: AssetFilters) {
  const said = Object.fromEntries(Object.entries(filters).filter(([, value]) => value !== null));
  return { ...said, ...(search.trim() === "" ? {} : { search: search.trim() }) };
}

export function useAssets(filters: AssetFilters) {
  return useInfiniteQuery({
    queryKey: [...keys.assets, "list", JSON.stringify(filters)],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam }) =>
      ask(
        api.GET("/api/assets", {
          params: { query: { ...queryOf(filters), limit: PER_PAGE, ...(pageParam === null ? {} : { after: pageParam }) } },
        }),
      ),
    getNextPageParam: (page) => page.next ?? null,
    placeholderData: keepPreviousData,
    staleTime: 10_000,
  });
}

const MOST_FOUND = 8;

/** Assets by a part of their name, model, serial number or place, for the finder. */
export function useAssetSearch(q: string, enabled: boolean) {
  return useQuery({
    queryKey: [...keys.assets, "search", q],
    enabled: enabled && q.trim().length >= 2,
    queryFn: async () => (await ask(api.GET("/api/assets", { params: { query: { search: q.trim(), limit: MOST_FOUND } } }))).items,
    staleTime: 10_000,
    placeholderData: keepPreviousData,
  });
}

export function useAssetModels() {
  return useQuery({
    queryKey: [...keys.assets, "models"],
    queryFn: async () => (await ask(api.GET("/api/assets/models"))).items,
    staleTime: 60_000,
  });
}

export function readAsset(id: string): Promise<AssetDetail> {
  return ask(api.GET("/api/assets/{asset_id}", { params: { path: { asset_id: id } } }));
}

export function useAsset(id: string) {
  return useQuery({ queryKey: [...keys.assets, "one", id], queryFn: () => readAsset(id), retry: false });
}

export function useAssetTimeline(id: string) {
  return useInfiniteQuery({
    queryKey: [...keys.assets, "timeline", id],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam }) =>
      ask(
        api.GET("/api/assets/{asset_id}/timeline", {
          params: { path: { asset_id: id }, query: pageParam === null ? {} : { before: pageParam } },
        }),
      ),
    getNextPageParam: (page) => page.next ?? null,
  });
}

export function useAssetCodes(filters: AssetFilters, one: string | null) {
  return useInfiniteQuery({
    queryKey: [...keys.assets, "codes", JSON.stringify(filters), one ?? ""],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam }) => {
      const { kind, room, search } = filters;
      const wanted = one !== null ? { asset_id: one } : queryOf({ kind, room, search, state: null, model: null, warranty_days: null });
      return ask(api.GET("/api/qr/assets", { params: { query: { ...wanted, ...(pageParam === null ? {} : { after: pageParam }) } } }));
    },
    getNextPageParam: (page) => page.next ?? null,
  });
}

/** Everything that changes the registry makes its answers old, also when it was refused. */
function useAssetDeed<Wanted, Answer>(deed: (wanted: Wanted) => Promise<Answer>) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: deed,
    onSettled: () => {
      void queries.invalidateQueries({ queryKey: keys.assets });
      void queries.invalidateQueries({ queryKey: keys.tickets });
    },
  });
}

export function useMakeAsset() {
  return useAssetDeed((body: AssetToMake) => ask(api.POST("/api/assets", { params: { header: once() }, body })));
}

export function putAsset(id: string, version: number, edit: AssetEdit): Promise<AssetDetail> {
  return ask(
    api.PATCH("/api/assets/{asset_id}", { params: { path: { asset_id: id }, header: { ...seen(version), ...once() } }, body: edit }),
  );
}

export function useMoveAsset(id: string) {
  return useAssetDeed((body: Shapes["AssetToMove"]) =>
    ask(api.POST("/api/assets/{asset_id}/move", { params: { path: { asset_id: id }, header: once() }, body })),
  );
}

export function useRemoveAsset(id: string) {
  return useAssetDeed((version: number) =>
    ask(api.DELETE("/api/assets/{asset_id}", { params: { path: { asset_id: id }, header: { ...seen(version), ...once() } } })),
  );
}

/** Both go past the tablet's log: nobody relies on an isolation that is not on yet. */
export function useLockOutAsset(id: string) {
  return useAssetDeed((reason: string) =>
    ask(api.POST("/api/assets/{asset_id}/lock-out", { params: { path: { asset_id: id }, header: once() }, body: { reason } })),
  );
}

export function useReleaseAsset(id: string) {
  return useAssetDeed(() => ask(api.DELETE("/api/assets/{asset_id}/lock-out", { params: { path: { asset_id: id }, header: once() } })));
}

export function useAddPart(id: string) {
  return useAssetDeed((body: Shapes["PartToAdd"]) =>
    ask(api.POST("/api/assets/{asset_id}/parts", { params: { path: { asset_id: id }, header: once() }, body })),
  );
}

export function useDropPart(id: string) {
  return useAssetDeed((part: string) =>
    ask(api.DELETE("/api/assets/{asset_id}/parts/{part_id}", { params: { path: { asset_id: id, part_id: part }, header: once() } })),
  );
}

export function useDropDocument(id: string) {
  return useAssetDeed((document: string) =>
    ask(
      api.DELETE("/api/assets/{asset_id}/documents/{document_id}", {
        params: { path: { asset_id: id, document_id: document }, header: once() },
      }),
    ),
  );
}

/** A PDF goes as it is, a picture as a photo; then it is named. */
export function useAddDocument(id: string) {
  return useAssetDeed(async ({ file, title }: { file: Blob; title: string }) => {
    const raw = { params: { header: once() }, body: file as unknown as string, bodySerializer: (body: unknown) => body as Blob };
    const kept =
      file.type === "application/pdf"
        ? await ask(api.POST("/api/files/documents", { ...raw, headers: { "Content-Type": "application/pdf" } }))
        : await ask(api.POST("/api/files", { ...raw, headers: { "Content-Type": file.type } }));
    return ask(
      api.POST("/api/assets/{asset_id}/documents", {
        params: { path: { asset_id: id }, header: once() },
        body: { file_id: kept.id, title },
      }),
    );
  });
}

export function useImportAssets() {
  return useAssetDeed(({ csv, apply }: { csv: string; apply: boolean }) =>
    ask(
      api.POST("/api/assets/import", {
        params: { query: { apply }, header: { "idempotency-key": randomKey() } },
        headers: { "Content-Type": "text/csv" },
        body: csv,
        bodySerializer: (text) => text,
      }),
    ),
  );
}
