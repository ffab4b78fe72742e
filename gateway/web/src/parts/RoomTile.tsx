import { IconClockExclamation, IconClockHour3, IconFlag, IconHourglass, IconStarFilled } from "@tabler/icons-react";
import { memo } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { Room } from "../api/types";
import { useFormats } from "../frame/me";
import { useHotelNow } from "../time/clock";
import { ClimateLine } from "./ClimateLine";
import { availabilityLook, cleanlinessLook, discrepancyLook, frontOfficeLook, Mark, panelLook, phaseLook, reservationLook } from "./marks";
import { flashFacts, isOverdue, stripeOf } from "./roomFacts";
import classes from "./RoomTile.module.css";
import { useFlash } from "./useFlash";
import { useWaiting } from "./useWaiting";

/** The atom of every page: one room, every state in colour, glyph and word. `still`: it leads nowhere. */
export const RoomTile = memo(function RoomTile({ room, still = false }: { room: Room; still?: boolean }) {
  const { t } = useTranslation();
  const { dayTime } = useFormats();
  const waiting = useWaiting();
  const now = useHotelNow();
  const element = useFlash<HTMLAnchorElement>(flashFacts(room));
  const onSale = room.availability.state === "sellable";
  const leaving = room.reservation.includes("due_out");
  const isStill = room.hands_off.length > 0;
  const isBusy = room.panel !== "none" || room.queue_since !== null || isStill;
  const eta = room.next_arrival && dayTime(room.next_arrival.eta, now);
  const next =
    room.next_arrival &&
    (isOverdue(room.next_arrival.eta, now) ? (
      <Mark look={{ icon: IconClockExclamation, tone: "attention" }} word={t("tile.overdue", { time: eta })} title={t("tile.overdue_text")} />
    ) : (
      <Mark look={{ icon: IconClockHour3, tone: "under-way" }} word={eta ?? ""} />
    ));
  const facts = (
    <>
      <span className={classes.top}>
        <span className={classes.number}>{room.number}</span>
        {room.open_tickets > 0 && (
          <span className="mark tone-attention" title={t("tile.tickets", { count: room.open_tickets })}>
            <IconFlag size={14} aria-hidden />
            <span>{room.open_tickets}</span>
          </span>
        )}
        <Mark look={frontOfficeLook[room.front_office]} word={t(`axes.front_office.${room.front_office}`)} />
      </span>
      <span className={classes.line}>
        {onSale ? (
          <Mark look={cleanlinessLook[room.cleanliness]} word={t(`axes.cleanliness.${room.cleanliness}`)} />
        ) : (
          <Mark
            look={availabilityLook[room.availability.state]}
            word={t(`axes.availability.${room.availability.state}`)}
            title={room.availability.reason ?? undefined}
          />
        )}
        {room.discrepancy !== "none" ? (
          <Mark look={discrepancyLook} word={t(`tile.discrepancy.${room.discrepancy}`)} title={t(`axes.discrepancy.${room.discrepancy}`)} />
        ) : leaving ? (
          <Mark look={reservationLook.due_out} word={t("axes.reservation.due_out")} />
        ) : (
          isBusy && next
        )}
      </span>
      <span className={classes.line}>
        <ClimateLine climate={room.climate} />
      </span>
      <span className={`${classes.line} ${classes.foot}`}>
        {room.panel !== "none" ? (
          <Mark
            look={panelLook[room.panel]}
            word={
              room.panel_since === null
                ? t(`axes.panel.${room.panel}`)
                : t("tile.since", { what: t(`tile.panel.${room.panel}`), time: dayTime(room.panel_since, now) })
            }
            title={t(`axes.panel.${room.panel}`)}
          />
        ) : room.queue_since !== null ? (
          <Mark look={{ icon: IconHourglass, tone: "wrong" }} word={waiting(room.queue_since)} title={t("do.queue")} />
        ) : isStill ? (
          <Mark look={phaseLook.hands_off} word={t("hands_off.tile")} title={room.hands_off[0]?.reason} />
        ) : (
          next
        )}
        {room.next_arrival?.vip && (
          <span className={`mark ${classes.vip}`}>
            <IconStarFilled size={13} aria-hidden />
            <span>{t("vip")}</span>
          </span>
        )}
      </span>
    </>
  );
  const looks = { className: classes.tile, "data-stripe": stripeOf(room), "data-testid": `room-${room.number}` };
  return still ? (
    <span {...looks}>{facts}</span>
  ) : (
    <Link ref={element} to={`/rooms/${encodeURIComponent(room.number)}`} {...looks}>
      {facts}
    </Link>
  );
});
