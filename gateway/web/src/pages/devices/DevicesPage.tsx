import { Alert, Button, SegmentedControl, Select, Skeleton, Text, TextInput } from "@mantine/core";
import { useWindowVirtualizer } from "@tanstack/react-virtual";
import { IconCpu, IconSearch } from "@tabler/icons-react";
import { useLayoutEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useSearchParams } from "react-router";
import { useApproveDevice, useDevices, useRoomOrder } from "../../api/queries";
import type { Device, Purpose } from "../../api/types";
import { useFormats, useMe, useSentence } from "../../frame/me";
import { useTitle } from "../../frame/title";
import { AvailabilityMark } from "../../parts/AvailabilityMark";
import { Empty } from "../../parts/Empty";
import { countingOrder } from "../../parts/roomFacts";
import { useTell } from "../../parts/tell";
import { useHotelNow } from "../../time/clock";
import classes from "./Devices.module.css";

const ROW_HEIGHT = 56;
const shows = ["all", "offline", "unknown"] as const;

const purposes: Purpose[] = [
  "air_conditioner",
  "ceiling_light",
  "bedside_light",
  "light",
  "curtain",
  "room_temperature",
  "room_humidity",
  "door",
  "window",
  "presence",
  "do_not_disturb",
  "make_up_room",
  "power",
  "outdoor_temperature",
  "other",
];

export function DevicesPage() {
  const { t } = useTranslation();
  const sentence = useSentence();
  const { may } = useMe();
  const devices = useDevices();
  const [search, setSearch] = useSearchParams();
  useTitle(t("pages.devices"));
  const q = search.get("q") ?? "";
  const show = shows.find((one) => one === search.get("show")) ?? "all";

  const put = (name: string, value: string) =>
    setSearch(
      (before) => {
        const next = new URLSearchParams(before);
        if (value === "" || value === "all") next.delete(name);
        else next.set(name, value);
        return next;
      },
      { replace: true },
    );

  const waiting = useMemo(() => (devices.data ?? []).filter((device) => !device.approved), [devices.data]);
  const shown = useMemo(() => {
    const text = q.trim().toLowerCase();
    return (devices.data ?? [])
      .filter(
        (device) =>
          device.approved &&
          (show === "all" || (show === "offline" ? device.available === false : device.available === null)) &&
          (text === "" ||
            [device.room, device.name, device.maker, device.model, device.key].some((field) =>
              field?.toLowerCase().includes(text),
            )),
      )
      .sort((a, b) => countingOrder(a.room ?? "~", b.room ?? "~") || purposes.indexOf(a.purpose) - purposes.indexOf(b.purpose));
  }, [devices.data, q, show]);

  if (devices.error && !devices.data) return <Alert color="orange">{sentence(devices.error)}</Alert>;
  if (!devices.data) return <Skeleton height={420} radius={12} />;
  if (devices.data.length === 0) {
    return <Empty icon={IconCpu} title={t("devices.none_title")} text={t("devices.none_text")} />;
  }
  return (
    <>
      {waiting.length > 0 && (
        <section className={`card ${classes.waiting}`} data-coach="waiting">
          <h2>{t("devices.waiting", { count: waiting.length })}</h2>
          <Text size="sm" c="dimmed" mb="xs">
            {t("devices.waiting_text")}
          </Text>
          {waiting.map((device) => (
            <Candidate key={device.id} device={device} mayApprove={may("approve")} />
          ))}
        </section>
      )}
      <div className={classes.bar}>
        <TextInput
          data-search
          leftSection={<IconSearch size={17} />}
          placeholder={t("devices.search")}
          aria-label={t("devices.search")}
          value={q}
          onChange={(event) => put("q", event.currentTarget.value)}
          w={{ base: "100%", xs: 260 }}
        />
        <SegmentedControl
          value={show}
          onChange={(value) => put("show", value)}
          data={shows.map((one) => ({ value: one, label: t(`devices.shows.${one}`) }))}
          aria-label={t("devices.state")}
        />
        <span className="dim">{t("devices.count", { count: shown.length })}</span>
      </div>
      <DeviceList devices={shown} />
    </>
  );
}

