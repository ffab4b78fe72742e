/** The terms of repair or replace while somebody types: numbers, or what is not one yet. Pure. */
import type { ReplacementTerms, TermsToPut } from "../../../api/replacementTerms";

export interface Draft {
  limits: Record<string, number | string>;
  /** of an hour of work, in the hotel's currency; empty: not valued */
  hour: number | string;
}

/** The terms with each number by its name, as a conflict tells them. */
export type Flat = { version: number; terms: ReplacementTerms } & Record<string, unknown>;

export function flat(terms: ReplacementTerms): Flat {
  return {
    ...Object.fromEntries(terms.limits.map((limit) => [limit.name, limit.value])),
    cents_an_hour: terms.cents_an_hour,
    version: terms.version,
    terms,
  };
}

export function fieldsOf(terms: ReplacementTerms): string[] {
  return [...terms.limits.map((limit) => limit.name), "cents_an_hour"];
}

export function draftOf(terms: ReplacementTerms): Draft {
  return {
    limits: Object.fromEntries(terms.limits.map((limit) => [limit.name, limit.value])),
    hour: terms.cents_an_hour === null ? "" : terms.cents_an_hour / 100,
  };
}

/** What to save; null while a limit is missing. */
export function termsOf(draft: Draft): TermsToPut | null {
  const limits: Record<string, number> = {};
  for (const [name, value] of Object.entries(draft.limits)) {
    if (typeof value !== "number") return null;
    limits[name] = value;
  }
  return { limits, cents_an_hour: typeof draft.hour === "number" ? Math.round(draft.hour * 100) : null };
}
