/** This browser as one that rings for critical tickets: asking leave, subscribing, taking it back. */
import { api, ask, once, Problem } from "../../api/client";

const KEPT = "innkeeper-push";
/** Read by the service worker (public/push.js), which has no other words. */
const WORDS_CACHE = "push-words";
const WORDS = "/push-words";

/** Whose calls ring here; `id` is the subscription's. */
export interface Ringing {
  id: string;
  staff_id: string;
  name: string;
}

export interface PushWords {
  line: string;
  room: string;
  house: string;
  faults: Record<string, string>;
  fault_kinds: Record<string, string>;
}

export type PushState = "unable" | "refused" | "off" | Ringing;

/** What this browser does with calls now; `unable` where pages are not served over HTTPS. */
export async function pushState(): Promise<PushState> {
  if (!("serviceWorker" in navigator) || !("PushManager" in window) || !("Notification" in window)) return "unable";
  if (Notification.permission === "denied") return "refused";
  const registration = await navigator.serviceWorker.getRegistration();
  if (!registration) return "unable";
  const subscription = await registration.pushManager.getSubscription();
  const kept = localStorage.getItem(KEPT);
  return subscription && kept ? (JSON.parse(kept) as Ringing) : "off";
}

/** Throws what the browser or the service refuses. */
export async function ringHere(me: { id: string; name: string }, words: PushWords): Promise<PushState> {
  if ((await Notification.requestPermission()) !== "granted") return "refused";
  const registration = await navigator.serviceWorker.ready;
  const { key } = await ask(api.GET("/api/push/key"));
  const subscription =
    (await registration.pushManager.getSubscription()) ??
    (await registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key }).catch((refused: unknown) => {
      throw new Problem(0, "no_push_service", String(refused));
    }));
  const { endpoint, keys } = subscription.toJSON();
  const made = await ask(
    api.POST("/api/push/subscriptions", {
      params: { header: once() },
      body: { endpoint: endpoint ?? "", keys: keys ?? {} },
    }),
  );
  const cache = await caches.open(WORDS_CACHE);
  await cache.put(WORDS, new Response(JSON.stringify(words), { headers: { "Content-Type": "application/json" } }));
  const ringing: Ringing = { id: made.id, staff_id: me.id, name: me.name };
  localStorage.setItem(KEPT, JSON.stringify(ringing));
  return ringing;
}

/** Rings here no more: the browser forgets first, so that a service out of reach cannot keep it ringing. */
export async function ringNoMore(ringing: Ringing): Promise<PushState> {
  const registration = await navigator.serviceWorker.ready;
  await (await registration.pushManager.getSubscription())?.unsubscribe();
  localStorage.removeItem(KEPT);
  await api.DELETE("/api/push/subscriptions/{subscription_id}", { params: { path: { subscription_id: ringing.id } } });
  return "off";
}
