/** A device by name: where it is, whether it is approved, what it asks for. */
import { Button } from "@mantine/core";
import { IconArrowsExchange, IconChevronLeft, IconInbox, IconRefreshAlert } from "@tabler/icons-react";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { useApproveDevices, useWithdrawApproval } from "../../api/deviceQueries";
import type { Device, DeviceDetail } from "../../api/types";
import { useFormats, useMe } from "../../frame/me";
import { AvailabilityMark } from "../../parts/AvailabilityMark";
import { Mark } from "../../parts/marks";
import { useTell } from "../../parts/tell";
import { useHotelNow } from "../../time/clock";
import { ChangedWays } from "./ChangedWays";
import { VitalMarks } from "./DeviceList";
import classes from "./Devices.module.css";
import { MoveDevice } from "./MoveDevice";
import { PurposeField, RoomField } from "./PlaceFields";
import { vitalsOf, waits } from "./deviceFacts";

export function Head({ detail }: { detail: DeviceDetail }) {
  const { t } = useTranslation();
  const { relative, dayTime } = useFormats();
  const { may } = useMe();
  const tell = useTell();
  const now = useHotelNow();
  const withdraw = useWithdrawApproval();
  const approve = useApproveDevices();
  const [moving, setMoving] = useState(false);
  const { device } = detail;
  const vitals = useMemo(() => vitalsOf(detail.parts).get(device.apparatus), [detail.parts, device.apparatus]);
  return (
    <header className={`card ${classes.pageHead}`}>
      <Link to="/devices" className={classes.back} aria-label={t("devices.page.back")} title={t("devices.page.back")}>
        <IconChevronLeft size={20} aria-hidden />
      </Link>
      <div className={classes.title}>
        <h1>{device.name}</h1>
        <p className="dim">
          {[...new Set([t(`purposes.${device.purpose}`), device.apparatus_name, device.maker, device.model])].filter(Boolean).join(" · ")}
        </p>
      </div>
      <div className={classes.marks}>
        {device.room !== null && (
          <Link to={`/rooms/${encodeURIComponent(device.room)}`} className="mark boxed tone-under-way">
            {t("devices.page.in_room", { room: device.room })}
          </Link>
        )}
        {waits(device) && (
          <Mark
            boxed
            look={{ icon: device.approved ? IconRefreshAlert : IconInbox, tone: "attention" }}
            word={t(device.approved ? "devices.again.short" : "devices.page.waits")}
          />
        )}
        <AvailabilityMark available={device.available} />
        {vitals && <VitalMarks vitals={vitals} />}
        <span className="dim">
          {device.last_seen === null
            ? t("devices.page.never_heard")
            : t("devices.page.heard", { time: relative(device.last_seen, now) ?? dayTime(device.last_seen, now) })}
        </span>
      </div>
      {device.approved && may("approve") && (
        <div className={classes.acts}>
          <Button variant="default" leftSection={<IconArrowsExchange size={17} />} onClick={() => setMoving(true)} data-testid="move">
            {t("devices.move")}
          </Button>
          <Button
            variant="default"
            loading={withdraw.isPending}
            onClick={() =>
              withdraw.mutate([device.id], {
                onSuccess: () =>
                  tell.done(t("devices.withdrawn", { device: device.name }), () =>
                    approve.mutate([{ device_id: device.id, room: device.room, purpose: device.purpose }], {
                      onError: tell.refused,
                    }),
                  ),
                onError: tell.refused,
              })
            }
            data-testid="withdraw"
          >
            {t("devices.withdraw")}
          </Button>
        </div>
      )}
      {moving && <MoveDevice device={device} onClose={() => setMoving(false)} />}
    </header>
  );
}

/** A device that waits says why, and is approved here. */
export function Asks({ device }: { device: Device }) {
  const { t } = useTranslation();
  const { may } = useMe();
  const tell = useTell();
  const approve = useApproveDevices();
  const [room, setRoom] = useState(device.room ?? device.suggested_room);
  const [purpose, setPurpose] = useState(device.purpose);
  return (
    <section className={`card ${classes.panel} ${classes.asks}`}>
      <h2>{t(device.approved ? "devices.again.title" : "devices.page.waits_title")}</h2>
      <p className={classes.lead}>{t(device.approved ? "devices.again.text" : "devices.page.waits_text")}</p>
      {device.changed.length > 0 && <ChangedWays changed={device.changed} />}
      {may("approve") && (
        <div className={classes.place}>
          <RoomField value={room} onChange={setRoom} testId="page-room" />
          <PurposeField value={purpose} onChange={setPurpose} />
          <Button
            disabled={room === null && purpose !== "outdoor_temperature"}
            loading={approve.isPending}
            onClick={() =>
              approve.mutate([{ device_id: device.id, room, purpose, offer: device.offer }], {
                onSuccess: () =>
                  tell.done(
                    room === null
                      ? t("devices.approved_outside", { device: device.name })
                      : t("devices.approved", { device: device.name, room }),
                  ),
                onError: tell.refused,
              })
            }
            data-testid="page-approve"
          >
            {t(device.approved ? "devices.again.approve" : "devices.approve")}
          </Button>
        </div>
      )}
    </section>
  );
}
