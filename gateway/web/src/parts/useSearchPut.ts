/** Filters that stand in the address, so that a list keeps its place and can be sent to others. */
import { useCallback } from "react";
import { useSearchParams } from "react-router";

export type SearchPut = (values: Record<string, string | null>, keep?: boolean) => void;

/** Puts values into the address; null takes one out. `keep`: the way back leads to where it was before. */
export function useSearchPut(): [URLSearchParams, SearchPut] {
  const [search, setSearch] = useSearchParams();
  const put = useCallback(
    (values: Record<string, string | null>, keep = false) =>
      setSearch(
        (before) => {
          const next = new URLSearchParams(before);
          for (const [name, value] of Object.entries(values)) {
            if (value === null || value === "") next.delete(name);
            else next.set(name, value);
          }
          return next;
        },
        { replace: !keep },
      ),
    [setSearch],
  );
  return [search, put];
}
