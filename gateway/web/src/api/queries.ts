/** What the pages read and do, as hooks. Pages never build a request themselves. */
import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { rememberAsOf } from "../live/connection";
import { keys } from "../live/keys";
import { readOf, readThrough, useOperation, useSnapshot, useTablet } from "../oplog/hooks";
import { roomAfter, roomsAfter } from "../oplog/overlay";
import { isUnreachable, tablet } from "../oplog/tablet";
import { setHotelTime } from "../time/clock";
import type { components } from "./schema";
import { api, ask, askVersioned, OFFLINE, once, Problem, randomKey, seen } from "./client";
import type {
  ActionRequest,
  Arrival,
  Cleanliness,
  Command,
  CommandRequest,
  History,
  ImportAnswer,
  Language,
  NewStaff,
  NewStay,
  Preference,
  Room,
  RoomDetail,
  Session,
  Stay,
  StayEdit,
} from "./types";

/** Ask again only when nobody answered; a refusal does not change by asking. */
export function worthRetrying(failures: number, error: unknown): boolean {
  return error instanceof Problem && (error.code === OFFLINE || error.status >= 502) && failures < 2;
}

/** Who is signed in; without network the last person, whose tablet then asks for the PIN. */
async function readSession(): Promise<Session> {
  await endLeftSession();
  const { person } = tablet().state;
  if (!person) return freshSession();
  const session = await readThrough(person.staffId, SESSION, SESSION, freshSession);
  const kept = readOf(SESSION);
  if (kept?.fromStore && !begun) {
    const hotel = kept.asOf + (Date.now() - kept.askedAt) * session.speed;
    setHotelTime(new Date(hotel).toISOString(), session.speed);
    rememberAsOf(kept.asOf);
    tablet().lock();
  }
  begun = true;
  return session;
}

const SESSION = "session";
/** The session of this page has been read once: what comes later from the store is no new start. */
let begun = false;

async function freshSession(): Promise<Session> {
  const session = await ask(api.GET("/api/session"));
  setHotelTime(session.now, session.speed);
  return session;
}

const LEFT = "innkeeper.left";

/** Somebody signed out while nobody answered: their session ends before anything else is asked. */
async function endLeftSession(): Promise<void> {
  if (localStorage.getItem(LEFT) === null) return;
  await ask(api.DELETE("/api/session"));
  localStorage.removeItem(LEFT);
}

export function useSession() {
  const { person } = useTablet();
  return useQuery({
    queryKey: keys.session,
    enabled: person !== undefined,
    queryFn: readSession,
    staleTime: 30_000,
    refetchInterval: 60_000,
  });
}

export function usePublic() {
  return useQuery({ queryKey: keys.public, queryFn: () => ask(api.GET("/api/public")), staleTime: 60_000 });
}

export function useSignIn() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: { login: string; secret: string }) => ask(api.POST("/api/session", { body })),
    onSuccess: async (session, { secret }) => {
      localStorage.removeItem(LEFT);
      setHotelTime(session.now, session.speed);
      begun = true;
      queries.clear();
      queries.setQueryData(keys.session, session);
      await tablet().signedIn(session.staff.id, session.staff.code, session.staff.name, secret);
      // Kept at once, so that the tablet opens without network from now on.
      await queries.fetchQuery({ queryKey: keys.session, queryFn: readSession }).catch(() => undefined);
    },
  });
}

/**
 * Opens the lock. The service decides where it answers, and then the sign-in is fresh; without network the
 * tablet itself does. Resolves to how it opened, or throws a `Problem`.
 */
