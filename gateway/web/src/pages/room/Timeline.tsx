import { Button, Skeleton } from "@mantine/core";
import {
  IconAlertTriangle,
  IconBell,
  IconClockPlay,
  IconDoor,
  IconHandFinger,
  IconInfoCircle,
  IconSend,
  IconUser,
  IconWindow,
  IconX,
  type Icon,
} from "@tabler/icons-react";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { useSearchParams } from "react-router";
import { useHistory } from "../../api/queries";
import type { RoomDetail } from "../../api/types";
import { useFormats } from "../../frame/me";
import { hotelNow, useHotelNow } from "../../time/clock";
import classes from "./Room.module.css";
import { useTold } from "../../parts/told";

const icons: Record<string, Icon> = {
  door: IconDoor,
  window: IconWindow,
  panel: IconBell,
  hand: IconHandFinger,
  stay: IconUser,
  arrival: IconUser,
  plan: IconClockPlay,
  device: IconInfoCircle,
  fault: IconAlertTriangle,
  alert: IconAlertTriangle,
  presence: IconUser,
};

const FIRST_SHOWN = 14;
const MORE_SHOWN = 40;

/** What happened in the room, newest first: events and commands in one list. */
export function Timeline({ room }: { room: RoomDetail }) {
  const { t } = useTranslation();
  const { dayTime } = useFormats();
  const now = useHotelNow();
  const told = useTold(room.devices);
  const [search] = useSearchParams();
  const [shown, setShown] = useState(FIRST_SHOWN);
  const hours = Number(search.get("range") ?? "6") || 6;
  // The same question as the chart's, so it is asked once.
  const history = useHistory(room.number, hours, () => ({
    from: new Date(hotelNow() - hours * 3_600_000).toISOString(),
    to: new Date(hotelNow() + 3 * 3_600_000).toISOString(),
  }));

  const lines = useMemo(() => {
    if (!history.data) return [];
    const events = history.data.events.map((event, index) => ({
      id: `event-${event.at}-${index}`,
      at: event.at,
      icon: icons[event.kind] ?? IconInfoCircle,
      tone: event.code === "arrival_at_risk" ? "tone-wrong" : "tone-quiet",
      text: told.event(event),
    }));
    const commands = history.data.commands.map((command) => {
      const failed = command.state === "rejected" || command.state === "timed_out" || command.state === "expired";
      return {
        id: command.id,
        at: command.made_at,
        icon: failed ? IconX : IconSend,
        tone: failed ? "tone-wrong" : "tone-under-way",
        text: told.command(command),
      };
    });
    return [...events, ...commands].sort((a, b) => Date.parse(b.at) - Date.parse(a.at));
  }, [history.data, told]);

  return (
    <section className={`card ${classes.panel} ${classes.past}`} data-coach="timeline">
      <div className={classes.panelHead}>
        <h2>{t("timeline.title")}</h2>
      </div>
      {history.data === undefined ? (
        <Skeleton height={160} />
      ) : lines.length === 0 ? (
        <p className="dim">{t("timeline.empty")}</p>
      ) : (
        <>
          <ul className={classes.timeline} data-testid="timeline">
            {lines.slice(0, shown).map((line) => {
              const Glyph = line.icon;
              return (
                <li key={line.id}>
                  <time dateTime={line.at}>{dayTime(line.at, now)}</time>
                  <Glyph size={17} stroke={1.7} className={line.tone} aria-hidden />
                  <span>{line.text}</span>
                </li>
              );
            })}
          </ul>
          {lines.length > shown && (
            <Button variant="subtle" size="sm" mt="xs" onClick={() => setShown(shown + MORE_SHOWN)}>
              {t("timeline.more", { count: lines.length - shown })}
            </Button>
          )}
        </>
      )}
    </section>
  );
}
