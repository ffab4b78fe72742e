import { Alert, Button, SegmentedControl, Skeleton, Table } from "@mantine/core";
import { IconAlertTriangle, IconCheck, IconTemperature } from "@tabler/icons-react";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { useArrivalRecords, useComfortFigures, useModels } from "../../api/comfortQueries";
import type { ArrivalRecord, ComfortFigures } from "../../api/types";
import { useFormats, useSentence } from "../../frame/me";
import { useTitle } from "../../frame/title";
import { kilowattHours, signed } from "../../parts/arrivalRecord";
import { DoorMark, useEnergyWords, useReadyWords, useWhyStarted } from "../../parts/ArrivalRecordMarks";
import { Empty } from "../../parts/Empty";
import { Mark } from "../../parts/marks";
import { useSearchPut } from "../../parts/useSearchPut";
import { hotelNow } from "../../time/clock";
import classes from "./Comfort.module.css";
import { belongs, type Figure, figures, type Selection, share } from "./comfortFacts";
import { ErrorBars } from "./ErrorBars";
import { HabitsPanel } from "./HabitsPanel";
import { WeatherLine } from "./WeatherLine";

const spans = ["7", "30", "90"] as const;
/** More lines than this nobody reads; the figures count them all. */
const MOST_SHOWN = 200;
const MOST_WEAK = 12;

export function ComfortPage() {
  const { t } = useTranslation();
  const sentence = useSentence();
  const [search, put] = useSearchPut();
  useTitle(t("pages.comfort"));
  const days = Number(spans.find((one) => one === search.get("days")) ?? "7");
  const told = useComfortFigures(days);
  const arrivals = useArrivalRecords(days);

  const bin = search.get("bar") === null ? null : Number(search.get("bar"));
  const bar = bin === null ? undefined : told.data?.histogram[bin];
  const selection: Selection = useMemo(
    () => ({
      figure: figures.find((one) => one === search.get("figure")) ?? "all",
      room: search.get("room"),
      bin: bar === undefined ? null : { low: bar.low_kelvin ?? -Infinity, high: bar.high_kelvin ?? Infinity },
    }),
    [search, bar],
  );
  const shown = useMemo(
    () => (arrivals.data ?? []).filter((record) => belongs(record, selection)).reverse(),
    [arrivals.data, selection],
  );

  if (told.error && !told.data) return <Alert color="orange">{sentence(told.error)}</Alert>;
  if (!told.data || !arrivals.data) return <Skeleton height={420} radius={12} />;
  const isChosen = selection.figure !== "all" || selection.room !== null || selection.bin !== null;
  return (
    <div className={classes.page}>
      <div className={classes.bar}>
        <SegmentedControl
          value={String(days)}
          onChange={(value) => put({ days: value, bar: null })}
          data={spans.map((one) => ({ value: one, label: t("comfort.days", { count: Number(one) }) }))}
          aria-label={t("comfort.span")}
        />
        <WeatherLine />
      </div>
      {told.data.arrivals === 0 ? (
        <Empty icon={IconTemperature} title={t("comfort.none")} text={t("comfort.none_text")} />
      ) : (
        <>
          <Figures told={told.data} chosen={selection.figure} onChoose={(figure) => put({ figure: figure === selection.figure ? null : figure, bar: null, room: null })} />
          <div className={classes.halves}>
            <section className={`card ${classes.panel}`}>
              <h2>{t("comfort.errors")}</h2>
              <ErrorBars
                bars={told.data.histogram}
                chosen={bin}
                onChoose={(index) => put({ bar: index === bin ? null : String(index), figure: null })}
              />
              <p className={classes.note}>{t("comfort.errors_note")}</p>
            </section>
            <div className={classes.page}>
              <WeakRooms told={told.data} onChoose={(room) => put({ room, figure: "missed", bar: null })} />
              <Models />
            </div>
          </div>
          <HabitsPanel />
          <section className={`card ${classes.panel}`}>
            <div className={classes.bar}>
              <h2>
                {t("comfort.shown", { count: shown.length })}
                {selection.room !== null && ` · ${t("room.title", { number: selection.room })}`}
              </h2>
              {isChosen && (
                <Button size="compact-sm" variant="default" onClick={() => put({ figure: null, room: null, bar: null })}>
                  {t("comfort.show_all")}
                </Button>
              )}
            </div>
            <Records records={shown.slice(0, MOST_SHOWN)} />
          </section>
        </>
      )}
    </div>
  );
}

