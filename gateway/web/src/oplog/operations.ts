/**
 * What an operation of the tablet's log is, and every decision on it. Pure: no database, no network, no clock.
 *
 * An operation is one tap that changes something: a request, kept until the service has answered it for
 * good. It is sent under one key however often it is sent, so that it happens once.
 */
import type { Made } from "./tabletClock";

/**
 * waiting → sending → done | conflict | refused; a kill while sending makes it waiting again.
 * `conflict`: the thing is no longer as the person saw it; both sides are kept until the person decides.
 * `refused`: the service will never take it as it is. Neither is dropped unless the person says so.
 */
export type OperationState = "waiting" | "sending" | "done" | "conflict" | "refused" | "dropped" | "handed_over";

export type Json = string | number | boolean | null | Json[] | { [name: string]: Json };
export type Body = { [name: string]: Json };
export type LabelValues = Record<string, string | number | boolean | null>;

/** What the service said in the end, and how the thing looked to it then. */
export interface Answer {
  status: number;
  code: string;
  detail: string;
  values: Record<string, unknown>;
  body: unknown;
  /** the other side of a conflict, as the service shows it now; null when it could not be asked */
  theirs: unknown;
  /** for an edit: the version to decide over */
  theirsVersion: number | null;
}

/** What a page asks for; the rest is the log's business. */
export interface NewOperation {
  method: "POST" | "PUT" | "PATCH";
  path: string;
  body?: Body | null;
  /** the version that an edit saw (its If-Match); left out for actions */
  seenVersion?: number;
  /** what it is about, such as "room:412" or "task:01J…": operations of one subject are shown together */
  subject: string;
  /** an i18n key and its values: how the tap is called in the list of what is not sent yet */
  label: { key: string; values?: LabelValues };
  /** what a reducer needs to show its effect before the service has answered */
  effect?: Body;
  /** a photo to upload; the answer of an upload is what another operation refers to (see `fromAnswer`) */
  blob?: Blob;
}

export interface Operation {
  seq?: number;
  /** the Idempotency-Key */
  id: string;
  staffId: string;
  staffName: string;
  method: "POST" | "PUT" | "PATCH";
  path: string;
  body: Body | null;
  seenVersion: number | null;
  /** the id of an earlier edit of the same thing that was not sent yet: its new version is what this one saw */
  follows: string | null;
  subject: string;
  label: { key: string; values: LabelValues };
  effect: Body | null;
  blobId: number | null;
  made: Made;
  /** hotel time that the screen showed at the tap, ms: for the person's eyes only */
  shownAt: number;
  state: OperationState;
  attempts: number;
  /** attempts that the service answered with an error of its own */
  faults: number;
  answer: Answer | null;
  /** this tablet's clock, for order only */
  settledAt: number | null;
}

export const MOST_OPERATIONS = 5_000;
export const MOST_BLOB_BYTES = 200 * 1024 * 1024;
/** So many answered operations stay, so that what was just done can be looked at. */
export const KEPT_DONE = 300;
/** After so many errors of the service's own an operation steps aside: one bad tap must not hold up a shift. */
export const MOST_FAULTS = 6;

export function isOpen(operation: Operation): boolean {
  return operation.state === "waiting" || operation.state === "sending";
}

export function needsPerson(operation: Operation): boolean {
  return operation.state === "conflict" || operation.state === "refused";
}

export type Outcome = "done" | "conflict" | "refused" | "again" | "sign_in";

/** What an answer means. `status` 0: nobody answered. `code`: that of the problem, if any. */
export function outcomeOf(status: number, code: string, faults: number): Outcome {
  if (status >= 200 && status < 300) return "done";
  if (status === 401) return "sign_in";
  if (status === 409 || status === 412) return "conflict";
  if (status === 500) return faults + 1 >= MOST_FAULTS ? "refused" : "again";
  if (status === 0 || status === 408 || status === 425 || status === 429 || status > 500) return "again";
  // A proxy or a captive page of the network answered, and not the service.
  if (status < 400) return "again";
  return code === "foreign_site" ? "again" : "refused";
}

const FIRST_WAIT_MILLISECONDS = 1_000;
const LONGEST_WAIT_MILLISECONDS = 30_000;

/** How long to wait after `failures` ≥ 1 tries in a row; `chance` in [0, 1) spreads a hotel full of tablets. */
export function waitMilliseconds(failures: number, chance: number, retryAfterSeconds: number | null): number {
  const grown = Math.min(LONGEST_WAIT_MILLISECONDS, FIRST_WAIT_MILLISECONDS * 2 ** Math.min(failures - 1, 10));
  const asked = retryAfterSeconds === null ? 0 : Math.min(retryAfterSeconds, 120) * 1_000;
  return Math.max(asked, grown * (0.5 + chance / 2));
}

