import { describe, expect, it } from "vitest";
import type { Operation } from "./operations";
import { ticketOf } from "./theirs";

const refused = (ticket: unknown): Operation => ({ answer: { code: "impossible_now", detail: "", values: { ticket } } }) as unknown as Operation;
const since = "2026-07-14T06:05:00Z";

describe("the other side of a tap on a ticket", () => {
  it("names who has the work, not who wrote last", () => {
    expect(ticketOf(refused({ state: "accepted", since, assigned_to: "Tomas", last_by: "Mei" }))).toEqual({ state: "accepted", who: "Tomas", since });
  });
  it("names who ended it", () => {
    expect(ticketOf(refused({ state: "cancelled", since, assigned_to: "Tomas", last_by: "Mei" }))?.who).toBe("Mei");
    expect(ticketOf(refused({ state: "reported", since, assigned_to: null, last_by: "Mei" }))?.who).toBe("Mei");
  });
  it("says nothing of what is no ticket", () => {
    expect(ticketOf(refused(undefined))).toBeNull();
    expect(ticketOf(refused({ state: "burnt", since }))).toBeNull();
    expect(ticketOf({ answer: null } as unknown as Operation)).toBeNull();
  });
});
