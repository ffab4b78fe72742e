/** The board's codes as sentences: what comes late, what would help, why something changed. */
import { useTranslation } from "react-i18next";
import type { Board } from "../../../api/board";
import type { Task } from "../../../api/tasks";
import { useFormats } from "../../../frame/me";
import { hotelNow } from "../../../time/clock";

type Why = Task["why"];

const MOMENT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}/;

export function useBoardWords() {
  const { t, i18n } = useTranslation();
  const formats = useFormats();
  const told = (params: Why["params"]) =>
    Object.fromEntries(
      Object.entries(params).map(([name, value]) => [
        name,
        typeof value === "string" && MOMENT.test(value) ? formats.dayTime(value, hotelNow()) : value,
      ]),
    );
  return {
    late: ({ eta, late_minutes }: Board["infeasible"][number]): string => {
      const when = formats.dayTime(eta, hotelNow());
      return late_minutes === null
        ? t("board.never", { when })
        : t("board.late_by", { when, span: formats.span(Math.max(1, late_minutes)) });
    },
    help: (help: Why[], nameOf: (shift: string) => string): string =>
      help
        .map(({ code, params }) => {
          const name = typeof params.shift === "string" ? nameOf(params.shift) : "";
          if (code === "another_attendant" && "by" in params) return t("board.help.another_attendant_by", { by: told(params).by });
          const span = typeof params.minutes === "number" ? formats.span(Math.max(1, params.minutes)) : "";
          return t(`board.help.${code}`, { ...told(params), name, span });
        })
        .join(" "),
    change: ({ code, params }: Why): string => (i18n.exists(`board.why.${code}`) ? t(`board.why.${code}`, told(params)) : ""),
  };
}