function Figures({ told, chosen, onChoose }: { told: ComfortFigures; chosen: Figure; onChoose: (figure: Figure) => void }) {
  const { t } = useTranslation();
  const saved = (together: ComfortFigures["fixed"]) =>
    together === null
      ? { value: "–", note: t("comfort.not_compared") }
      : {
          value: t("comfort.saved", {
            saved: kilowattHours(together.watt_hours),
            deviation: kilowattHours(together.deviation_watt_hours),
          }),
          note: arrivalsNote(together.arrivals),
        };
  const arrivalsNote = (count: number) => t("comfort.arrivals", { count });
  const mean = told.mean_absolute_error_kelvin;
  const cards: { figure: Figure; value: string; name: string; note: string }[] = [
    {
      figure: "met",
      value: told.measured === 0 ? "–" : `${share(told.met, told.measured)} %`,
      name: t("comfort.met"),
      note: t("comfort.of", { part: told.met, whole: told.measured }),
    },
    {
      figure: "missed",
      value: String(told.measured - told.met),
      name: t("comfort.missed"),
      note: mean === null ? "" : t("comfort.mean_error", { kelvin: mean.toFixed(2) }),
    },
    {
      figure: "promised",
      value: told.promises === 0 ? "–" : `${share(told.covered, told.promises)} %`,
      name: t("comfort.covered"),
      note: t("comfort.covered_note", { part: told.covered, whole: told.promises }),
    },
    { figure: "always_on", name: t("comfort.against_always_on"), ...saved(told.always_on) },
    { figure: "fixed", name: t("comfort.against_fixed"), ...saved(told.fixed) },
  ];
  if (told.walk_ins > 0) {
    cards.push({
      figure: "walk_ins",
      value: String(told.walk_ins),
      name: t("comfort.walk_ins"),
      note: t("comfort.walk_ins_note", { met: told.walk_ins_met }),
    });
  }
  if (told.unstarted > 0) {
    cards.push({ figure: "unstarted", value: String(told.unstarted), name: t("comfort.unstarted"), note: t("comfort.unstarted_note") });
  }
  if (told.unmeasured > 0) {
    cards.push({ figure: "unmeasured", value: String(told.unmeasured), name: t("comfort.unmeasured"), note: t("comfort.unmeasured_note") });
  }
  return (
    <div className={classes.figures}>
      {cards.map((card) => (
        <button
          key={card.figure}
          type="button"
          className={`card ${classes.figure}`}
          aria-pressed={chosen === card.figure}
          data-testid={`comfort-${card.figure}`}
          onClick={() => onChoose(card.figure)}
        >
          <span className={classes.value}>{card.value}</span>
          <span className={classes.name}>{card.name}</span>
          <span className={classes.note}>{card.note}</span>
        </button>
      ))}
    </div>
  );
}