/**
 * The earlier edit whose new version this one has seen on the screen: the last one of the same thing that is
 * still open, or that the service took while the screen had not read it yet.
 */
export function followed(operations: readonly Operation[], wanted: NewOperation, staffId: string): string | null {
  const { seenVersion } = wanted;
  if (seenVersion === undefined) return null;
  for (let at = operations.length - 1; at >= 0; at -= 1) {
    const earlier = operations[at];
    if (earlier === undefined || earlier.staffId !== staffId || earlier.path !== wanted.path || earlier.seenVersion === null) continue;
    if (isOpen(earlier)) return earlier.id;
    if (earlier.state === "done" && (versionIn(earlier.answer?.body) ?? 0) > seenVersion) return earlier.id;
  }
  return null;
}

/** The version that an edit says it saw: that of the edit before it, if the service took that one. */
export function versionToSend(operation: Operation, before: Operation | null): number | null {
  if (operation.seenVersion === null) return null;
  if (before === null || before.state !== "done") return operation.seenVersion;
  return versionIn(before.answer?.body) ?? operation.seenVersion;
}

/** The version that an answer names, null when it names none. */
export function versionIn(body: unknown): number | null {
  const version = typeof body === "object" && body !== null ? (body as { version?: unknown }).version : undefined;
  return typeof version === "number" ? version : null;
}

interface Reference {
  $answer: string;
  field: string;
}

/** In a body: the value of `field` in the answer of the operation with this id (a photo's id, say). */
export function fromAnswer(operationId: string, field = "id"): Body {
  return { $answer: operationId, field };
}

function isReference(value: Json): value is Body & Reference & { [name: string]: Json } {
  return typeof value === "object" && value !== null && !Array.isArray(value) && typeof value.$answer === "string";
}

/** The ids of the operations whose answers a body needs. */
export function referredTo(body: Json): string[] {
  if (typeof body !== "object" || body === null) return [];
  if (Array.isArray(body)) return body.flatMap(referredTo);
  if (isReference(body)) return [body.$answer];
  return Object.values(body).flatMap(referredTo);
}

/** The body with every reference filled in; null when one of the answers is not there. */
export function filled(body: Json, answers: ReadonlyMap<string, unknown>): { body: Json } | null {
  if (typeof body !== "object" || body === null) return { body };
  if (Array.isArray(body)) {
    const items = body.map((item) => filled(item, answers));
    return items.some((item) => item === null) ? null : { body: items.map((item) => item?.body ?? null) };
  }
  if (isReference(body)) {
    const answer = answers.get(body.$answer);
    const value = typeof answer === "object" && answer !== null ? (answer as Record<string, unknown>)[body.field] : undefined;
    return typeof value === "string" || typeof value === "number" ? { body: value } : null;
  }
  const made: Body = {};
  for (const [name, value] of Object.entries(body)) {
    const one = filled(value, answers);
    if (one === null) return null;
    made[name] = one.body;
  }
  return { body: made };
}

/** An operation like this one, made anew over what the service shows now. The first stays until this is kept. */
export function doneAgain(operation: Operation, id: string, made: Made): Operation {
  const again: Operation = {
    ...operation,
    id,
    seenVersion: operation.seenVersion === null ? null : (operation.answer?.theirsVersion ?? operation.seenVersion),
    follows: null,
    made,
    state: "waiting",
    attempts: 0,
    faults: 0,
    answer: null,
    settledAt: null,
  };
  delete again.seq;
  return again;
}

/** What the badge and the list say. `own`: of the person who is signed in. */
export interface Standing {
  unsent: number;
  attention: number;
  /** unsent operations of people who are not signed in here now, by person */
  others: { staffId: string; staffName: string; count: number }[];
}

export function standingOf(operations: readonly Operation[], staffId: string | null): Standing {
  const others = new Map<string, { staffId: string; staffName: string; count: number }>();
  let unsent = 0;
  let attention = 0;
  for (const operation of operations) {
    const open = isOpen(operation);
    if (!open && !needsPerson(operation)) continue;
    if (operation.staffId !== staffId) {
      const entry = others.get(operation.staffId) ?? { staffId: operation.staffId, staffName: operation.staffName, count: 0 };
      entry.count += 1;
      others.set(operation.staffId, entry);
    } else if (open) unsent += 1;
    else attention += 1;
  }
  return { unsent, attention, others: [...others.values()] };
}