export function useUnlock() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async ({ code, pin }: { code: string; pin: string }): Promise<"fresh" | "kept"> => {
      try {
        const session = await ask(api.POST("/api/session", { body: { login: code, secret: pin } }));
        localStorage.removeItem(LEFT);
        setHotelTime(session.now, session.speed);
        queries.setQueryData(keys.session, session);
        await tablet().signedIn(session.staff.id, session.staff.code, session.staff.name, pin);
        void queries.invalidateQueries();
        return "fresh";
      } catch (error) {
        if (!isUnreachable(error)) throw error;
        const opened = await tablet().tryPin(pin);
        if (opened !== "open") throw new Problem(0, opened === "wrong" ? "wrong_pin" : "pin_needs_network", opened);
        tablet().open();
        return "kept";
      }
    },
  });
}

export function useSignOut() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => ask(api.DELETE("/api/session")),
    onError: (error) => {
      if (isUnreachable(error)) localStorage.setItem(LEFT, "1");
    },
    onSettled: async () => {
      await tablet().signedOut();
      queries.clear();
      location.assign("/sign-in");
    },
  });
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

export function useArrivals(date: string) {
  return useQuery({
    queryKey: [...keys.arrivals, date],
    queryFn: async () => (await ask(api.GET("/api/arrivals", { params: { query: { date } } }))).items,
    staleTime: 5_000,
    placeholderData: keepPreviousData,
  });
}

/** Rooms that a stay could have, best first. */
export function useRoomSuggestions(stayId: string) {
  return useQuery({
    queryKey: [...keys.suggestions, stayId],
    queryFn: () => ask(api.GET("/api/stays/{stay_id}/room-suggestions", { params: { path: { stay_id: stayId } } })),
    staleTime: 5_000,
    placeholderData: keepPreviousData,
  });
}

export function useStay(id: string | null) {
  return useQuery({
    queryKey: [...keys.stays, id ?? ""],
    enabled: id !== null,
    queryFn: () => ask(api.GET("/api/stays/{stay_id}", { params: { path: { stay_id: id ?? "" } } })),
    staleTime: 5_000,
  });
}

export function useStaySearch(q: string, enabled: boolean) {
  return useQuery({
    queryKey: [...keys.stays, "search", q],
    enabled: enabled && q.trim().length >= 2,
    queryFn: async () =>
      (await ask(api.GET("/api/stays", { params: { query: { q: q.trim() } } }))).items,
    staleTime: 10_000,
    placeholderData: keepPreviousData,
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
      label: { key: `oplog.labels.${axis}`, values: { room: room.number, [axis]: value } },
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

export function useEditStay() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ id, version, edit }: { id: string; version: number; edit: StayEdit }) =>
      ask(api.PATCH("/api/stays/{stay_id}", { params: { path: { stay_id: id }, header: seen(version) }, body: edit })),
    onSuccess: (stay) => {
      queries.setQueryData([...keys.stays, stay.id], stay);
      putInArrivals(queries, stay);
    },
    onSettled: () => void queries.invalidateQueries({ queryKey: keys.arrivals }),
  });
}

/** Puts what the service said of a stay into every list of arrivals that shows it. */
export function putInArrivals(queries: ReturnType<typeof useQueryClient>, stay: Stay): void {
  queries.setQueriesData<Arrival[]>({ queryKey: keys.arrivals }, (arrivals) =>
    arrivals?.map((arrival) =>
      arrival.stay_id === stay.id && arrival.version <= stay.version
        ? {
            ...arrival,
            eta: stay.eta,
            eta_source: stay.eta_source,
            room: stay.room,
            room_type: stay.room_type,
            state: stay.state,
            vip: stay.vip,
            version: stay.version,
          }
        : arrival,
    ),
  );
}

export type StayAct =
  | { act: "check-in"; room?: string; unready_reason?: string }
  | { act: "check-out" }
  | { act: "move"; room: string; reason?: string }
  | { act: "cancel" }
  | { act: "no-show" }
  | { act: "queue" }
  | { act: "leave-queue" }
  | { act: "undo" };

