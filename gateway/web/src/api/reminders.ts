/** What is late now: reads, as hooks. */
import { useQuery } from "@tanstack/react-query";
import { keys } from "../live/keys";
import { api, ask } from "./client";
import type { components } from "./schema";

export type Reminder = components["schemas"]["ReminderShape"];

/** Asked for anew when one is raised, and now and then for those that are over. */
export function useReminders() {
  return useQuery({
    queryKey: keys.reminders,
    queryFn: async () => (await ask(api.GET("/api/housekeeping/reminders"))).items,
    staleTime: 10_000,
    refetchInterval: 60_000,
  });
}
