/** All approved devices, thousands of them: one line each, found by room, name, purpose and state. */
import { SegmentedControl, Select } from "@mantine/core";
import { useWindowVirtualizer } from "@tanstack/react-virtual";
import { IconBattery1, IconBattery4, IconBroadcast, IconFilterOff, IconRefreshAlert } from "@tabler/icons-react";
import { type KeyboardEvent, useLayoutEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { Device } from "../../api/types";
import { purposes } from "../../api/values";
import { useFormats } from "../../frame/me";
import { AvailabilityMark } from "../../parts/AvailabilityMark";
import { Empty } from "../../parts/Empty";
import { Mark } from "../../parts/marks";
import { useHotelNow } from "../../time/clock";
import { SearchField } from "../../parts/SearchField";
import classes from "./Devices.module.css";
import { type Filter, listed, shows, type Vitals, vitalsOf } from "./deviceFacts";
import { useMainReport } from "./useMainReport";
import type { SearchPut } from "../../parts/useSearchPut";

const ROW_HEIGHT = 60;
const LOW_BATTERY_PERCENT = 20;

export function DeviceList({
  devices,
  filter,
  put,
}: {
  devices: Device[];
  filter: Filter;
  put: SearchPut;
}) {
  const { t } = useTranslation();
  const { q, show, purpose } = filter;
  const shown = useMemo(() => listed(devices, { q, show, purpose }), [devices, q, show, purpose]);
  const vitals = useMemo(() => vitalsOf(devices), [devices]);
  return (
    <>
      <div className={classes.bar}>
        <SearchField
          label={t("devices.search")}
          value={q}
          onSearch={(text) => put({ q: text })}
          w={{ base: "100%", xs: 240 }}
        />
        <Select
          aria-label={t("devices.purpose")}
          placeholder={t("devices.any_purpose")}
          data={purposes.map((one) => ({ value: one, label: t(`purposes.${one}`) }))}
          value={purpose}
          onChange={(value) => put({ purpose: value })}
          clearable
          clearButtonProps={{ "aria-label": t("do.clear") }}
          w={{ base: "100%", xs: 190 }}
        />
        <SegmentedControl
          value={show}
          onChange={(value) => put({ show: value === "all" ? null : value })}
          data={shows.map((one) => ({ value: one, label: t(`devices.shows.${one}`) }))}
          aria-label={t("devices.state")}
        />
        <span className="dim" data-testid="devices-count">
          {t("devices.count", { count: shown.length })}
        </span>
      </div>
      {shown.length === 0 ? (
        <Empty icon={IconFilterOff} title={t("devices.no_match_title")} text={t("devices.no_match_text")} />
      ) : (
        <Rows devices={shown} vitals={vitals} />
      )}
    </>
  );
}

function Rows({ devices, vitals }: { devices: Device[]; vitals: Map<string, Vitals> }) {
  const { t } = useTranslation();
  const list = useRef<HTMLDivElement>(null);
  const [margin, setMargin] = useState(0);
  useLayoutEffect(() => setMargin(list.current?.offsetTop ?? 0), [devices.length]);
  const virtual = useWindowVirtualizer({
    count: devices.length,
    estimateSize: () => ROW_HEIGHT,
    overscan: 12,
    scrollMargin: margin,
  });

  /** Arrow keys walk from device to device, also to those that are not drawn yet. */
  const walk = (event: KeyboardEvent) => {
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    const at = Number((event.target as HTMLElement).closest("[data-at]")?.getAttribute("data-at") ?? NaN);
    const next = at + step;
    if (step === 0 || Number.isNaN(at) || next < 0 || next >= devices.length) return;
    event.preventDefault();
    const focus = () => list.current?.querySelector<HTMLElement>(`[data-at="${next}"] [data-device]`)?.focus();
    virtual.scrollToIndex(next, { align: "auto" });
    requestAnimationFrame(focus);
  };

  return (
    <div className={`card ${classes.table}`} role="table" aria-label={t("pages.devices")} aria-rowcount={devices.length + 1}>
      <div className={classes.head} role="row">
        <span role="columnheader">{t("devices.room")}</span>
        <span role="columnheader">{t("devices.device")}</span>
        <span role="columnheader">{t("devices.reports")}</span>
        <span role="columnheader">{t("devices.state")}</span>
        <span role="columnheader">{t("devices.power_and_link")}</span>
        <span role="columnheader">{t("devices.last_seen")}</span>
      </div>
      <div ref={list} role="rowgroup" style={{ position: "relative", height: virtual.getTotalSize() }} onKeyDown={walk}>
        {virtual.getVirtualItems().map((item) => {
          const device = devices[item.index];
          return (
            device && (
              <div
                key={device.id}
                role="row"
                aria-rowindex={item.index + 2}
                data-at={item.index}
                className={classes.row}
                style={{ transform: `translateY(${item.start - margin}px)` }}
              >
                <Row device={device} vitals={vitals.get(device.apparatus)} />
              </div>
            )
          );
        })}
      </div>
    </div>
  );
}

function Row({ device, vitals }: { device: Device; vitals: Vitals | undefined }) {
  const { t } = useTranslation();
  const { relative, dayTime } = useFormats();
  const now = useHotelNow();
  const report = useMainReport();
  return (
    <>
      <span role="cell">
        {device.room === null ? "–" : <Link to={`/rooms/${encodeURIComponent(device.room)}`}>{device.room}</Link>}
      </span>
      <span role="cell" className={classes.cut}>
        <Link to={`/devices/${device.id}`} data-device data-testid={`device-${device.id}`}>
          <b>{device.purpose === "other" ? device.name : t(`purposes.${device.purpose}`)}</b>
        </Link>
        <div className={`dim ${classes.cut} ${classes.under}`}>
          {[...new Set([device.apparatus_name, device.maker, device.model])].filter(Boolean).join(" · ")}
        </div>
      </span>
      <span role="cell" className={classes.cut}>
        {report(device)}
      </span>
      <span role="cell">
        {device.changed.length > 0 ? (
          <Mark look={{ icon: IconRefreshAlert, tone: "attention" }} word={t("devices.again.short")} />
        ) : (
          <AvailabilityMark available={device.available} />
        )}
      </span>
      <span role="cell" className={classes.hideNarrow}>
        {vitals && <VitalMarks vitals={vitals} />}
      </span>
      <span role="cell" className={`dim ${classes.hideNarrow}`}>
        {device.last_seen === null ? t("devices.never") : (relative(device.last_seen, now) ?? dayTime(device.last_seen, now))}
      </span>
    </>
  );
}

/** Battery and radio link, where an apparatus tells them. */
export function VitalMarks({ vitals }: { vitals: Vitals }) {
  const { t } = useTranslation();
  const { batteryPercent, batteryLow, link } = vitals;
  const low = batteryLow === true || (batteryPercent !== null && batteryPercent <= LOW_BATTERY_PERCENT);
  const told = batteryPercent !== null || batteryLow !== null;
  return (
    <span className={classes.vitals}>
      {told && (
        <Mark
          look={low ? { icon: IconBattery1, tone: "attention" } : { icon: IconBattery4, tone: "quiet" }}
          word={batteryPercent !== null ? `${Math.round(batteryPercent)} %` : t(low ? "devices.battery_low" : "devices.battery_good")}
          title={t("devices.battery")}
        />
      )}
      {link && (
        <Mark
          look={{ icon: IconBroadcast, tone: "quiet" }}
          word={`${Math.round(link.value)}${link.unit ? ` ${link.unit}` : ""}`}
          title={t("devices.link")}
        />
      )}
    </span>
  );
}