function Candidate({ device, mayApprove }: { device: Device; mayApprove: boolean }) {
  const { t } = useTranslation();
  const tell = useTell();
  const rooms = useRoomOrder();
  const approve = useApproveDevice();
  const [room, setRoom] = useState<string | null>(device.suggested_room);
  const [purpose, setPurpose] = useState<string | null>(device.purpose);
  return (
    <div className={classes.candidate} data-testid={`candidate-${device.id}`}>
      <div className={classes.cut}>
        <b>{device.name}</b>
        <div className={`dim ${classes.cut}`}>
          {[device.maker, device.model, device.key].filter(Boolean).join(" · ")}
        </div>
      </div>
      {mayApprove && (
        <>
          <Select
            label={t("devices.room")}
            searchable
            data={(rooms.data ?? []).map((one) => one.number)}
            value={room}
            onChange={setRoom}
            limit={50}
          />
          <Select
            label={t("devices.purpose")}
            data={purposes.map((one) => ({ value: one, label: t(`purposes.${one}`) }))}
            value={purpose}
            onChange={setPurpose}
            allowDeselect={false}
          />
          <Button
            disabled={room === null}
            loading={approve.isPending}
            onClick={() =>
              room !== null &&
              approve.mutate(
                { id: device.id, room, ...(purpose === null ? {} : { purpose: purpose as Purpose }) },
                { onSuccess: () => tell.done(t("devices.approved", { device: device.name, room })), onError: tell.refused },
              )
            }
            data-testid={`approve-${device.id}`}
          >
            {t("devices.approve")}
          </Button>
        </>
      )}
    </div>
  );
}

function DeviceList({ devices }: { devices: Device[] }) {
  const { t } = useTranslation();
  const { relative, dayTime } = useFormats();
  const now = useHotelNow();
  const list = useRef<HTMLDivElement>(null);
  const [margin, setMargin] = useState(0);
  useLayoutEffect(() => setMargin(list.current?.offsetTop ?? 0), [devices.length]);
  const virtual = useWindowVirtualizer({
    count: devices.length,
    estimateSize: () => ROW_HEIGHT,
    overscan: 12,
    scrollMargin: margin,
  });
  return (
    <div className="card" style={{ overflow: "hidden" }} role="table" aria-label={t("pages.devices")}>
      <div className={classes.head} role="row">
        <span role="columnheader">{t("devices.room")}</span>
        <span role="columnheader">{t("devices.purpose")}</span>
        <span role="columnheader">{t("devices.device")}</span>
        <span role="columnheader">{t("devices.state")}</span>
        <span role="columnheader">{t("devices.last_seen")}</span>
      </div>
      <div ref={list} role="rowgroup" style={{ position: "relative", height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map((item) => {
          const device = devices[item.index];
          return (
            device && (
              <div
                key={device.id}
                role="row"
                className={classes.row}
                style={{ position: "absolute", insetInline: 0, top: 0, transform: `translateY(${item.start - margin}px)` }}
              >
                <span role="cell">
                  {device.room === null ? "–" : <Link to={`/rooms/${encodeURIComponent(device.room)}`}>{device.room}</Link>}
                </span>
                <span role="cell" className={classes.cut}>
                  <b>{t(`purposes.${device.purpose}`)}</b>
                </span>
                <span role="cell" className={`${classes.cut} ${classes.hideNarrow}`}>
                  {device.name}
                  <div className={`dim ${classes.cut}`} style={{ fontSize: "0.8rem" }}>
                    {[device.maker, device.model].filter(Boolean).join(" ")}
                  </div>
                </span>
                <span role="cell">
                  <AvailabilityMark available={device.available} />
                </span>
                <span role="cell" className={`dim ${classes.hideNarrow}`}>
                  {device.last_seen === null ? t("devices.never") : (relative(device.last_seen, now) ?? dayTime(device.last_seen, now))}
                </span>
              </div>
            )
          );
        })}
      </div>
    </div>
  );
}
