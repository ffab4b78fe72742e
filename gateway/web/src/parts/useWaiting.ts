import { useTranslation } from "react-i18next";
import { useFormats } from "../frame/me";
import { useHotelNow } from "../time/clock";

/** How long a guest has been waiting in the lobby, and since when: "guest waits 23 min · 14:05". */
export function useWaiting(): (since: string) => string {
  const { t } = useTranslation();
  const { span, time } = useFormats();
  const now = useHotelNow();
  return (since) => t("tile.queue", { span: span(Math.max(0, (now - Date.parse(since)) / 60_000)), time: time(since) });
}
