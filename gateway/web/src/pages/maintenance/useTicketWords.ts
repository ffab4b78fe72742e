/** A ticket in words: what is broken and where. */
import { useCallback } from "react";
import { useTranslation } from "react-i18next";

export interface Titled {
  title_code: string;
  title_params?: Record<string, unknown>;
}

export function useTicketTitle(): (ticket: Titled) => string {
  const { t, i18n } = useTranslation();
  return useCallback(
    ({ title_code: code, title_params: params }) => {
      if (code === "preventive") return t("preventive.ticket", { plan: String(params?.plan ?? "") });
      if (code.startsWith("report.")) {
        const kind = `fault_kinds.${code.slice("report.".length)}`;
        return i18n.exists(kind) ? t(kind) : code;
      }
      const fault = code.slice("fault.".length);
      const key = `faults.${fault}`;
      return i18n.exists(key) ? t(key) : fault.replaceAll("_", " ");
    },
    [t, i18n],
  );
}