function WeakRooms({ told, onChoose }: { told: ComfortFigures; onChoose: (room: string) => void }) {
  const { t } = useTranslation();
  return (
    <section className={`card ${classes.panel}`}>
      <h2>{t("comfort.weak")}</h2>
      {told.weak_rooms.length === 0 ? (
        <Mark look={{ icon: IconCheck, tone: "done" }} word={t("comfort.no_weak")} />
      ) : (
        <Table>
          <Table.Tbody>
            {told.weak_rooms.map((weak) => (
              <Table.Tr key={weak.room}>
                <Table.Td>
                  <Button size="compact-sm" variant="subtle" onClick={() => onChoose(weak.room)}>
                    {weak.room}
                  </Button>
                </Table.Td>
                <Table.Td className={classes.number}>{t("comfort.of", { part: weak.missed, whole: weak.arrivals })}</Table.Td>
                <Table.Td className={classes.number}>{`${signed(weak.mean_error_kelvin)} K`}</Table.Td>
                <Table.Td>{t(`comfort.why.${weak.why}`)}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
    </section>
  );
}

/** How many rooms' own models speak, and which are not to be trusted just now. */
function Models() {
  const { t } = useTranslation();
  const models = useModels().data;
  if (models === undefined) return null;
  return (
    <section className={`card ${classes.panel}`} data-testid="comfort-models">
      <h2>{t("comfort.models")}</h2>
      <p className={classes.modelCounts}>
        {(["learned", "prior", "fallback"] as const)
          .filter((source) => models[source] > 0)
          .map((source) => t(`comfort.go_by.${source}`, { count: models[source] }))
          .join(" · ")}
      </p>
      {models.weak.length > 0 && (
        <ul className={classes.weakModels}>
          {models.weak.slice(0, MOST_WEAK).map((weak) => (
            <li key={weak.room}>
              <Link to={`/rooms/${weak.room}`}>{weak.room}</Link>
              <Mark look={{ icon: IconAlertTriangle, tone: "attention" }} word={t(`comfort.weak_now.${weak.weak_reason}`)} />
            </li>
          ))}
          {models.weak.length > MOST_WEAK && <li className="dim">{t("comfort.more_weak", { count: models.weak.length - MOST_WEAK })}</li>}
        </ul>
      )}
    </section>
  );
}

function Records({ records }: { records: ArrivalRecord[] }) {
  const { t } = useTranslation();
  const { dayTime } = useFormats();
  const readyWords = useReadyWords();
  const energy = useEnergyWords();
  const why = useWhyStarted();
  const now = hotelNow();
  return (
    <div className={classes.scroll} role="region" tabIndex={0} aria-label={t("comfort.shown", { count: records.length })}>
      <Table striped className={classes.records} data-testid="comfort-arrivals">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t("comfort.column.at")}</Table.Th>
            <Table.Th>{t("comfort.column.room")}</Table.Th>
            <Table.Th>{t("comfort.column.door")}</Table.Th>
            <Table.Th>{t("comfort.column.ready")}</Table.Th>
            <Table.Th>{t("comfort.column.saved")}</Table.Th>
            <Table.Th>{t("comfort.column.why")}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {records.map((record) => {
            const { ready, promised } = readyWords(record);
            return (
              <Table.Tr key={record.stay_id}>
                <Table.Td className={classes.number}>{dayTime(record.at, now)}</Table.Td>
                <Table.Td>
                  <Link to={`/rooms/${record.room}`}>{record.room}</Link>
                </Table.Td>
                <Table.Td className={classes.number}>
                  <DoorMark record={record} />
                </Table.Td>
                <Table.Td className={classes.number}>
                  {ready}
                  {promised !== null && <span className={classes.note}>{promised}</span>}
                </Table.Td>
                <Table.Td className={classes.number}>
                  {record.fixed == null ? (
                    <span className={classes.nothing}>–</span>
                  ) : (
                    t("comfort.saved", {
                      saved: kilowattHours(record.fixed.watt_hours),
                      deviation: kilowattHours(record.fixed.deviation_watt_hours),
                    })
                  )}
                  <span className={classes.note}>{energy(record)}</span>
                </Table.Td>
                <Table.Td className={classes.why}>{why(record)}</Table.Td>
              </Table.Tr>
            );
          })}
        </Table.Tbody>
      </Table>
    </div>
  );
}
