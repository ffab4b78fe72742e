/**
 * The lock of the last person on this tablet, which must open without network.
 *
 * Six digits have a million forms, so whoever takes the tablet apart can find the PIN from its hash; PBKDF2
 * makes that cost hours instead of a blink. Against a person in the corridor five tries are enough, and
 * then only the service opens it. With network it is always the service that decides.
 */
import type { Person, TabletDatabase } from "./database";

export const ROUNDS = 600_000;
export const MOST_FAILURES = 5;
const SALT_BYTES = 16;
const HASH_BITS = 256;

export async function hashOf(pin: string, salt: Uint8Array<ArrayBuffer>, rounds: number): Promise<Uint8Array<ArrayBuffer>> {
  const key = await crypto.subtle.importKey("raw", new TextEncoder().encode(pin), "PBKDF2", false, ["deriveBits"]);
  const bits = await crypto.subtle.deriveBits({ name: "PBKDF2", hash: "SHA-256", salt, iterations: rounds }, key, HASH_BITS);
  return new Uint8Array(bits);
}

function same(a: Uint8Array, b: Uint8Array): boolean {
  let differs = a.length ^ b.length;
  for (let at = 0; at < a.length; at += 1) differs |= (a[at] ?? 0) ^ (b[at] ?? 0);
  return differs === 0;
}

export type Opened = "open" | "wrong" | "too_many";

export class PinLock {
  constructor(
    private readonly database: TabletDatabase,
    private readonly rounds = ROUNDS,
  ) {}

  /** Somebody signed in with a PIN: only this person can open the tablet without network from now on. */
  async remember(staffId: string, code: string, name: string, pin: string): Promise<void> {
    const salt = crypto.getRandomValues(new Uint8Array(SALT_BYTES));
    const hash = await hashOf(pin, salt, this.rounds);
    const person: Person = { staffId, code, name, salt, rounds: this.rounds, hash, failures: 0 };
    const { people } = this.database;
    await this.database.transaction("rw", people, async () => {
      await people.clear();
      await people.put(person);
    });
  }

  async person(): Promise<Person | null> {
    return (await this.database.people.toCollection().first()) ?? null;
  }

  /** Try a PIN without network. A try counts before it is known to be right. */
  async open(pin: string): Promise<Opened> {
    const person = await this.person();
    if (person === null || person.failures >= MOST_FAILURES) return "too_many";
    await this.database.people.update(person.staffId, { failures: person.failures + 1 });
    if (!same(await hashOf(pin, person.salt, person.rounds), person.hash)) {
      return person.failures + 1 >= MOST_FAILURES ? "too_many" : "wrong";
    }
    await this.database.people.update(person.staffId, { failures: 0 });
    return "open";
  }

  async forget(): Promise<void> {
    await this.database.people.clear();
  }
}
