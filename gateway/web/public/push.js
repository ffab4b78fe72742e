/* Part of the service worker: shows a critical ticket to who is on call, also when no page is open. */

const LONGEST = 200;
const WORDS = "/push-words";

/** What the page kept of its words; without them, the service's own English line. */
async function lineOf(call) {
  const kept = await caches.match(WORDS);
  const words = kept ? await kept.json() : null;
  const [family, code] = String(call.title_code).split(".");
  const fault = words?.[family === "report" ? "fault_kinds" : "faults"]?.[code];
  if (!fault) return String(call.headline);
  const where = call.room ? words.room.replace("{{room}}", call.room) : (call.area ?? words.house);
  return words.line.replace("{{number}}", call.number).replace("{{fault}}", fault).replace("{{where}}", where);
}

async function show(data) {
  let call = {};
  try {
    call = data.json();
  } catch {
    // A push that says nothing still calls: browsers demand that each is shown.
  }
  const line = call.headline ? await lineOf(call) : "Innkeeper";
  await self.registration.showNotification(line.slice(0, LONGEST), {
    // The next call of the same ticket replaces it, and rings again.
    tag: `ticket-${call.ticket_id ?? ""}`,
    renotify: true,
    requireInteraction: true,
    icon: "/icons/icon-192.png",
    badge: "/icons/icon-192.png",
    data: { path: call.ticket_id ? `/maintenance/tickets/${encodeURIComponent(call.ticket_id)}` : "/maintenance" },
  });
}

async function open(path) {
  const pages = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  const page = pages[0];
  if (!page) return self.clients.openWindow(path);
  await page.focus();
  return page.navigate(path).catch(() => self.clients.openWindow(path));
}

self.addEventListener("push", (event) => event.waitUntil(show(event.data)));
self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(open(event.notification.data.path));
});
