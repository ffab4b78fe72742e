/** Rooms that a stay could have, best first, each with its reasons and its climate beside. The desk picks. */
import { Skeleton, Text } from "@mantine/core";
import {
  IconArrowsJoin2,
  IconCheck,
  IconClockHour4,
  IconClockExclamation,
  IconDoor,
  IconQuestionMark,
  IconSwitchHorizontal,
  IconTemperature,
  IconThumbUp,
} from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useRoomSuggestions } from "../../api/stays";
import type { RoomSuggestion } from "../../api/types";
import { ClimateLine } from "../../parts/ClimateLine";
import { BlockerMarks, type Look, Mark } from "../../parts/marks";
import { useToldValues } from "../../parts/reason";
import classes from "./RoomSuggestions.module.css";

const looks: Record<string, Look> = {
  ready_now: { icon: IconCheck, tone: "done" },
  ready_by_arrival: { icon: IconClockHour4, tone: "under-way" },
  ready_later: { icon: IconClockExclamation, tone: "attention" },
  ready_unknown: { icon: IconQuestionMark, tone: "attention" },
  other_type: { icon: IconSwitchHorizontal, tone: "attention" },
  connects_to: { icon: IconArrowsJoin2, tone: "done" },
  connecting_pair: { icon: IconDoor, tone: "under-way" },
  at_temperature: { icon: IconTemperature, tone: "done" },
  at_temperature_by: { icon: IconTemperature, tone: "under-way" },
  at_temperature_later: { icon: IconTemperature, tone: "attention" },
};
const wished: Look = { icon: IconThumbUp, tone: "done" };
/** What goes without saying in a list of rooms of the booked type. */
const unsaid = new Set(["type_booked"]);

export function RoomSuggestions({
  stayId,
  value,
  onPick,
}: {
  stayId: string;
  value: string | null;
  onPick: (room: string) => void;
}) {
  const { t } = useTranslation();
  const found = useRoomSuggestions(stayId);
  if (found.isPending) return <Skeleton height={180} radius="md" />;
  if (!found.data) return null;
  const { items, free } = found.data;
  return (
    <section aria-label={t("suggestions.title")}>
      <Text size="sm" fw={600} mb={6}>
        {t("suggestions.title")}
      </Text>
      {items.length === 0 ? (
        <Text size="sm" c="dimmed">
          {t("suggestions.none")}
        </Text>
      ) : (
        <ul className={classes.list}>
          {items.map((one) => (
            <li key={one.room}>
              <Suggested one={one} picked={value === one.room} onPick={onPick} />
            </li>
          ))}
        </ul>
      )}
      {free > items.length && (
        <Text size="xs" c="dimmed" mt={6}>
          {t("suggestions.more", { count: free - items.length })}
        </Text>
      )}
    </section>
  );
}

function Suggested({ one, picked, onPick }: { one: RoomSuggestion; picked: boolean; onPick: (room: string) => void }) {
  const { t } = useTranslation();
  const told = useToldValues();
  return (
    <button
      type="button"
      className={classes.item}
      aria-pressed={picked}
      onClick={() => onPick(one.room)}
      data-testid={`suggestion-${one.room}`}
    >
      <span className={classes.room}>
        <b>{one.room}</b>
        <small>{one.room_type}</small>
      </span>
      <span className={classes.why}>
        <span className={classes.marks}>
          {one.reasons
            .filter((reason) => !unsaid.has(reason.code))
            .map((reason) => (
              <Mark
                key={reason.code}
                look={looks[reason.code] ?? wished}
                word={t(`suggestions.why.${reason.code}`, told(reason.params))}
              />
            ))}
          <BlockerMarks blockers={one.blocked_by} boxed={false} />
        </span>
        {one.climate && <ClimateLine climate={one.climate} />}
      </span>
    </button>
  );
}
