import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import type { Discrepancy } from "../../../api/discrepancies";
import { saidOf } from "./findings";

/** What contradicts what, and what it turned out to be, as sentences. */
export function useSaid() {
  const { t, i18n } = useTranslation();
  const said = useCallback(
    (one: Discrepancy): string =>
      t(saidOf(one), { by: one.seen_by, expected: one.people_expected ?? 0, found: one.people_found ?? 0 }),
    [t],
  );
  const found = useCallback(
    (resolution: string): string => {
      const key = `discrepancies.findings.${resolution}`;
      return i18n.exists(key) ? t(key) : resolution;
    },
    [t, i18n],
  );
  return { said, found };
}
