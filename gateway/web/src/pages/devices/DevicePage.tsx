import { Alert, Button, Skeleton } from "@mantine/core";
import {
  IconAlertTriangle,
  IconArrowsExchange,
  IconCheck,
  IconChevronLeft,
  IconCircleOff,
  IconInbox,
  IconRefreshAlert,
} from "@tabler/icons-react";
import { type ReactNode, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useParams } from "react-router";
import { Problem } from "../../api/client";
import { useApproveDevices, useDevice, useWithdrawApproval } from "../../api/deviceQueries";
import type { ApprovalEntry, Device, DeviceDetail } from "../../api/types";
import { useFormats, useMe, useSentence } from "../../frame/me";
import { useTitle } from "../../frame/title";
import { AvailabilityMark } from "../../parts/AvailabilityMark";
import { Empty } from "../../parts/Empty";
import { Mark } from "../../parts/marks";
import { useTell } from "../../parts/tell";
import { useTold } from "../../parts/told";
import { useHotelNow } from "../../time/clock";
import { UNKNOWN } from "../../time/format";
import { ChangedWays } from "./ChangedWays";
import { DeviceCommands } from "./DeviceCommands";
import { VitalMarks } from "./DeviceList";
import classes from "./Devices.module.css";
import { prettyConfig, vitalsOf, waits } from "./deviceFacts";
import { MoveDevice } from "./MoveDevice";
import { PurposeField, RoomField } from "./PlaceFields";
import { TryIt } from "./TryIt";
import { useMainReport, useValueTold } from "./useMainReport";

export function DevicePage() {
  const { t } = useTranslation();
  const sentence = useSentence();
  const { id = "" } = useParams();
  const detail = useDevice(id);
  useTitle(detail.data?.device.name ?? t("pages.devices"));
  if (detail.error && !detail.data) {
    return detail.error instanceof Problem && detail.error.status === 404 ? (
      <Empty icon={IconCircleOff} title={t("devices.page.unknown")} text={t("devices.page.unknown_text")} />
    ) : (
      <Alert color="orange">{sentence(detail.error)}</Alert>
    );
  }
  if (!detail.data) return <Skeleton height={420} radius={12} />;
  return <Whole key={id} detail={detail.data} />;
}

function Whole({ detail }: { detail: DeviceDetail }) {
  const { t } = useTranslation();
  const { may } = useMe();
  const { device } = detail;
  return (
    <div className={classes.page} data-testid="device-page">
      <Head detail={detail} />
      <div className={classes.column}>
        {detail.gone && <Alert color="orange" icon={<IconCircleOff />}>{t("devices.page.gone")}</Alert>}
        {waits(device) && <Asks device={device} />}
        <Troubles detail={detail} />
        <Panel title={t("devices.page.properties")}>
          <Properties device={device} />
        </Panel>
        {waits(device) && may("try_out") && !detail.gone && (
          <Panel title={t("devices.try.title")}>
            <p className={`dim ${classes.lead}`}>{t("devices.try.about")}</p>
            <TryIt device={device} />
          </Panel>
        )}
        <Panel title={t("devices.page.commands")}>
          <DeviceCommands id={device.id} />
        </Panel>
      </div>
      <div className={classes.column}>
        <Parts detail={detail} />
        <Panel title={t("devices.page.approvals")}>
          <Approvals entries={detail.approvals} approved={device.approved} />
        </Panel>
        <Panel title={t("devices.page.config")}>
          <pre className={classes.config} tabIndex={0} aria-label={t("devices.page.config")}>
            {prettyConfig(detail.config)}
          </pre>
        </Panel>
      </div>
    </div>
  );
}

function Panel({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className={`card ${classes.panel}`}>
      <h2>{title}</h2>
      {children}
    </section>
  );
}

function Head({ detail }: { detail: DeviceDetail }) {
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
function Asks({ device }: { device: Device }) {
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

function Troubles({ detail }: { detail: DeviceDetail }) {
  const { t } = useTranslation();
  const { dayTime } = useFormats();
  const now = useHotelNow();
  const told = useTold();
  const { faults, template_trouble: trouble } = detail;
  if (faults.length === 0 && trouble === null) return null;
  return (
    <Panel title={t("devices.page.troubles")}>
      <ul className={classes.troubles}>
        {faults.map((fault) => (
          <li key={fault.property}>
            <Mark
              look={{ icon: IconAlertTriangle, tone: "wrong" }}
              word={t("events.device.disobeys", { property: told.property(fault.property) })}
            />
          </li>
        ))}
        {trouble !== null && (
          <li>
            <Mark
              look={{ icon: IconAlertTriangle, tone: "attention" }}
              word={t("devices.page.template_failed", { count: trouble.count, time: dayTime(trouble.at, now) })}
            />
            <div className="dim">{trouble.reason}</div>
          </li>
        )}
      </ul>
    </Panel>
  );
}

function Properties({ device }: { device: Device }) {
  const { t } = useTranslation();
  const { relative, dayTime } = useFormats();
  const now = useHotelNow();
  const told = useTold();
  const value = useValueTold();
  return (
    <table className={classes.properties}>
      <thead>
        <tr>
          <th scope="col">{t("devices.page.property")}</th>
          <th scope="col">{t("devices.page.reported")}</th>
          <th scope="col">{t("devices.page.desired")}</th>
          <th scope="col">{t("devices.page.heard_at")}</th>
        </tr>
      </thead>
      <tbody>
        {device.properties.map((one) => (
          <tr key={one.name}>
            <th scope="row">
              {device.component === "climate" && one.name === "action" ? t("devices.page.doing") : told.property(one.name)}
            </th>
            <td>
              <b data-testid={`reported-${one.name}`}>{value(device, one, one.reported)}</b>
            </td>
            <td>{one.accepts ? value(device, one, one.desired) : ""}</td>
            <td className="dim">
              {one.reported_at === null ? UNKNOWN : (relative(one.reported_at, now) ?? dayTime(one.reported_at, now))}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Parts({ detail }: { detail: DeviceDetail }) {
  const { t } = useTranslation();
  const report = useMainReport();
  const others = detail.parts.filter((part) => part.id !== detail.device.id);
  if (others.length === 0) return null;
  return (
    <Panel title={t("devices.page.parts")}>
      <ul className={classes.siblings}>
        {others.map((part) => (
          <li key={part.id}>
            <Link to={`/devices/${part.id}`}>{part.name}</Link>
            <span>{report(part)}</span>
          </li>
        ))}
      </ul>
    </Panel>
  );
}

function Approvals({ entries, approved }: { entries: ApprovalEntry[]; approved: boolean }) {
  const { t } = useTranslation();
  const { dayTime } = useFormats();
  const now = useHotelNow();
  if (entries.length === 0) {
    return <p className="dim">{t(approved ? "devices.page.approved_by_itself" : "devices.page.no_approvals")}</p>;
  }
  return (
    <ul className={classes.history} data-testid="approval-history">
      {entries.map((one) => (
        <li key={`${one.at}-${one.act}`}>
          <time dateTime={one.at}>{dayTime(one.at, now)}</time>
          <div>
            {one.act === "asked" ? (
              <Mark look={{ icon: IconRefreshAlert, tone: "attention" }} word={t("devices.acts.asked")} />
            ) : (
              <Mark
                look={{ icon: IconCheck, tone: one.act === "withdrawn" ? "attention" : "done" }}
                word={t(`devices.acts.${one.act}`, { by: one.by, room: one.room ?? UNKNOWN })}
              />
            )}
            {one.changes.length > 0 && <ChangedWays changed={one.changes} />}
          </div>
        </li>
      ))}
    </ul>
  );
}
