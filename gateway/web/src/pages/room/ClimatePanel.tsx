import { Button, Group, NumberInput, Popover, SegmentedControl, Skeleton, Stack, Text, useComputedColorScheme } from "@mantine/core";
import { IconPlayerPlay } from "@tabler/icons-react";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { useSearchParams } from "react-router";
import { useHistory, usePrecondition } from "../../api/queries";
import type { History, RoomDetail } from "../../api/types";
import { useFormats, useMe } from "../../frame/me";
import { lookOfAction, Mark, offlineLook, phaseLook } from "../../parts/marks";
import { PlanAlertLine } from "../../parts/PlanAlertLine";
import { useReason } from "../../parts/reason";
import { useTell } from "../../parts/tell";
import { hotelNow, useHotelNow } from "../../time/clock";
import { ChartTable } from "./ChartTable";
import { stagesOf } from "./chart";
import { FeltLine } from "./FeltLine";
import classes from "./Room.module.css";
import { useChartWords } from "./useChartWords";

const ClimateChart = lazy(async () => ({ default: (await import("./ClimateChart")).ClimateChart }));

const ranges = ["6", "24", "72"] as const;
const FUTURE_HOURS = 3;

export function ClimatePanel({ room }: { room: RoomDetail }) {
  const { t } = useTranslation();
  const { may } = useMe();
  const { degrees } = useFormats();
  const reason = useReason();
  const { climate, plan } = room;
  // Under hands-off nothing is sent, so a plan's promise would not be true.
  const sentences = [
    room.hands_off.length === 0 && plan !== null && ["waiting", "holding", "running"].includes(plan.state)
      ? reason(plan.reason_code, plan.reason_values, plan.reason)
      : null,
    reason(climate.reason_code, climate.reason_values, climate.reason),
  ].filter((one, place, all) => one !== null && one !== "" && all.indexOf(one) === place);
  const doing = lookOfAction(climate.action);
  return (
    <section className={`card ${classes.panel}`} data-coach="chart">
      <div className={classes.panelHead}>
        <h2>{t("room.climate")}</h2>
        {climate.online === false ? (
          <Mark boxed look={offlineLook} word={t("climate.offline")} />
        ) : (
          <>
            <Mark boxed look={phaseLook[climate.phase]} word={t(`phases.${climate.phase}`)} />
            {doing !== null && <Mark boxed look={doing.look} word={t(`actions.${doing.action}`)} />}
          </>
        )}
        <span className={classes.grow} />
        {may("precondition") && <PreconditionButton room={room} />}
      </div>
      <div className={classes.now}>
        <Reading value={degrees(climate.temperature_celsius)} name={t("climate.now")} id="temperature-now" />
        <Reading value={degrees(climate.wanted_celsius)} name={t("climate.wanted")} id="temperature-wanted" />
        <Reading value={degrees(climate.setpoint_celsius)} name={t("climate.setpoint")} />
        <Reading
          value={climate.humidity_percent === null ? "–" : `${Math.round(climate.humidity_percent)} %`}
          name={t("climate.humidity")}
        />
        <PlanReadings room={room} />
      </div>
      {may("history") && <HistoryChart room={room} />}
      <p className={classes.sentence} data-testid="climate-sentence">
        {sentences.join(" ")}
      </p>
      {plan !== null && <PlanAlertLine plan={plan} />}
      {may("see_comfort") && <FeltLine number={room.number} occupied={room.front_office === "occupied"} />}
    </section>
  );
}

function Reading({ value, name, id }: { value: string; name: string; id?: string }) {
  return (
    <span className={classes.reading}>
      <b data-testid={id}>{value}</b>
      <span>{name}</span>
    </span>
  );
}

function PlanReadings({ room }: { room: RoomDetail }) {
  const { t } = useTranslation();
  const { dayTime } = useFormats();
  const now = useHotelNow();
  const plan = room.plan;
  if (plan === null || plan.state === "done" || plan.state === "dropped") return null;
  return (
    <>
      <Reading value={dayTime(plan.start_at, now)} name={t("plan.start")} id="plan-start" />
      <Reading value={dayTime(plan.ready_by, now)} name={t("plan.ready_by")} id="plan-ready-by" />
      <Reading value={dayTime(plan.eta, now)} name={t("plan.eta")} id="plan-eta" />
    </>
  );
}

function HistoryChart({ room }: { room: RoomDetail }) {
  const { t } = useTranslation();
  const scheme = useComputedColorScheme("light");
  const { time } = useFormats();
  const [search, setSearch] = useSearchParams();
  const range = ranges.find((one) => one === search.get("range")) ?? "6";
  const hours = Number(range);
  const history = useHistory(room.number, hours, () => ({
    from: new Date(hotelNow() - hours * 3_600_000).toISOString(),
    to: new Date(hotelNow() + FUTURE_HOURS * 3_600_000).toISOString(),
  }));

  const words = useChartWords(room.devices);
  const empty = history.data !== undefined && history.data.series.every((series) => series.points.length === 0);
  return (
    <div>
      <Group justify="space-between" gap="xs" mb={4} wrap="wrap">
        <Legend history={history.data} />
        <SegmentedControl
          value={range}
          onChange={(value) =>
            setSearch(
              (before) => {
                const next = new URLSearchParams(before);
                if (value === "6") next.delete("range");
                else next.set("range", value);
                return next;
              },
              { replace: true },
            )
          }
          data={ranges.map((one) => ({ value: one, label: t(`chart.ranges.${one}`) }))}
          aria-label={t("chart.range")}
          data-testid="chart-range"
        />
      </Group>
      {history.data === undefined ? (
        <Skeleton height={350} />
      ) : empty ? (
        <Text c="dimmed" size="sm" ta="center" py={60}>
          {t("chart.empty")}
        </Text>
      ) : (
        <Suspense fallback={<Skeleton height={350} />}>
          <ClimateChart
            history={history.data}
            words={words}
            scheme={scheme}
            label={t("chart.label", { number: room.number, time: time(hotelNow()) })}
          />
          <ChartTable history={history.data} number={room.number} />
        </Suspense>
      )}
    </div>
  );
}

