/** Signing in and out, the lock, who is signed in; as hooks. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { rememberAsOf } from "../live/connection";
import { keys } from "../live/keys";
import { readOf, readThrough, useTablet } from "../oplog/hooks";
import { isUnreachable, tablet } from "../oplog/tablet";
import { setHotelTime } from "../time/clock";
import { api, ask, Problem } from "./client";
import type { Session } from "./types";

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
      // Before anything is shown: who leaves the page at once can still open it without network.
      await tablet().signedIn(session.staff.id, session.staff.code, session.staff.name, secret);
      queries.setQueryData(keys.session, session);
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
