/**
 * Every request of the app goes through here: one place for the sign-in that ran out, the version
 * an edit saw, the key that makes an action once, and the sentence a refusal becomes.
 */
import createClient from "openapi-fetch";
import type { paths } from "./schema";
import type { ProblemBody } from "./types";

export const api = createClient<paths>({ baseUrl: "", credentials: "same-origin" });

/** What the service refused, or that it could not be reached at all (status 0). */
export class Problem extends Error {
  readonly status: number;
  readonly code: string;
  readonly values: Record<string, unknown>;
  readonly body: ProblemBody | null;

  constructor(
    status: number,
    code: string,
    message: string,
    body: ProblemBody | null = null,
    values: Record<string, unknown> = {},
  ) {
    super(message);
    this.name = "Problem";
    this.status = status;
    this.code = code;
    this.values = body?.values ?? values;
    this.body = body;
  }
}

export const OFFLINE = "unreachable";

type Listener = () => void;
const signedOutListeners = new Set<Listener>();

/** Called when the service says that the sign-in is no longer good. Returns the way to stop listening. */
export function onSignedOut(listener: Listener): () => void {
  signedOutListeners.add(listener);
  return () => signedOutListeners.delete(listener);
}

function problemOf(status: number, body: unknown): Problem {
  if (typeof body === "object" && body !== null && "status" in body) {
    const problem = body as ProblemBody;
    return new Problem(status, problem.code ?? `http_${status}`, problem.detail ?? problem.title, problem);
  }
  return new Problem(status, `http_${status}`, `HTTP ${status}`);
}

interface Answer<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/**
 * The body of an answer.
 *
 * Throws `Problem` when the service refused (its status and code) or did not answer (status 0).
 */
export async function ask<T>(request: Promise<Answer<T>>): Promise<T> {
  let answer: Answer<T>;
  try {
    answer = await request;
  } catch {
    throw new Problem(0, OFFLINE, "unreachable");
  }
  const { response } = answer;
  if (!response.ok) {
    const problem = problemOf(response.status, answer.error);
    const triedToSignIn = new URL(response.url, location.href).pathname === "/api/session";
    if (response.status === 401 && !triedToSignIn) signedOutListeners.forEach((listener) => listener());
    throw problem;
  }
  return answer.data as T;
}

/** The body of an answer and the version in its ETag, which a later edit of it names. */
export async function askVersioned<T>(request: Promise<Answer<T>>): Promise<{ body: T; version: number }> {
  const body = await ask(request);
  const { response } = await request;
  const tag = /"(\d+)"/.exec(response.headers.get("ETag") ?? "");
  return { body, version: Number(tag?.[1] ?? 0) };
}

/** A random version-4 UUID; also where `randomUUID` is missing because the page is not served over HTTPS. */
export function randomKey(): string {
  if (typeof crypto.randomUUID === "function") return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** The header of an edit: the version that the person saw. */
export function seen(version: number): { "If-Match": string } {
  return { "If-Match": `"${version}"` };
}

/** The header of an action that must happen once, however often it is sent. */
export function once(): { "Idempotency-Key": string } {
  return { "Idempotency-Key": randomKey() };
}
