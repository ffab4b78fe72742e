/** Tablets of the house, and what they hand in late, as hooks. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { keys } from "../live/keys";
import { api, ask, Problem } from "./client";

export function useTls() {
  return useQuery({ queryKey: keys.tls, queryFn: () => ask(api.GET("/api/tls")), staleTime: 60_000 });
}

export function useTablets() {
  return useQuery({ queryKey: keys.tablets, queryFn: async () => (await ask(api.GET("/api/tablets"))).items });
}

export function useInvite() {
  return useMutation({ mutationFn: (name: string) => ask(api.POST("/api/tablets/invitations", { body: { name } })) });
}

export function useRevokeTablet() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => ask(api.POST("/api/tablets/{tablet_id}/revoke", { params: { path: { tablet_id: id } } })),
    onSettled: () => void queries.invalidateQueries({ queryKey: keys.tablets }),
  });
}

export function useEnrol() {
  return useMutation({ mutationFn: (token: string) => ask(api.POST("/api/tablets", { body: { token } })) });
}

export function useLateOperations() {
  return useQuery({
    queryKey: keys.lateOperations,
    queryFn: async () => (await ask(api.GET("/api/late-operations"))).items,
  });
}

/**
 * Does a late operation now, in the name of who accepts it.
 *
 * `seenVersion` decides over what an edit shows now; a refusal of the operation is thrown as a `Problem`.
 */
export function useAcceptLate() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async ({ id, seenVersion }: { id: string; seenVersion: number | null }) => {
      try {
        await accept(id, seenVersion);
      } catch (error) {
        const current = error instanceof Problem && error.status === 412 ? error.values.current : undefined;
        // The supervisor has read what it is; an edit made over an older version is decided over this one.
        if (typeof current !== "number") throw error;
        await accept(id, current);
      }
    },
    onSettled: () => void queries.invalidateQueries({ queryKey: keys.lateOperations }),
  });
}

function accept(id: string, seenVersion: number | null): Promise<unknown> {
  const params = { path: { operation_id: id } };
  return ask(api.POST("/api/late-operations/{operation_id}/accept", { params, body: { seen_version: seenVersion } }));
}

export function useDismissLate() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (id: string) =>
      ask(api.POST("/api/late-operations/{operation_id}/dismiss", { params: { path: { operation_id: id } } })),
    onSettled: () => void queries.invalidateQueries({ queryKey: keys.lateOperations }),
  });
}
