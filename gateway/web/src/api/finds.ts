/** Found things, counts, fault reports and photos: what the pages read and do, as hooks. */
import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { keys } from "../live/keys";
import { useSnapshot } from "../oplog";
import { api, ask, once, seen } from "./client";
import type { components } from "./schema";

type Shapes = components["schemas"];

export type LostItem = Shapes["LostItem"];
export type LostItemWithSteps = Shapes["LostItemWithSteps"];
export type ItemState = Shapes["ItemState"];
export type ItemAction = Shapes["ItemAction"];
export type Category = Shapes["Category"];
export type Stock = Shapes["Stock"];
export type StockGood = Shapes["StockGood"];
export type StockCount = Shapes["StockCount"];
export type FaultKind = Shapes["FaultKind"];

export const categories: Category[] = ["electronics", "valuable", "document", "clothing", "perishable", "other"];

export interface FoundFilter {
  q: string;
  open: boolean;
  due: string | null;
}

export function useFoundThings({ q, open, due }: FoundFilter) {
  return useQuery({
    queryKey: [...keys.found, q, String(open), due ?? ""],
    queryFn: () =>
      ask(
        api.GET("/api/lost-and-found", {
          params: { query: { open: open || due !== null, limit: 200, ...(q ? { q } : {}), ...(due ? { due_on: due } : {}) } },
        }),
      ),
    placeholderData: keepPreviousData,
    staleTime: 10_000,
  });
}

export function useFoundThing(id: string | null) {
  return useQuery({
    queryKey: [...keys.found, "one", id ?? ""],
    enabled: id !== null,
    queryFn: () => ask(api.GET("/api/lost-and-found/{item_id}", { params: { path: { item_id: id ?? "" } } })),
  });
}

export function useActOnFound(id: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: Shapes["ItemActionToTake"]) =>
      ask(
        api.POST("/api/lost-and-found/{item_id}/actions", { params: { path: { item_id: id }, header: once() }, body }),
      ),
    onSettled: () => void queries.invalidateQueries({ queryKey: keys.found }),
  });
}

export function useEditFound(id: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ version, edit }: { version: number; edit: Shapes["ItemToEdit"] }) =>
      ask(
        api.PATCH("/api/lost-and-found/{item_id}", { params: { path: { item_id: id }, header: seen(version) }, body: edit }),
      ),
    onSettled: () => void queries.invalidateQueries({ queryKey: keys.found }),
  });
}

export function useGoods(stock: Stock) {
  return useSnapshot({
    name: `goods-${stock}`,
    queryKey: [...keys.stock, stock, "goods"],
    fetch: async () => (await ask(api.GET("/api/stock/{stock}/goods", { params: { path: { stock } } }))).items,
    staleMilliseconds: 60_000,
  });
}

export function useSetGoods(stock: Stock) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (goods: StockGood[]) =>
      ask(api.PUT("/api/stock/{stock}/goods", { params: { path: { stock }, header: once() }, body: { goods } })),
    onSettled: () => void queries.invalidateQueries({ queryKey: keys.stock }),
  });
}

export function useCounts(stock: Stock, date: string) {
  return useQuery({
    queryKey: [...keys.stock, stock, "counts", date],
    queryFn: () => ask(api.GET("/api/stock/{stock}/counts", { params: { path: { stock }, query: { date, limit: 500 } } })),
    placeholderData: keepPreviousData,
    staleTime: 10_000,
  });
}

export function useTakeBackCount() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (id: string) =>
      ask(api.DELETE("/api/stock/counts/{count_id}", { params: { path: { count_id: id }, header: once() } })),
    onSettled: () => void queries.invalidateQueries({ queryKey: keys.stock }),
  });
}