function actOnStay(id: string, { act, ...body }: StayAct): Promise<Stay> {
  const params = { path: { stay_id: id }, header: once() };
  switch (act) {
    case "check-in":
      return ask(api.POST("/api/stays/{stay_id}/check-in", { params, body }));
    case "check-out":
      return ask(api.POST("/api/stays/{stay_id}/check-out", { params }));
    case "move":
      return ask(api.POST("/api/stays/{stay_id}/move", { params, body: body as { room: string; reason?: string } }));
    case "cancel":
      return ask(api.POST("/api/stays/{stay_id}/cancel", { params }));
    case "no-show":
      return ask(api.POST("/api/stays/{stay_id}/no-show", { params }));
    case "queue":
      return ask(api.POST("/api/stays/{stay_id}/queue", { params }));
    case "leave-queue":
      return ask(api.DELETE("/api/stays/{stay_id}/queue", { params }));
    case "undo":
      return ask(api.POST("/api/stays/{stay_id}/undo", { params }));
  }
}

export function useActOnStay() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ id, ...act }: StayAct & { id: string }) => actOnStay(id, act),
    onSuccess: (stay) => {
      queries.setQueryData([...keys.stays, stay.id], stay);
      putInArrivals(queries, stay);
    },
    onSettled: () => {
      void queries.invalidateQueries({ queryKey: keys.arrivals });
      void queries.invalidateQueries({ queryKey: keys.rooms });
      void queries.invalidateQueries({ queryKey: keys.stays });
    },
  });
}

export function useMakeStay() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async ({ stay, wishes }: { stay: NewStay; wishes: Preference[] }) => {
      const made = await ask(
        api.POST("/api/stays", { params: { header: once() }, body: stay }),
      );
      if (wishes.length > 0) await putPreferences("stay", made.id, made.version, wishes);
      return made;
    },
    onSettled: () => void queries.invalidateQueries({ queryKey: keys.arrivals }),
  });
}

export function useImportStays() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ csv, partial }: { csv: string; partial: boolean }): Promise<ImportAnswer> =>
      ask(
        api.POST("/api/stays/import", {
          params: { query: { partial }, header: { "idempotency-key": randomKey() } },
          headers: { "Content-Type": "text/csv" },
          body: csv,
          bodySerializer: (text) => text,
        }),
      ),
    onSettled: () => void queries.invalidateQueries({ queryKey: keys.arrivals }),
  });
}

export type PreferenceOwner = "stay" | "guest";

export interface Wishes {
  items: Preference[];
  version: number;
}

async function putPreferences(
  owner: PreferenceOwner,
  id: string,
  version: number,
  items: Preference[],
): Promise<Wishes> {
  const header = seen(version);
  const body = { items };
  const answer = await askVersioned(
    owner === "stay"
      ? api.PUT("/api/stays/{stay_id}/preferences", { params: { path: { stay_id: id }, header }, body })
      : api.PUT("/api/guests/{guest_id}/preferences", { params: { path: { guest_id: id }, header }, body }),
  );
  return { items: answer.body.items, version: answer.version };
}

async function getPreferences(owner: PreferenceOwner, id: string): Promise<Wishes> {
  const answer = await askVersioned(
    owner === "stay"
      ? api.GET("/api/stays/{stay_id}/preferences", { params: { path: { stay_id: id } } })
      : api.GET("/api/guests/{guest_id}/preferences", { params: { path: { guest_id: id } } }),
  );
  return { items: answer.body.items, version: answer.version };
}

export function usePreferences(owner: PreferenceOwner, id: string) {
  return useQuery({
    queryKey: [...keys.preferences, owner, id],
    queryFn: () => getPreferences(owner, id),
  });
}

export function usePutPreferences(owner: PreferenceOwner, id: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ version, items }: Wishes) => putPreferences(owner, id, version, items),
    onSuccess: (wishes) => queries.setQueryData([...keys.preferences, owner, id], wishes),
    onSettled: () => {
      void queries.invalidateQueries({ queryKey: keys.preferences });
      void queries.invalidateQueries({ queryKey: keys.stays });
      void queries.invalidateQueries({ queryKey: keys.arrivals });
    },
  });
}

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
