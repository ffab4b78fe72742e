/** The climate chart as lines of a table: what the picture shows, for who cannot see it. Pure. */
import type { History } from "../../api/types";
import { doorOpenings, seriesOf, stagesOf, valueAt } from "./chart";

export type ChartLine =
  | { kind: "measured"; at: number; celsius: number; wanted: number | null }
  | { kind: "forecast"; at: number; low: number; middle: number; high: number }
  | { kind: "hold" | "finish" | "window" | "plant_off"; at: number; to: number | null }
  | { kind: "ready"; at: number; to: number }
  | { kind: "eta"; at: number; earliest: number; latest: number; percent: number }
  | { kind: "door"; at: number };

const MINUTE = 60_000;
/** The forecast comes each few minutes; a line for each half hour says as much. */
const FORECAST_EVERY = 30 * MINUTE;
const MEASURED_LINES = 12;

function forecastLines(history: History): ChartLine[] {
  const lines: ChartLine[] = [];
  let next = -Infinity;
  for (const [time, low, middle, high] of history.forecast) {
    const at = Date.parse(time);
    if (at < next) continue;
    lines.push({ kind: "forecast", at, low, middle, high });
    next = at + FORECAST_EVERY;
  }
  return lines;
}

function measuredLines(history: History): ChartLine[] {
  const measured = seriesOf(history, "temperature_celsius");
  const wanted = seriesOf(history, "wanted_celsius");
  const from = Date.parse(history.from);
  const now = Date.parse(history.now);
  const step = (now - from) / MEASURED_LINES;
  const lines: ChartLine[] = [];
  for (let place = 1; place <= MEASURED_LINES; place += 1) {
    const at = from + place * step;
    const celsius = valueAt(measured, at);
    if (celsius !== null) lines.push({ kind: "measured", at, celsius, wanted: valueAt(wanted, at) });
  }
  return lines;
}

/** All that the chart shows, in order of time. */
export function chartLines(history: History): ChartLine[] {
  const { plan, eta } = history;
  const lines: ChartLine[] = [
    ...measuredLines(history),
    ...forecastLines(history),
    ...stagesOf(plan).map((stage): ChartLine => ({ kind: stage.kind, at: stage.from, to: stage.to })),
    ...history.windows_open.map(([from, to]): ChartLine => ({ kind: "window", at: Date.parse(from), to: to === null ? null : Date.parse(to) })),
    ...history.plant_off.map(([from, to]): ChartLine => ({ kind: "plant_off", at: Date.parse(from), to: Date.parse(to) })),
    ...doorOpenings(history).map((event): ChartLine => ({ kind: "door", at: Date.parse(event.at) })),
  ];
  if (stagesOf(plan).length > 0 && plan?.ready_early != null && plan.ready_late != null) {
    lines.push({ kind: "ready", at: Date.parse(plan.ready_early), to: Date.parse(plan.ready_late) });
  }
  if (eta !== null) {
    lines.push({
      kind: "eta",
      at: Date.parse(eta.at),
      earliest: Date.parse(eta.earliest),
      latest: Date.parse(eta.latest),
      percent: eta.share_percent,
    });
  }
  return lines.sort((a, b) => a.at - b.at);
}
