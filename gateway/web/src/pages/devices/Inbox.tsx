/** What waits for an engineer: new devices, and approved ones that want to be commanded otherwise. */
import { Button } from "@mantine/core";
import { useWindowVirtualizer } from "@tanstack/react-virtual";
import { IconChevronDown, IconChevronRight, IconDownload, IconFileText, IconInbox } from "@tabler/icons-react";
import { useCallback, useLayoutEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { useApproveDevices, useWithdrawApproval } from "../../api/deviceQueries";
import type { ApproveOne, Device, Purpose } from "../../api/types";
import { useMe } from "../../frame/me";
import { Empty } from "../../parts/Empty";
import { useTell } from "../../parts/tell";
import { ChangedWays } from "./ChangedWays";
import { CsvDrawer } from "./CsvDrawer";
import classes from "./Devices.module.css";
import type { Apparatus } from "./deviceFacts";
import { PurposeField, RoomField } from "./PlaceFields";
import { TryIt } from "./TryIt";
import { useMainReport } from "./useMainReport";

const CLOSED_HEIGHT = 92;

/** What somebody has chosen for an apparatus, kept while it is scrolled out of sight. */
interface Draft {
  room?: string | null;
  purposes?: Record<string, Purpose>;
  open?: boolean;
}

export function Inbox({ groups }: { groups: Apparatus[] }) {
  const { t } = useTranslation();
  const { may } = useMe();
  const [drafts, setDrafts] = useState<Record<string, Draft>>({});
  const [csv, setCsv] = useState(false);
  const list = useRef<HTMLDivElement>(null);
  const [margin, setMargin] = useState(0);
  useLayoutEffect(() => setMargin(list.current?.offsetTop ?? 0), [groups.length]);
  const virtual = useWindowVirtualizer({
    count: groups.length,
    estimateSize: () => CLOSED_HEIGHT,
    getItemKey: (index) => groups[index]?.key ?? index,
    overscan: 8,
    scrollMargin: margin,
  });
  const put = useCallback(
    (key: string, change: Draft) => setDrafts((before) => ({ ...before, [key]: { ...before[key], ...change } })),
    [],
  );
  return (
    <>
      <div className={classes.bar}>
        <p className={`dim ${classes.about}`}>{t("devices.waiting_text")}</p>
        {may("approve") && (
          <>
            <Button
              component="a"
              href="/api/devices/export"
              download
              variant="default"
              leftSection={<IconDownload size={17} />}
            >
              {t("devices.csv.download")}
            </Button>
            <Button variant="default" leftSection={<IconFileText size={17} />} onClick={() => setCsv(true)} data-testid="csv-open">
              {t("devices.csv.open")}
            </Button>
          </>
        )}
      </div>
      {groups.length === 0 ? (
        <Empty icon={IconInbox} title={t("devices.inbox_empty_title")} text={t("devices.inbox_empty_text")} />
      ) : (
        <div ref={list} style={{ position: "relative", height: virtual.getTotalSize() }} data-testid="inbox">
          {virtual.getVirtualItems().map((item) => {
            const group = groups[item.index];
            return (
              group && (
                <div
                  key={item.key}
                  ref={virtual.measureElement}
                  data-index={item.index}
                  className={classes.slot}
                  style={{ transform: `translateY(${item.start - margin}px)` }}
                >
                  <Waiting group={group} draft={drafts[group.key] ?? {}} put={put} />
                </div>
              )
            );
          })}
        </div>
      )}
      {csv && <CsvDrawer onClose={() => setCsv(false)} />}
    </>
  );
}

function Waiting({ group, draft, put }: { group: Apparatus; draft: Draft; put: (key: string, change: Draft) => void }) {
  const { t } = useTranslation();
  const tell = useTell();
  const { may } = useMe();
  const approve = useApproveDevices();
  const withdraw = useWithdrawApproval();
  const room = draft.room === undefined ? group.room : draft.room;
  const open = draft.open ?? false;
  const ids = group.devices.map((device) => device.id);
  const purposeOf = (device: Device) => draft.purposes?.[device.id] ?? device.purpose;
  const outside = group.devices.every((device) => purposeOf(device) === "outdoor_temperature");
  const mayApprove = may("approve");

  const accept = () => {
    const items: ApproveOne[] = group.devices.map((device) => ({
      device_id: device.id,
      room,
      purpose: purposeOf(device),
      offer: device.offer,
    }));
    approve.mutate(items, {
      onSuccess: () =>
        tell.done(
          room === null ? t("devices.approved_outside", { device: group.name }) : t("devices.approved", { device: group.name, room }),
          group.again ? undefined : () => withdraw.mutate(ids, { onError: tell.refused }),
        ),
      onError: tell.refused,
    });
  };

  return (
    <section
      className={`card ${classes.waiting}`}
      data-again={group.again}
      aria-label={group.name}
      data-testid={`waiting-${group.devices[0]?.apparatus ?? ""}`}
    >
      <div className={classes.waitingHead}>
        <button
          type="button"
          className={classes.fold}
          aria-expanded={open}
          onClick={() => put(group.key, { open: !open })}
          data-testid="unfold"
        >
          {open ? <IconChevronDown size={18} aria-hidden /> : <IconChevronRight size={18} aria-hidden />}
          <span className={classes.cut}>
            <b>{group.name}</b>
            <span className={`dim ${classes.cut} ${classes.under}`}>
              {[group.made, t("devices.parts", { count: group.devices.length })].filter(Boolean).join(" · ")}
            </span>
          </span>
        </button>
        {group.again ? (
          <span className={`mark boxed tone-attention`}>
            {room === null ? t("devices.again.title") : t("devices.again.title_in", { room })}
          </span>
        ) : (
          mayApprove && (
            <div className={classes.room}>
              <RoomField hideLabel value={room} onChange={(chosen) => put(group.key, { room: chosen })} testId="waiting-room" />
            </div>
          )
        )}
        {mayApprove && (
          <div className={classes.acts}>
            {group.again && (
              <Button
                variant="default"
                loading={withdraw.isPending}
                onClick={() =>
                  withdraw.mutate(ids, {
                    onSuccess: () => tell.done(t("devices.withdrawn", { device: group.name })),
                    onError: tell.refused,
                  })
                }
              >
                {t("devices.withdraw")}
              </Button>
            )}
            <Button disabled={room === null && !outside} loading={approve.isPending} onClick={accept} data-testid="approve">
              {t(group.again ? "devices.again.approve" : "devices.approve")}
            </Button>
          </div>
        )}
      </div>
      {group.again &&
        group.devices.map((device) => (
          <div key={device.id} className={classes.asking}>
            {group.devices.length > 1 && <b>{device.name}</b>}
            <ChangedWays changed={device.changed} />
          </div>
        ))}
      {open && (
        <ul className={classes.parts}>
          {group.devices.map((device) => (
            <li key={device.id}>
              <Part
                device={device}
                purpose={purposeOf(device)}
                setPurpose={(purpose) =>
                  put(group.key, { purposes: { ...draft.purposes, [device.id]: purpose } })
                }
              />
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function Part({ device, purpose, setPurpose }: { device: Device; purpose: Purpose; setPurpose: (purpose: Purpose) => void }) {
  const { may } = useMe();
  const report = useMainReport();
  return (
    <div className={classes.part}>
      <div className={classes.partName}>
        <Link to={`/devices/${device.id}`}>{device.name}</Link>
        <div className={`dim ${classes.cut} ${classes.under}`}>
          {device.key}
        </div>
        <b>{report(device)}</b>
      </div>
      {may("approve") && <PurposeField hideLabel value={purpose} onChange={setPurpose} />}
      {may("try_out") && device.properties.some((one) => one.accepts) && <TryIt device={device} />}
    </div>
  );
}
