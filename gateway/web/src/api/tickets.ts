/** Tickets of maintenance: shapes, and the reads that work without network. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { keys } from "../live/keys";
import { ticketAfter, ticketsAfter, useSnapshot } from "../oplog";
import { api, ask, once, seen } from "./client";
import type { components } from "./schema";

type Shapes = components["schemas"];

export type Ticket = Shapes["Ticket"];
export type TicketState = Shapes["TicketState"];
export type TicketAction = Shapes["TicketAction"];
export type TicketStep = Shapes["TicketStep"];
export type TicketPriority = Ticket["priority"];
export type TimelineEntry = Shapes["TimelineEntry"];

/** The states of a ticket that somebody still has to do something about, in the order of its life. */
export const openStates: TicketState[] = ["reported", "triaged", "assigned", "accepted", "in_progress", "on_hold", "resolved", "verified"];

/** All tickets that are not at their end, with the own unsent taps on top. */
export function useOpenTickets(enabled = true) {
  return useSnapshot<Ticket[]>({
    name: "tickets-open",
    queryKey: [...keys.tickets, "open"],
    fetch: async () => (await ask(api.GET("/api/tickets", { params: { query: { state: openStates, limit: 500 } } }))).items,
    reducer: ticketsAfter,
    staleMilliseconds: 5_000,
    enabled,
  });
}

export function useTicket(id: string) {
  return useSnapshot<Ticket>({
    name: `ticket-${id}`,
    queryKey: [...keys.tickets, "one", id],
    fetch: () => ask(api.GET("/api/tickets/{ticket_id}", { params: { path: { ticket_id: id } } })),
    reducer: ticketAfter,
    staleMilliseconds: 3_000,
  });
}

/** Everything that happened to a ticket, oldest first. */
export function useTicketHistory(id: string) {
  return useQuery({
    queryKey: [...keys.tickets, "history", id],
    queryFn: async () => (await ask(api.GET("/api/tickets/{ticket_id}/history", { params: { path: { ticket_id: id } } }))).items,
  });
}

export function useEngineers(enabled: boolean) {
  return useQuery({
    queryKey: [...keys.staff, "engineers"],
    queryFn: async () => (await ask(api.GET("/api/maintenance/engineers"))).items,
    enabled,
    staleTime: 60_000,
  });
}

export function useEditTicket(id: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ version, edit }: { version: number; edit: Partial<Shapes["TicketEdit"]> }) =>
      ask(
        api.PATCH("/api/tickets/{ticket_id}", {
          params: { path: { ticket_id: id }, header: { ...seen(version), ...once() } },
          // What is left out stays as it is.
          body: edit as Shapes["TicketEdit"],
        }),
      ),
    onSettled: () => void queries.invalidateQueries({ queryKey: keys.tickets }),
  });
}

export function useTakeBackCost(id: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (cost: string) =>
      ask(
        api.DELETE("/api/tickets/{ticket_id}/costs/{cost_id}", {
          params: { path: { ticket_id: id, cost_id: cost }, header: once() },
        }),
      ),
    onSettled: () => void queries.invalidateQueries({ queryKey: keys.tickets }),
  });
}

export function useScanned(kind: string, key: string) {
  return useQuery({
    queryKey: [...keys.tickets, "scan", kind, key],
    queryFn: () => ask(api.GET("/api/scan/{kind}/{key}", { params: { path: { kind, key } } })),
    retry: false,
  });
}

export function useRoomCodes() {
  return useQuery({
    queryKey: [...keys.roomOrder, "codes"],
    queryFn: async () => (await ask(api.GET("/api/qr/rooms"))).items,
    staleTime: 60_000,
  });
}

export function useRoomTimeline(number: string) {
  return useQuery({
    queryKey: [...keys.history(number), "timeline"],
    queryFn: async () =>
      (await ask(api.GET("/api/rooms/{number}/timeline", { params: { path: { number }, query: { limit: 100 } } }))).items,
    staleTime: 5_000,
  });
}

/** Both go past the tablet's log: nobody relies on an isolation that is not on yet. */
export function useLockOut(id: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (reason: string) =>
      ask(
        api.POST("/api/tickets/{ticket_id}/lock-out", {
          params: { path: { ticket_id: id }, header: once() },
          body: { reason },
        }),
      ),
    onSettled: () => void queries.invalidateQueries({ queryKey: keys.tickets }),
  });
}

export function useReleaseLockOut(id: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => ask(api.DELETE("/api/tickets/{ticket_id}/lock-out", { params: { path: { ticket_id: id }, header: once() } })),
    onSettled: () => void queries.invalidateQueries({ queryKey: keys.tickets }),
  });
}

/** Whether a self-test in this state goes on. */
export function isRunning(state: string | undefined): boolean {
  return state === "driving" || state === "proving" || state === "returning";
}

/** Whether the ticket's device can be tried out now, and how its newest test stands; looks again while one runs. */
export function useSelfTest(id: string, enabled: boolean) {
  return useQuery({
    queryKey: [...keys.tickets, "self-test", id],
    queryFn: () => ask(api.GET("/api/tickets/{ticket_id}/self-test", { params: { path: { ticket_id: id } } })),
    enabled,
    refetchInterval: ({ state: { data } }) => {
      return isRunning(data?.newest?.state) ? 2_000 : 30_000;
    },
  });
}

export function useStartSelfTest(id: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => ask(api.POST("/api/tickets/{ticket_id}/self-test", { params: { path: { ticket_id: id }, header: once() } })),
    onSettled: () => void queries.invalidateQueries({ queryKey: keys.tickets }),
  });
}

/** The ticket's room leaves the sale: proposed by an engineer, decided at the desk, given back. */
export function useOffSale(id: string) {
  const queries = useQueryClient();
  const path = { ticket_id: id };
  return useMutation({
    mutationFn: (step: { propose: Shapes["OffSaleToPropose"] } | { agree: boolean } | "give_back") =>
      ask(
        step === "give_back"
          ? api.DELETE("/api/tickets/{ticket_id}/off-sale", { params: { path, header: once() } })
          : "agree" in step
            ? api.POST("/api/tickets/{ticket_id}/off-sale/decision", { params: { path, header: once() }, body: { agree: step.agree } })
            : api.POST("/api/tickets/{ticket_id}/off-sale", { params: { path, header: once() }, body: step.propose }),
      ),
    onSettled: () => void queries.invalidateQueries({ queryKey: keys.tickets }),
  });
}

/** Somebody has heard the call of a critical ticket: nobody else is called. */
export function useAcknowledge(id: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => ask(api.POST("/api/tickets/{ticket_id}/acknowledge", { params: { path: { ticket_id: id }, header: once() } })),
    onSettled: () => void queries.invalidateQueries({ queryKey: keys.tickets }),
  });
}

export function useOnCall() {
  return useQuery({ queryKey: [...keys.staff, "on-call"], queryFn: async () => (await ask(api.GET("/api/maintenance/on-call"))).items });
}

export function usePutOnCall() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (items: Shapes["OnCallToPut"][]) => ask(api.PUT("/api/maintenance/on-call", { body: { items } })),
    onSettled: () => void queries.invalidateQueries({ queryKey: keys.staff }),
  });
}
