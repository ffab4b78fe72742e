import { describe, expect, it } from "vitest";
import type { ReplacementTerms } from "../../../api/replacementTerms";
import { draftOf, flat, termsOf } from "./termsDraft";

const limit = { usual: 0.5, least: 0.05, most: 5, whole: false, why: "" };
const kept: ReplacementTerms = { limits: [{ ...limit, name: "share_of_price", value: 0.4 }], cents_an_hour: 6_550, version: 3 };

describe("terms of repair or replace as they are typed", () => {
  it("saves what was read when nothing was typed", () => {
    expect(termsOf(draftOf(kept))).toEqual({ limits: { share_of_price: 0.4 }, cents_an_hour: 6_550 });
    expect(termsOf(draftOf({ ...kept, cents_an_hour: null }))?.cents_an_hour).toBeNull();
  });
  it("saves nothing while a limit is empty, and values no work when the hour is", () => {
    expect(termsOf({ limits: { share_of_price: "" }, hour: 60 })).toBeNull();
    expect(termsOf({ limits: { share_of_price: 0.4 }, hour: "" })).toEqual({ limits: { share_of_price: 0.4 }, cents_an_hour: null });
  });
  it("names each number, so that a conflict can tell it", () => {
    expect(flat(kept)).toMatchObject({ share_of_price: 0.4, cents_an_hour: 6_550, version: 3 });
  });
});
