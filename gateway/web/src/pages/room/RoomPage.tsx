import { ActionIcon, Alert, Button, Menu, Skeleton } from "@mantine/core";
import {
  IconAlertTriangle,
  IconBed,
  IconChevronDown,
  IconChevronLeft,
  IconChevronRight,
  IconCircleOff,
  IconHandOff,
  IconHourglass,
  IconLogin2,
  IconStarFilled,
  IconUser,
  type Icon,
} from "@tabler/icons-react";
import { useEffect, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useNavigate, useParams } from "react-router";
import { Problem } from "../../api/client";
import { useRoom, useRoomOrder, useSetCleanliness } from "../../api/queries";
import type { Cleanliness, RoomDetail, StaySummary } from "../../api/types";
import { useFormats, useMe, useSentence } from "../../frame/me";
import { useTitle } from "../../frame/title";
import { Empty } from "../../parts/Empty";
import { HandsOffBanner, HandsOffDialog } from "../../parts/HandsOff";
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
import { byFloor } from "../../parts/roomFacts";
import { useTell } from "../../parts/tell";
import { useHotelNow } from "../../time/clock";
import { shortDate } from "../../time/format";
import { ClimatePanel } from "./ClimatePanel";
import { Controls } from "./Controls";
import { DevicesPanel } from "./DevicesPanel";
import classes from "./Room.module.css";
import { Timeline } from "./Timeline";

export function RoomPage() {
  const { t } = useTranslation();
  const sentence = useSentence();
  const { number = "" } = useParams();
  const { may } = useMe();
  const room = useRoom(number);
  useTitle(t("room.title", { number }));

  if (room.error && !room.data) {
    return room.error instanceof Problem && room.error.status === 404 ? (
      <Empty
        icon={IconBed}
        title={t("room.unknown", { number })}
        text={t("room.unknown_text")}
        action={
          <Button component={Link} to="/rooms">
            {t("room.all_rooms")}
          </Button>
        }
      />
    ) : (
      <Alert color="orange">{sentence(room.error)}</Alert>
    );
  }
  if (!room.data) return <Skeleton height={480} radius={12} />;
  return (
    <div className={classes.page}>
      <Head room={room.data} />
      <HandsOffBanner switches={room.data.hands_off} />
      <div className={classes.column}>
        <ClimatePanel room={room.data} />
        {may("history") && <Timeline room={room.data} />}
      </div>
      <div className={classes.column}>
        {may("control") && <Controls room={room.data} />}
        <DevicesPanel room={room.data} />
      </div>
    </div>
  );
}

/** Left and right go to the next room, as in a corridor. */
function useNeighbours(number: string): { before: string | null; after: string | null } {
  const rooms = useRoomOrder();
  const navigate = useNavigate();
  const neighbours = useMemo(() => {
    const order = byFloor(rooms.data ?? []).flatMap(([, there]) => there.map((room) => room.number));
    const place = order.indexOf(number);
    return place < 0
      ? { before: null, after: null }
      : { before: order[place - 1] ?? null, after: order[place + 1] ?? null };
  }, [rooms.data, number]);
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      const target = event.target;
      if (event.metaKey || event.ctrlKey || event.altKey) return;
      // Arrows belong to sliders, fields and menus first.
      if (target instanceof HTMLElement && target.closest("input,textarea,select,[role=slider],[role=menu],[role=dialog]")) return;
      const to = event.key === "ArrowLeft" ? neighbours.before : event.key === "ArrowRight" ? neighbours.after : null;
      if (to !== null) void navigate(`/rooms/${encodeURIComponent(to)}`);
    };
    window.addEventListener("keydown", pressed);
    return () => window.removeEventListener("keydown", pressed);
  }, [neighbours, navigate]);
  return neighbours;
}

