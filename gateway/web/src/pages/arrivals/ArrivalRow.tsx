import { ActionIcon, Button, Menu } from "@mantine/core";
import {
  IconArrowBackUp,
  IconArrowsExchange,
  IconBan,
  IconCheck,
  IconDotsVertical,
  IconHourglass,
  IconLogin2,
  IconLogout2,
  IconStarFilled,
  IconUserCheck,
  IconUserOff,
  IconUserQuestion,
} from "@tabler/icons-react";
import { lazy, memo, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { type StayAct, useActOnStay } from "../../api/stays";
import type { Arrival } from "../../api/types";
import { useMe } from "../../frame/me";
import { ClimateLine } from "../../parts/ClimateLine";
import { BlockerMarks, Mark } from "../../parts/marks";
import { PromiseLine } from "../../parts/PromiseLine";
import { SignItems } from "../../parts/SignMenu";
import { useTell } from "../../parts/tell";
import { useFlash } from "../../parts/useFlash";
import { useWaiting } from "../../parts/useWaiting";
import { useHotelNow } from "../../time/clock";
import { stripeOfArrival } from "./arrivalFacts";
import classes from "./Arrivals.module.css";
import { EtaCell } from "./EtaCell";

const CheckInDialog = lazy(async () => ({ default: (await import("./CheckInDialog")).CheckInDialog }));
const MoveDialog = lazy(async () => ({ default: (await import("./MoveDialog")).MoveDialog }));

function flashFacts(arrival: Arrival): string {
  return [
    arrival.state,
    arrival.room,
    arrival.ready,
    arrival.blocked_by.join("+"),
    arrival.queue_since,
    arrival.plan?.state,
    arrival.plan?.sign,
    arrival.eta,
  ].join("|");
}

export const ArrivalRow = memo(function ArrivalRow({
  arrival,
  first,
  onOpen,
}: {
  arrival: Arrival;
  first: boolean;
  onOpen: (stay: string) => void;
}) {
  const { t } = useTranslation();
  const waiting = useWaiting();
  const { may } = useMe();
  const now = useHotelNow();
  const element = useFlash<HTMLLIElement>(flashFacts(arrival));
  const [dialog, setDialog] = useState<"check-in" | "move" | null>(null);
  const act = useActOnStay();
  const tell = useTell();
  const desk = may("desk");
  const expected = arrival.state === "reserved";
  const queued = arrival.queue_since !== null;
  const who = arrival.guest ?? arrival.confirmation;

  const undo = () =>
    act.mutate(
      { id: arrival.stay_id, act: "undo" },
      { onSuccess: () => tell.done(t("stay.undone", { who })), onError: tell.refused },
    );
  const run = (what: StayAct, said: string) =>
    act.mutate(
      { id: arrival.stay_id, ...what },
      {
        onSuccess: (stay) => {
          setDialog(null);
          tell.done(t(said, { who, room: stay.room ?? "" }), stay.undo === null ? undefined : undo, `stay-${arrival.stay_id}`);
        },
        onError: tell.refused,
      },
    );

  return (
    <li
      ref={element}
      className={`card ${classes.row} ${classes.columns}`}
      data-stripe={stripeOfArrival(arrival, now)}
      data-testid={`arrival-${arrival.stay_id}`}
      data-coach={first ? "arrival" : undefined}
    >
      <div className={classes.cellEta} data-coach={first ? "eta" : undefined}>
        <EtaCell arrival={arrival} editable={desk && expected} />
      </div>

      <div className={`${classes.stack} ${classes.cellGuest}`}>
        {desk ? (
          <button type="button" className={classes.guest} onClick={() => onOpen(arrival.stay_id)} data-testid={`open-${arrival.stay_id}`}>
            <Who arrival={arrival} />
          </button>
        ) : (
          <Who arrival={arrival} />
        )}
      </div>

      <div className={`${classes.stack} ${classes.cellRoom}`}>
        {arrival.room === null ? (
          <Mark look={{ icon: IconUserQuestion, tone: "attention" }} word={t("arrivals.no_room")} />
        ) : (
          <Link className={classes.roomNumber} to={`/rooms/${encodeURIComponent(arrival.room)}`}>
            {arrival.room}
          </Link>
        )}
        <span className={classes.small}>{arrival.room_type}</span>
      </div>

      <div className={`${classes.stack} ${classes.cellClimate}`}>
        {arrival.climate ? <ClimateLine climate={arrival.climate} /> : <span className="dim">{t("arrivals.no_climate")}</span>}
        {expected && arrival.room !== null && <PromiseLine arrival={arrival} />}
      </div>

      <div className={`${classes.blocks} ${classes.cellBlocks}`}>
        {arrival.state === "checked_in" ? (
          <Mark boxed look={{ icon: IconUserCheck, tone: "done" }} word={t("stay_states.checked_in")} />
        ) : !expected ? (
          <Mark boxed look={{ icon: IconUserOff, tone: "quiet" }} word={t(`stay_states.${arrival.state}`)} />
        ) : (
          <>
            {arrival.queue_since !== null && (
              <Mark boxed look={{ icon: IconHourglass, tone: "wrong" }} word={waiting(arrival.queue_since)} />
            )}
            {arrival.room !== null && arrival.ready && arrival.blocked_by.length === 0 && (
              <Mark boxed look={{ icon: IconCheck, tone: "done" }} word={t("arrivals.room_ready")} />
            )}
            <BlockerMarks blockers={arrival.blocked_by} />
          </>
        )}
      </div>

      <div className={`${classes.actions} ${classes.cellActions}`}>
        {desk && expected && (
          <Button
            variant={arrival.ready && arrival.room !== null ? "filled" : "default"}
            leftSection={<IconLogin2 size={17} />}
            loading={act.isPending}
            onClick={() =>
              arrival.ready && arrival.room !== null ? run({ act: "check-in" }, "stay.checked_in") : setDialog("check-in")
            }
            data-testid={`check-in-${arrival.stay_id}`}
          >
            {t("do.check_in")}
          </Button>
        )}
        {desk && !expected && (
          <Button variant="default" leftSection={<IconArrowBackUp size={17} />} loading={act.isPending} onClick={undo} data-testid={`undo-${arrival.stay_id}`}>
            {t("do.undo")}
          </Button>
        )}
        {desk && (expected || arrival.state === "checked_in") && (
          <Menu position="bottom-end">
            <Menu.Target>
              <ActionIcon
                variant="subtle"
                color="gray"
                size={40}
                aria-label={t("arrivals.more_for", { who })}
                data-testid={`more-${arrival.stay_id}`}
              >
                <IconDotsVertical size={19} />
              </ActionIcon>
            </Menu.Target>
            <Menu.Dropdown>
              <Menu.Item leftSection={<IconArrowsExchange size={17} />} onClick={() => setDialog("move")}>
                {arrival.room === null ? t("do.assign_room") : t("do.move_room")}
              </Menu.Item>
              {arrival.state === "checked_in" && (
                <Menu.Item leftSection={<IconLogout2 size={17} />} onClick={() => run({ act: "check-out" }, "stay.checked_out")}>
                  {t("do.check_out")}
                </Menu.Item>
              )}
              {expected && (
                <>
                  <Menu.Divider />
                  {arrival.room === null ? (
                    <Menu.Item leftSection={<IconHourglass size={17} />} onClick={() => run({ act: queued ? "leave-queue" : "queue" }, queued ? "stay.left_queue" : "stay.queued")}>
                      {t(queued ? "do.leave_queue" : "do.queue")}
                    </Menu.Item>
                  ) : (
                    <SignItems stayId={arrival.stay_id} who={who} queued={queued} />
                  )}
                  <Menu.Divider />
                  <Menu.Item leftSection={<IconUserOff size={17} />} onClick={() => run({ act: "no-show" }, "stay.no_show")}>
                    {t("do.no_show")}
                  </Menu.Item>
                  <Menu.Item leftSection={<IconBan size={17} />} onClick={() => run({ act: "cancel" }, "stay.cancelled")}>
                    {t("do.cancel_stay")}
                  </Menu.Item>
                </>
              )}
            </Menu.Dropdown>
          </Menu>
        )}
      </div>

      <Suspense>
        {dialog === "check-in" && (
          <CheckInDialog
            arrival={arrival}
            busy={act.isPending}
            onClose={() => setDialog(null)}
            onCheckIn={(body) => run({ act: "check-in", ...body }, "stay.checked_in")}
          />
        )}
        {dialog === "move" && (
          <MoveDialog
            arrival={arrival}
            busy={act.isPending}
            onClose={() => setDialog(null)}
            onMove={(body) => run({ act: "move", ...body }, "stay.moved")}
          />
        )}
      </Suspense>
    </li>
  );
});

function Who({ arrival }: { arrival: Arrival }) {
  const { t } = useTranslation();
  return (
    <>
      <span className={classes.name}>
        {arrival.guest ?? t("arrivals.guest_hidden")}
        {arrival.vip && (
          <span className={classes.vip}>
            <IconStarFilled size={12} aria-hidden />
            {t("vip")}
          </span>
        )}
      </span>
      <span className={classes.underName}>
        <span className={classes.small} style={{ flex: "none" }}>
          {arrival.confirmation}
        </span>
        {arrival.wishes.length > 0 && (
          <span className={classes.wish} title={arrival.wishes.join("\n")}>
            {arrival.wishes.join(" · ")}
          </span>
        )}
      </span>
    </>
  );
}
