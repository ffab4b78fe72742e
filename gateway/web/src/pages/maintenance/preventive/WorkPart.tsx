/** What has its ticket, with the window in which its room is free, and what falls due in the coming weeks. */
import { Alert, Select, Skeleton } from "@mantine/core";
import { IconAlertTriangle, IconCalendarTime, IconChecklist, IconCircleOff, IconClockExclamation, IconDoorOff, IconX } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { type PreventiveAhead, type PreventiveWork, usePreventiveWork } from "../../../api/preventive";
import { useFormats, useSentence } from "../../../frame/me";
import { Empty } from "../../../parts/Empty";
import { useHotelNow } from "../../../time/clock";
import classes from "./Preventive.module.css";
import { usePreventiveWords } from "./usePreventiveWords";

/** How the room's leaving the sale for the work stands; one that was given back is as if there had been none. */
const offSaleLooks = [
  { state: "proposed", icon: IconAlertTriangle, tone: "tone-attention" },
  { state: "agreed", icon: IconCircleOff, tone: "tone-off-sale" },
  { state: "declined", icon: IconX, tone: "tone-wrong" },
];

const spans = ["14", "30", "90", "365"];

export function WorkPart() {
  const { t } = useTranslation();
  const sentence = useSentence();
  const [days, setDays] = useState("30");
  const work = usePreventiveWork(Number(days));
  if (work.error && !work.data) return <Alert color="orange">{sentence(work.error)}</Alert>;
  if (!work.data) return <Skeleton height={420} radius={12} />;
  const { open, ahead, left_out: leftOut } = work.data;
  // What no window was found for needs a person first.
  const place = (one: PreventiveWork) => (one.no_window ? "0" : (one.window_from ?? "9"));
  const inOrder = [...open].sort((one, other) => place(one).localeCompare(place(other)) || one.due_on.localeCompare(other.due_on));
  return (
    <div className={classes.parts}>
      <section aria-label={t("preventive.open")}>
        <h2 className={classes.heading}>
          {t("preventive.open")} <span className="dim">{open.length}</span>
        </h2>
        <div className="card">
          {open.length === 0 ? (
            <Empty icon={IconChecklist} title={t("preventive.none_open_title")} text={t("preventive.none_open_text")} />
          ) : (
            <ul className={classes.list} data-testid="preventive-open">
              {inOrder.map((one) => (
                <li key={one.id}>
                  <OpenRow one={one} />
                </li>
              ))}
            </ul>
          )}
        </div>
      </section>
      <section aria-label={t("preventive.ahead")}>
        <div className={classes.bar} style={{ marginBottom: 8 }}>
          <h2 className={classes.heading} style={{ margin: 0 }}>
            {t("preventive.ahead")} <span className="dim">{ahead.length + leftOut}</span>
          </h2>
          <span className={classes.push} />
          <Select
            aria-label={t("preventive.ahead_days")}
            data={spans.map((one) => ({ value: one, label: t("preventive.in_days", { count: Number(one) }) }))}
            value={days}
            onChange={(value) => setDays(value ?? "30")}
            allowDeselect={false}
            w={170}
          />
        </div>
        <div className="card">
          {ahead.length === 0 ? (
            <Empty icon={IconCalendarTime} title={t("preventive.none_ahead_title")} text={t("preventive.none_ahead_text")} />
          ) : (
            <ul className={classes.list} data-testid="preventive-ahead">
              {ahead.map((one) => (
                <li key={`${one.plan_id} ${one.asset_id}`}>
                  <AheadRow one={one} />
                </li>
              ))}
            </ul>
          )}
        </div>
        {leftOut > 0 && <p className="dim">{t("preventive.left_out", { count: leftOut })}</p>}
      </section>
    </div>
  );
}

function OpenRow({ one }: { one: PreventiveWork }) {
  const { t } = useTranslation();
  const words = usePreventiveWords();
  const now = useHotelNow();
  const basis = words.basis(one.basis);
  const row = (
    <>
      <span className={classes.what}>
        <b>
          {one.room !== null && `${one.room} · `}
          {one.plan}
        </b>
        <small>
          {one.asset ?? t("preventive.asset_gone")}
          {basis !== null && ` · ${basis}`}
        </small>
      </span>
      <span className={classes.when}>
        <WindowMark one={one} now={now} />
      </span>
      <span className={classes.end}>
        <span className={classes.small}>{t("preventive.due", { day: words.day(one.due_on) })}</span>
        {one.ticket_state !== null && <span className="mark boxed tone-quiet">{t(`ticket_states.${one.ticket_state}`)}</span>}
        {one.assigned_to !== null && <span className={classes.small}>{one.assigned_to}</span>}
      </span>
    </>
  );
  if (one.ticket_id === null) return <span className={classes.row}>{row}</span>;
  return (
    <Link className={classes.row} to={`/maintenance/tickets/${one.ticket_id}`} data-testid={`work-${one.asset ?? one.id}`}>
      {row}
    </Link>
  );
}

function WindowMark({ one, now }: { one: PreventiveWork; now: number }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const offSale = offSaleLooks.find((look) => look.state === one.off_sale);
  if (one.state === "covered") return <span className="mark tone-quiet">{t("preventive.covered")}</span>;
  if (one.no_window) {
    return (
      <span className="mark boxed tone-wrong">
        <IconDoorOff size={15} aria-hidden /> {t("preventive.no_window")}
      </span>
    );
  }
  if (one.window_from === null || one.window_to === null) return <span className="dim">{t("preventive.being_placed")}</span>;
  return (
    <>
      <span className={`mark ${one.window_late ? "boxed tone-attention" : "tone-under-way"}`}>
        {one.window_late ? <IconClockExclamation size={15} aria-hidden /> : <IconCalendarTime size={15} aria-hidden />}
        {formats.dayTime(one.window_from, now)}–{formats.time(one.window_to)}
      </span>
      {one.window_late && <span className={classes.small}>{t("preventive.window_late")}</span>}
      {offSale && (
        <span className={`mark ${offSale.tone}`}>
          <offSale.icon size={14} aria-hidden /> {t(`preventive.off_sale.${offSale.state}`)}
        </span>
      )}
    </>
  );
}

function AheadRow({ one }: { one: PreventiveAhead }) {
  const { t } = useTranslation();
  const words = usePreventiveWords();
  const basis = words.basis(one.basis);
  return (
    <span className={classes.row}>
      <span className={classes.what}>
        <b>
          {one.room !== null && `${one.room} · `}
          {one.plan}
        </b>
        <small>
          {one.asset}
          {basis !== null && ` · ${basis}`}
        </small>
      </span>
      <span className={classes.when}>{t("preventive.opens", { day: words.day(one.opens_on) })}</span>
      <span className={classes.end}>
        <span>{t(one.expected ? "preventive.due_about" : "preventive.due", { day: words.day(one.due_on) })}</span>
      </span>
    </span>
  );
}