function Head({ room }: { room: RoomDetail }) {
  const { t } = useTranslation();
  const { dayTime, time } = useFormats();
  const { may } = useMe();
  const now = useHotelNow();
  const { before, after } = useNeighbours(room.number);
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
          {room.turndown !== "not_required" && (
            <Mark
              boxed
              look={room.turndown === "completed" ? phaseLook.ready : turndownLook}
              word={t(`axes.turndown.${room.turndown}`)}
            />
          )}
          {room.queue_since !== null && (
            <Mark boxed look={{ icon: IconHourglass, tone: "wrong" }} word={t("tile.queue", { time: time(room.queue_since) })} />
          )}
          {room.discrepancy !== "none" && (
            <Mark boxed look={discrepancyLook} word={t(`axes.discrepancy.${room.discrepancy}`)} />
          )}
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
          {may("clean") && <CleanlinessMenu room={room} />}
          <Neighbour to={before} label={t("room.before")} icon={IconChevronLeft} />
          <Neighbour to={after} label={t("room.after")} icon={IconChevronRight} />
        </div>
      </section>
      {(current || next) && (
        <div className={classes.stays} style={{ gridColumn: "1 / -1" }}>
          {current && <StayCard stay={current} kind="current" />}
          {next && <StayCard stay={next} kind="next" />}
        </div>
      )}
    </>
  );
}

function Neighbour({ to, label, icon: Glyph }: { to: string | null; label: string; icon: Icon }) {
  return to === null ? (
    <ActionIcon variant="default" size={40} aria-label={label} disabled>
      <Glyph size={20} />
    </ActionIcon>
  ) : (
    <ActionIcon variant="default" size={40} aria-label={label} component={Link} to={`/rooms/${encodeURIComponent(to)}`}>
      <Glyph size={20} />
    </ActionIcon>
  );
}

function StayCard({ stay, kind }: { stay: StaySummary; kind: "current" | "next" }) {
  const { t, i18n } = useTranslation();
  const { when } = useFormats();
  const { may } = useMe();
  const now = useHotelNow();
  const Glyph = kind === "current" ? IconUser : IconLogin2;
  return (
    <div className={`card ${classes.stay}`}>
      <Glyph size={20} stroke={1.7} className="tone-under-way" aria-hidden style={{ flex: "none" }} />
      <div style={{ flex: 1, minWidth: 0 }}>
        <p className="dim" style={{ fontSize: "0.78rem" }}>
          {kind === "current" ? t("room.guest_now") : t("room.guest_next")}
        </p>
        <p style={{ fontWeight: 620, overflow: "hidden", textOverflow: "ellipsis", whiteSpace: "nowrap" }}>
          {stay.guest ?? stay.confirmation}
          {stay.vip && (
            <span style={{ color: "var(--brass)", marginLeft: 8, fontSize: "0.8rem" }}>
              <IconStarFilled size={12} aria-hidden /> {t("vip")}
            </span>
          )}
        </p>
      </div>
      <div style={{ textAlign: "right", fontSize: "0.88rem" }}>
        {kind === "current"
          ? t("room.leaves", { date: shortDate(stay.departure_date, i18n.language) })
          : stay.eta !== null && when(stay.eta, now)}
        {may("desk") && (
          <div>
            <Link to={`/arrivals?date=${stay.arrival_date}&state=all&stay=${encodeURIComponent(stay.stay_id)}`} style={{ fontSize: "0.82rem" }}>
              {t("room.open_stay")}
            </Link>
          </div>
        )}
      </div>
    </div>
  );
}

function CleanlinessMenu({ room }: { room: RoomDetail }) {
  const { t } = useTranslation();
  const { may } = useMe();
  const tell = useTell();
  const set = useSetCleanliness(room);
  const choices: Cleanliness[] = may("inspect") ? ["dirty", "pickup", "clean", "inspected"] : ["dirty", "pickup", "clean"];
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button variant="default" h={40} rightSection={<IconChevronDown size={16} />} data-testid="set-cleanliness">
          {t("room.set_cleanliness")}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {choices
          .filter((choice) => choice !== room.cleanliness)
          .map((choice) => {
            const Glyph = cleanlinessLook[choice].icon;
            return (
              <Menu.Item
                key={choice}
                leftSection={<Glyph size={17} className={`tone-${cleanlinessLook[choice].tone}`} />}
                onClick={() =>
                  void set(choice).then(
                    (kept) => kept && tell.done(t("room.now_is", { number: room.number, state: t(`axes.cleanliness.${choice}`) })),
                  )
                }
                data-testid={`set-${choice}`}
              >
                {t(`axes.cleanliness.${choice}`)}
              </Menu.Item>
            );
          })}
        {room.availability.state !== "sellable" && (
          <Menu.Label>
            <IconAlertTriangle size={13} /> {t(`axes.availability.${room.availability.state}`)}
          </Menu.Label>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}
