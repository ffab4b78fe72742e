/** What a room's last arrivals came to, and what its decisions stand on. */
import { Skeleton } from "@mantine/core";
import { IconAlertTriangle, IconCheck, IconSchool } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { useRoomArrivals, useRoomModel } from "../../api/comfortQueries";
import type { RoomModel } from "../../api/types";
import { useFormats } from "../../frame/me";
import { DoorMark, useEnergyWords, useReadyWords, useWhyStarted } from "../../parts/ArrivalRecordMarks";
import { type Look, Mark } from "../../parts/marks";
import { hotelNow, useHotelNow } from "../../time/clock";
import classes from "./Room.module.css";

const DAYS = 30;
const MOST_SHOWN = 5;

export function RoomArrivals({ number }: { number: string }) {
  const { t } = useTranslation();
  const { dayTime } = useFormats();
  const readyWords = useReadyWords();
  const energy = useEnergyWords();
  const why = useWhyStarted();
  const now = useHotelNow();
  const arrivals = useRoomArrivals(number, DAYS);
  const shown = (arrivals.data ?? []).slice(-MOST_SHOWN).reverse();
  return (
    <section className={`card ${classes.panel} ${classes.past}`} aria-label={t("room_comfort.arrivals")}>
      <div className={classes.panelHead}>
        <h2>{t("room_comfort.arrivals")}</h2>
        <span className={classes.grow} />
        {shown.length > 0 && (
          <Link to={`/comfort?days=${DAYS}&room=${encodeURIComponent(number)}`} style={{ fontSize: "0.85rem" }}>
            {t("room_comfort.all")}
          </Link>
        )}
      </div>
      {arrivals.data === undefined ? (
        <Skeleton height={90} />
      ) : shown.length === 0 ? (
        <p className="dim">{t("room_comfort.none", { days: DAYS })}</p>
      ) : (
        <ul className={classes.records} data-testid="room-arrivals">
          {shown.map((record) => {
            const { ready, promised } = readyWords(record);
            return (
              <li key={record.stay_id}>
                <time dateTime={record.at}>{dayTime(record.at, now)}</time>
                <div>
                  <DoorMark record={record} />
                  <p className="dim">
                    {t("room_comfort.ready", { time: ready })}
                    {promised !== null && ` (${promised})`} · {energy(record)}
                  </p>
                  <p>{why(record)}</p>
                </div>
              </li>
            );
          })}
        </ul>
      )}
    </section>
  );
}

function lookOf(model: RoomModel): Look {
  if (model.weak_reason !== null) return { icon: IconAlertTriangle, tone: "attention" };
  return model.source === "learned" ? { icon: IconCheck, tone: "done" } : { icon: IconSchool, tone: "quiet" };
}

/** Whether the room's own model speaks, and what it says of the room. */
export function RoomModelPanel({ number }: { number: string }) {
  const { t } = useTranslation();
  const { temperature, span, dayTime } = useFormats();
  const model = useRoomModel(number).data;
  if (model === undefined) return <Skeleton height={140} radius={12} />;
  const learnedHours = Math.floor(model.learned_minutes / 60);
  const facts: [string, string][] = [];
  if (model.ready_minutes !== null && model.target_celsius !== null) {
    facts.push([
      t("room_comfort.facts.now", { target: temperature(model.target_celsius) }),
      model.ready_minutes === 0
        ? t("room_comfort.is_there")
        : t("room_comfort.minutes", { span: span(Math.round(model.ready_minutes)), deviation: Math.round(model.ready_deviation_minutes ?? 0) }),
    ]);
  }
  facts.push([
    t("room_comfort.facts.recover"),
    model.recover_minutes === null ? t("room_comfort.never") : t("room_comfort.nine_of_ten", { span: span(Math.round(model.recover_minutes)) }),
  ]);
  if (model.drift_celsius !== null) facts.push([t("room_comfort.facts.drift"), temperature(model.drift_celsius)]);
  facts.push([t("room_comfort.facts.ramps"), String(model.ramps)]);
  if (model.fitted_at !== null) facts.push([t("room_comfort.facts.fitted"), dayTime(model.fitted_at, hotelNow())]);
  facts.push([t("room_comfort.facts.equipment"), t(`equipment.kinds.${model.equipment}`)]);
  return (
    <section className={`card ${classes.panel} ${classes.last}`} aria-label={t("room_comfort.model")} data-testid="room-model">
      <div className={classes.panelHead}>
        <h2>{t("room_comfort.model")}</h2>
        <Mark boxed look={lookOf(model)} word={model.weak_reason !== null ? t("room_comfort.weak") : t(`room_comfort.sources.${model.source}`)} />
      </div>
      <p className={classes.modelWhy}>
        {model.weak_reason !== null
          ? t(`room_comfort.weak_reasons.${model.weak_reason}`)
          : model.source === "learned"
            ? t("room_comfort.learned", { count: learnedHours })
            : t("room_comfort.prior", { count: learnedHours, needed: Math.round(model.needed_minutes / 60) })}
      </p>
      <dl className={classes.modelFacts}>
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
