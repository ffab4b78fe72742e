/** The people who work here: reads and deeds, as hooks. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { keys } from "../live/keys";
import { api, ask } from "./client";
import type { Language, NewStaff } from "./types";

export function useStaff(enabled: boolean) {
  return useQuery({
    queryKey: keys.staff,
    enabled,
    queryFn: async () => (await ask(api.GET("/api/staff"))).items,
  });
}

export function useAddStaff() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: NewStaff) =>
      ask(api.POST("/api/staff", { body })),
    onSettled: () => void queries.invalidateQueries({ queryKey: keys.staff }),
  });
}

export function useUnlockStaff() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (id: string) =>
ask(api.POST("/api/staff/{staff_id}/unlock", { params: { path: { staff_id: id } } })),
    onSettled: () => void queries.invalidateQueries({ queryKey: keys.staff }),
  });
}

/** Remembers the language with the account, so that it is there on the next device too. */
export function rememberLanguage(language: Language): Promise<unknown> {
  return ask(api.PATCH("/api/me", { body: { language } }));
}