/** What is not in the picture is not in its legend either. */
function Legend({ history }: { history: History | undefined }) {
  const { t } = useTranslation();
  const stages = new Set(stagesOf(history?.plan ?? null).map((stage) => stage.kind));
  const eta = history?.eta ?? null;
  const isOff = (history?.plant_off.length ?? 0) > 0;
  const line = (colour: string, dash?: string) => (
    <svg width="24" height="8" aria-hidden>
      <path d="M0 4h24" stroke={colour} strokeWidth="2.4" strokeDasharray={dash} />
    </svg>
  );
  return (
    <div className={classes.legend}>
      <span>
        {line("var(--text)")}
        {t("chart.measured")}
      </span>
      <span>
        {line("var(--done-text)", "2 3")}
        {t("chart.wanted")}
      </span>
      <span>
        <svg width="24" height="12" aria-hidden>
          <rect width="24" height="12" fill="var(--under-way)" opacity="0.25" />
          <path d="M0 6h24" stroke="var(--under-way)" strokeWidth="1.8" strokeDasharray="5 4" />
        </svg>
        {t("chart.forecast")}
      </span>
      {stages.has("hold") && (
        <span>
          <svg width="24" height="12" aria-hidden>
            <rect x="0.5" y="0.5" width="23" height="11" fill="var(--under-way)" fillOpacity="0.12" stroke="var(--under-way)" strokeDasharray="3 2" />
          </svg>
          {t("chart.hold")}
        </span>
      )}
      {stages.has("finish") && (
        <span>
          <svg width="24" height="12" aria-hidden>
            <rect x="0.5" y="0.5" width="23" height="11" fill="var(--under-way)" fillOpacity="0.3" stroke="var(--under-way)" />
          </svg>
          {t("chart.finish")}
        </span>
      )}
      {eta !== null && (
        <span>
          <svg width="24" height="12" aria-hidden>
            <rect width="24" height="12" fill="var(--brass)" opacity="0.18" />
            <rect x="6" width="12" height="12" fill="var(--brass)" opacity="0.18" />
            <path d="M12 0v12" stroke="var(--brass)" strokeWidth="2.4" />
          </svg>
          {t("chart.eta_spread", { percent: eta.share_percent })}
        </span>
      )}
      {isOff && (
        <span>
          <svg width="24" height="12" aria-hidden>
            <path d="M-2 -2l14 14M6 -2l14 14M14 -2l14 14" stroke="var(--off-sale-text)" strokeWidth="1.4" />
          </svg>
          {t("chart.plant_off")}
        </span>
      )}
      <span>
        <svg width="12" height="12" aria-hidden>
          <path d="M6 1l5 10H1z" fill="var(--attention)" />
        </svg>
        {t("chart.door")}
      </span>
      <span>
        <svg width="10" height="13" aria-hidden>
          <path d="M5 0v13" stroke="var(--under-way-text)" strokeWidth="3" />
        </svg>
        {t("chart.commands")}
      </span>
    </div>
  );
}

const LEAST_CELSIUS = 16;
const MOST_CELSIUS = 28;

function PreconditionButton({ room }: { room: RoomDetail }) {
  const { t } = useTranslation();
  const { dayTime } = useFormats();
  const tell = useTell();
  const start = usePrecondition(room.number);
  const [opened, setOpened] = useState(false);
  const [celsius, setCelsius] = useState<number | string>(room.plan?.wanted_celsius ?? room.climate.wanted_celsius ?? 22);
  return (
    <Popover opened={opened} onChange={setOpened} position="bottom-end" withArrow trapFocus shadow="md">
      <Popover.Target>
        <Button
          variant="default"
          size="sm"
          leftSection={<IconPlayerPlay size={17} />}
          onClick={() => setOpened(!opened)}
          data-testid="precondition"
        >
          {t("room.precondition")}
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <form
          onSubmit={(event) => {
            event.preventDefault();
            start.mutate(typeof celsius === "number" ? { celsius } : {}, {
              onSuccess: (plan) => {
                setOpened(false);
                tell.done(
                  t("room.precondition_started", {
                    number: room.number,
                    time: dayTime(plan.predicted_ready_at ?? plan.ready_by, hotelNow()),
                  }),
                );
              },
              onError: tell.refused,
            });
          }}
        >
          <Stack gap="sm" w={230}>
            <NumberInput
              label={t("room.precondition_to")}
              value={celsius}
              onChange={setCelsius}
              min={LEAST_CELSIUS}
              max={MOST_CELSIUS}
              step={0.5}
              decimalScale={1}
              suffix=" °C"
              data-autofocus
            />
            <Button type="submit" loading={start.isPending} data-testid="precondition-start">
              {t("room.precondition_now")}
            </Button>
          </Stack>
        </form>
      </Popover.Dropdown>
    </Popover>
  );
}
