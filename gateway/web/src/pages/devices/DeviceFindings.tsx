/** What is known of a device, panel by panel: troubles, properties, parts, approvals. */
import { IconAlertTriangle, IconCheck, IconRefreshAlert } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { ApprovalEntry, Device, DeviceDetail } from "../../api/types";
import { useFormats } from "../../frame/me";
import { Mark } from "../../parts/marks";
import { useTold } from "../../parts/told";
import { useHotelNow } from "../../time/clock";
import { UNKNOWN } from "../../time/format";
import { ChangedWays } from "./ChangedWays";
import classes from "./Devices.module.css";
import { useMainReport, useValueTold } from "./useMainReport";

export function Panel({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className={`card ${classes.panel}`}>
      <h2>{title}</h2>
      {children}
    </section>
  );
}

export function Troubles({ detail }: { detail: DeviceDetail }) {
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

export function Properties({ device }: { device: Device }) {
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

export function Parts({ detail }: { detail: DeviceDetail }) {
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

export function Approvals({ entries, approved }: { entries: ApprovalEntry[]; approved: boolean }) {
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
