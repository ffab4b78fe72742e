import { IconQuestionMark, IconWifi } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { Mark, offlineLook } from "./marks";

/** Unknown is a value of its own: neither online nor off. */
export function AvailabilityMark({ available }: { available: boolean | null }) {
  const { t } = useTranslation();
  if (available === null) return <Mark look={{ icon: IconQuestionMark, tone: "quiet" }} word={t("availability.unknown")} />;
  return available ? (
    <Mark look={{ icon: IconWifi, tone: "done" }} word={t("availability.online")} />
  ) : (
    <Mark look={offlineLook} word={t("availability.offline")} />
  );
}
