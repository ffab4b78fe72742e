/**
 * A short code for a name that none of `taken` has: "Water 0.5 l" becomes "water-0-5-l". A name without Latin
 * letters becomes `otherwise`, numbered. Pure.
 */
export function codeOf(name: string, taken: ReadonlySet<string>, otherwise = "good"): string {
  const base =
    name
      .toLowerCase()
      .normalize("NFKD")
      .replace(/[^a-z0-9]+/g, "-")
      .replace(/^-+|-+$/g, "")
      .slice(0, 24) || otherwise;
  if (!taken.has(base)) return base;
  for (let number = 2; ; number += 1) {
    if (!taken.has(`${base}-${number}`)) return `${base}-${number}`;
  }
}
