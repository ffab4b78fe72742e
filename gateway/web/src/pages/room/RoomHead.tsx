/** A room's number, its axes side by side, and what may be set of them. */
import { Button, UnstyledButton } from "@mantine/core";
import { IconCircleOff, IconHandOff, IconHourglass, IconLeaf } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useDiscrepancies } from "../../api/discrepancies";
import type { RoomDetail } from "../../api/types";
import { useFormats, useMe } from "../../frame/me";
import { HandsOffDialog } from "../../parts/HandsOff";
import {
  availabilityLook,
  BlockerMarks,
  cleanlinessLook,
  discrepancyLook,
  frontOfficeLook,
  Mark,
  panelLook,
  phaseLook,
  presenceLook,
  reservationLook,
  turndownLook,
} from "../../parts/marks";
import { useWaiting } from "../../parts/useWaiting";
import { useHotelNow } from "../../time/clock";
import { ResolveDialog } from "../housekeeping/discrepancies/ResolveDialog";
import { Neighbours } from "./Neighbours";
import classes from "./Room.module.css";
import { StatusMenu } from "./StatusMenu";
import { StayCard } from "./StayCard";

export function RoomHead({ room }: { room: RoomDetail }) {
  const { t } = useTranslation();
  const { dayTime } = useFormats();
  const waiting = useWaiting();
  const { may } = useMe();
  const now = useHotelNow();
  const [asking, setAsking] = useState(false);
  const current = room.stays.find((stay) => stay.state === "checked_in");
  const next = room.stays.find((stay) => stay.state === "reserved");
  return (
    <>
      <section className={`card ${classes.head}`} data-coach="axes">
        <div className={classes.number} data-testid="room-number">
          {room.number}
        </div>
        <div className={classes.facts}>
          <p style={{ fontWeight: 600 }}>{room.type.name}</p>
          <p className="dim">
            {[
              t("rooms.floor_name", { floor: room.floor }),
              room.area_square_metres === null ? null : t("room.area", { area: room.area_square_metres }),
              room.connecting.length > 0 ? t("room.connecting", { rooms: room.connecting.join(", ") }) : null,
            ]
              .filter(Boolean)
              .join(" · ")}
          </p>
        </div>
        <div className={classes.axes} data-testid="axes">
          <Mark boxed look={frontOfficeLook[room.front_office]} word={t(`axes.front_office.${room.front_office}`)} />
          <Mark boxed look={cleanlinessLook[room.cleanliness]} word={t(`axes.cleanliness.${room.cleanliness}`)} />
          {room.availability.state !== "sellable" && (
            <Mark
              boxed
              look={availabilityLook[room.availability.state]}
              word={[
                t(`axes.availability.${room.availability.state}`),
                room.availability.reason,
                room.availability.until === null ? null : t("room.until", { time: dayTime(room.availability.until, now) }),
              ]
                .filter(Boolean)
                .join(" · ")}
            />
          )}
          {room.reservation.map((one) => (
            <Mark key={one} boxed look={reservationLook[one]} word={t(`axes.reservation.${one}`)} />
          ))}
          {room.panel !== "none" && (
            <Mark
              boxed
              look={panelLook[room.panel]}
              word={
                room.panel_since === null
                  ? t(`axes.panel.${room.panel}`)
                  : t("tile.since", { what: t(`axes.panel.${room.panel}`), time: dayTime(room.panel_since, now) })
              }
            />
          )}
          {room.service === "declined" && <Mark boxed look={{ icon: IconCircleOff, tone: "quiet" }} word={t("axes.service.declined")} />}
          {room.opted_out && <Mark boxed look={{ icon: IconLeaf, tone: "quiet" }} word={t("axes.opted_out.yes")} />}
          {room.turndown !== "not_required" && (
            <Mark
              boxed
              look={room.turndown === "completed" ? phaseLook.ready : turndownLook}
              word={t(`axes.turndown.${room.turndown}`)}
            />
          )}
          {room.queue_since !== null && (
            <Mark boxed look={{ icon: IconHourglass, tone: "wrong" }} word={waiting(room.queue_since)} />
          )}
          {room.discrepancy !== "none" && <DiscrepancyButton room={room} />}
          <Mark boxed look={presenceLook[room.presence]} word={t(`axes.presence.${room.presence}`)} />
          {room.ready ? (
            <Mark boxed look={phaseLook.ready} word={t("arrivals.room_ready")} />
          ) : (
            <BlockerMarks blockers={room.blocked_by.filter((one) => one !== "occupied" && one !== "out_of_order" && one !== "out_of_service" && one !== "not_clean")} />
          )}
        </div>
        <div className={classes.headTools}>
          {may("hands_off") && !room.hands_off.some((one) => one.scope === `room:${room.number}`) && (
            <Button
              variant="default"
              h={40}
              leftSection={<IconHandOff size={17} />}
              onClick={() => setAsking(true)}
              data-testid="set-hands-off"
            >
              {t("hands_off.button")}
            </Button>
          )}
          {asking && <HandsOffDialog scopes={[`room:${room.number}`]} onClose={() => setAsking(false)} />}
          {(may("clean") || may("off_sale")) && <StatusMenu room={room} />}
          <Neighbours number={room.number} />
        </div>
      </section>
      {(current || next) && (
        <div className={classes.stays} style={{ gridColumn: "1 / -1" }}>
          {current && <StayCard stay={current} kind="current" />}
          {next && <StayCard stay={next} kind="next" queued={room.queue_since !== null} />}
        </div>
      )}
    </>
  );
}


/** What contradicts what stands one tap away, with the way to settle it. */
function DiscrepancyButton({ room }: { room: RoomDetail }) {
  const { t } = useTranslation();
  const { may } = useMe();
  const open = useDiscrepancies("open", may("resolve"));
  const [settling, setSettling] = useState(false);
  const one = open.data?.find((each) => each.room === room.number);
  const mark = <Mark boxed look={discrepancyLook} word={t(`axes.discrepancy.${room.discrepancy}`)} />;
  if (one === undefined) return mark;
  return (
    <>
      <UnstyledButton onClick={() => setSettling(true)} aria-label={t("room.settle", { what: t(`axes.discrepancy.${one.kind}`) })} data-testid="room-discrepancy">
        {mark}
      </UnstyledButton>
      {settling && <ResolveDialog discrepancy={one} onClose={() => setSettling(false)} />}
    </>
  );
}
