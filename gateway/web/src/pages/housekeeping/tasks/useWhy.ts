import { useTranslation } from "react-i18next";
import type { Task } from "../../../api/tasks";
import { useFormats } from "../../../frame/me";
import { hotelNow } from "../../../time/clock";

const MOMENT = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}/;

/** Why a task is there or where it is, as a sentence in the person's language; null when there is none for it. */
export function useWhy(): (why: Task["why"]) => string | null {
  const { t, i18n } = useTranslation();
  const formats = useFormats();
  return ({ code, params }) => {
    if (!i18n.exists(`task_why.${code}`)) return null;
    const told = Object.fromEntries(
      Object.entries(params).map(([name, value]) => [
        name,
        typeof value === "string" && MOMENT.test(value) ? formats.dayTime(value.replace(" ", "T"), hotelNow()) : value,
      ]),
    );
    return t(`task_why.${code}`, told);
  };
}
