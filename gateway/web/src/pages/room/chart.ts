/** The climate chart as an ECharts option. Pure: history, words and colours in, option out. */
import type { EChartsCoreOption } from "echarts/core";
import type { Command, History, Plan, SeriesName, TimelineEvent } from "../../api/types";

export interface ChartLook {
  text: string;
  dim: string;
  line: string;
  card: string;
  measured: string;
  wanted: string;
  forecast: string;
  plan: string;
  eta: string;
  door: string;
  command: string;
  wrong: string;
  hatch: HTMLCanvasElement;
  plantOff: HTMLCanvasElement;
}

export interface ChartWords {
  measured: string;
  wanted: string;
  forecast: string;
  hold: string;
  finish: string;
  eta: string;
  door: string;
  commands: string;
  window: string;
  plantOff: string;
  now: string;
  unit: string;
  time(at: number): string;
  axisTime(at: number): string;
  degrees(celsius: number): string;
  convert(celsius: number): number;
  command(command: Command): string;
  event(event: TimelineEvent): string;
}

export type Point = [number, number | null];

export function seriesOf(history: History, name: SeriesName): Point[] {
  const found = history.series.find((series) => series.name === name);
  return (found?.points ?? []).map(([at, value]) => [Date.parse(at), value]);
}

/** The last known value at or before `at`; null when there is none or it is a gap. */
export function valueAt(points: readonly Point[], at: number): number | null {
  let low = 0;
  let high = points.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((points[middle]?.[0] ?? Infinity) <= at) low = middle + 1;
    else high = middle;
  }
  return points[low - 1]?.[1] ?? null;
}

export function doorOpenings(history: History): TimelineEvent[] {
  return history.events.filter((event) => /^door[._]?open/.test(event.code) || /^door[._]?open/.test(event.kind));
}

export interface Stage {
  kind: "hold" | "finish";
  from: number;
  to: number;
}

/** What a plan does when: first held off the target where it goes in two stages, then on to it. */
export function stagesOf(plan: Plan | null): Stage[] {
  if (plan === null || plan.state === "dropped" || plan.state === "done") return [];
  const start = Date.parse(plan.start_at);
  const finish = plan.finish_at == null ? start : Math.max(start, Date.parse(plan.finish_at));
  const end = Math.max(finish, Date.parse(plan.ready_late ?? plan.predicted_ready_at ?? plan.ready_by));
  const stages: Stage[] = [];
  if (finish > start) stages.push({ kind: "hold", from: start, to: finish });
  if (end > finish) stages.push({ kind: "finish", from: finish, to: end });
  return stages;
}

/** First and last instant of the picture: the past that was asked for, and as much future as is told. */
export function spanOf(history: History): { from: number; to: number } {
  const now = Date.parse(history.now);
  const ends = [now + (now - Date.parse(history.from)) * 0.06];
  const lastForecast = history.forecast.at(-1);
  if (lastForecast) ends.push(Date.parse(lastForecast[0]));
  if (history.eta) ends.push(Date.parse(history.eta.latest));
  for (const stage of stagesOf(history.plan)) ends.push(stage.to);
  return { from: Date.parse(history.from), to: Math.min(Math.max(...ends), now + 6 * 3_600_000) };
}

/** Lowest and highest of the axis, whole degrees of the shown unit, never narrower than six. */
export function axisRange(values: readonly number[]): { min: number; max: number } {
  if (values.length === 0) return { min: 18, max: 28 };
  const low = Math.floor(Math.min(...values) - 0.6);
  const high = Math.ceil(Math.max(...values) + 0.6);
  const missing = Math.max(0, 6 - (high - low));
  return { min: low - Math.floor(missing / 2), max: high + Math.ceil(missing / 2) };
}

function tooltipOf(history: History, words: ChartWords, look: ChartLook, span: { from: number; to: number }) {
  const measured = seriesOf(history, "temperature_celsius");
  const wanted = seriesOf(history, "wanted_celsius");
  const near = (span.to - span.from) / 90;
  const now = Date.parse(history.now);
  return (at: number): HTMLElement => {
    const box = document.createElement("div");
    box.style.cssText = `color:${look.text};font-size:12.5px;line-height:1.5;max-width:300px;white-space:normal`;
    const line = (text: string, style = "") => {
      const row = document.createElement("div");
      row.textContent = text;
      row.style.cssText = style;
      box.append(row);
    };
    line(words.time(at), "font-weight:650");
    if (at <= now) {
      const value = valueAt(measured, at);
      if (value !== null) line(`${words.measured}  ${words.degrees(value)}`);
    } else {
      const ahead = history.forecast.findLast(([time]) => Date.parse(time) <= at);
      if (ahead) line(`${words.forecast}  ${words.degrees(ahead[2])} (${words.degrees(ahead[1])} – ${words.degrees(ahead[3])})`);
    }
    const target = valueAt(wanted, at);
    if (target !== null) line(`${words.wanted}  ${words.degrees(target)}`);
    for (const event of doorOpenings(history)) {
      if (Math.abs(Date.parse(event.at) - at) < near) line(`${words.time(Date.parse(event.at))}  ${words.event(event)}`, `color:${look.dim}`);
    }
    for (const command of history.commands) {
      if (Math.abs(Date.parse(command.made_at) - at) < near) {
        line(`${words.time(Date.parse(command.made_at))}  ${words.command(command)}`, `color:${look.dim}`);
      }
    }
    return box;
  };
}

export function chartOption(history: History, words: ChartWords, look: ChartLook, narrow: boolean): EChartsCoreOption {
  const span = spanOf(history);
  const now = Date.parse(history.now);
  const shown = (points: Point[]) => points.map(([at, value]) => [at, value === null ? null : words.convert(value)]);
  const measured = shown(seriesOf(history, "temperature_celsius"));
  const wantedPoints = seriesOf(history, "wanted_celsius").filter(([at]) => at <= span.to);
  const lastWanted = wantedPoints.at(-1);
  // A wish holds until another is told: the step is drawn to the end of the picture.
  const wanted = shown(lastWanted ? [...wantedPoints, [span.to, lastWanted[1]]] : []);
  const forecast = history.forecast.filter(([at]) => Date.parse(at) <= span.to);
  const values = [
    ...measured.filter(([at]) => at !== null && at !== undefined && at >= span.from).map(([, value]) => value),
    ...wanted.map(([, value]) => value),
    ...forecast.flatMap(([, low, , high]) => [words.convert(low), words.convert(high)]),
  ].filter((value): value is number => typeof value === "number");
  const range = axisRange(values);
  const tooltip = tooltipOf(history, words, look, span);

  const areas: [Record<string, unknown>, Record<string, unknown>][] = [];
  const room = (from: number, to: number) => (to - from) / (span.to - span.from) > (narrow ? 0.1 : 0.045);
  for (const { kind, from, to } of stagesOf(history.plan)) {
    if (from >= span.to || to <= span.from) continue;
    areas.push([
      {
        name: room(from, to) ? words[kind] : "",
        xAxis: Math.max(from, span.from),
        itemStyle: {
          color: look.plan,
          opacity: kind === "hold" ? 0.1 : 0.24,
          borderColor: look.plan,
          borderWidth: 1,
          borderType: kind === "hold" ? "dashed" : "solid",
        },
        label: { position: "insideBottomLeft" },
      },
      { xAxis: Math.min(to, span.to) },
    ]);
  }
  const { eta } = history;
  if (eta !== null) {
    const spread = (from: string, to: string) =>
      areas.push([
        { name: "", xAxis: Date.parse(from), itemStyle: { color: look.eta, opacity: 0.13 } },
        { xAxis: Math.min(Date.parse(to), span.to) },
      ]);
    spread(eta.earliest, eta.latest);
    // Laid over the whole spread, the half in the middle is darker.
    if (eta.likely_from != null && eta.likely_until != null) spread(eta.likely_from, eta.likely_until);
  }
  for (const [from, to] of history.plant_off) {
    const [begins, ends] = [Math.max(Date.parse(from), span.from), Math.min(Date.parse(to), span.to)];
    if (begins >= ends) continue;
    areas.push([
      {
        name: room(begins, ends) ? words.plantOff : "",
        xAxis: begins,
        itemStyle: { color: { image: look.plantOff, repeat: "repeat" }, opacity: 1 },
        label: { position: "insideBottom" },
      },
      { xAxis: ends },
    ]);
  }
  for (const [from, to] of history.windows_open) {
    areas.push([
      { name: words.window, xAxis: Date.parse(from), itemStyle: { color: { image: look.hatch, repeat: "repeat" }, opacity: 1 } },
      { xAxis: to === null ? now : Date.parse(to) },
    ]);
  }
  const areaLabel = { color: look.dim, fontSize: 11, position: "insideTop", distance: 4 };
  const isEtaNear =
    history.eta !== null && Math.abs(Date.parse(history.eta.at) - now) < (span.to - span.from) * (narrow ? 0.2 : 0.09);
  const marks: Record<string, unknown>[] = [
    { xAxis: now, lineStyle: { color: look.dim, type: "dotted", width: 1.2 }, label: { formatter: isEtaNear ? "" : words.now, color: look.dim } },
  ];
  if (history.eta !== null) {
    marks.push({
      xAxis: Date.parse(history.eta.at),
      lineStyle: { color: look.eta, type: "solid", width: 2 },
      label: { formatter: `${words.eta} ${words.axisTime(Date.parse(history.eta.at))}`, color: look.eta, fontWeight: 650 },
    });
  }
  const inside = (at: number) => at >= span.from && at <= span.to;
  const failed = new Set(["rejected", "timed_out", "expired"]);

  return {
    animation: false,
    textStyle: { fontFamily: "inherit", color: look.text },
    grid: [
      { left: 44, right: narrow ? 12 : 20, top: 26, bottom: 84 },
      { left: 44, right: narrow ? 12 : 20, height: 40, bottom: 12 },
    ],
    tooltip: {
      trigger: "axis",
      confine: true,
      backgroundColor: look.card,
      borderColor: look.line,
      axisPointer: { type: "line", lineStyle: { color: look.dim, type: "dashed" } },
      formatter: (parameters: unknown) => {
        const first: unknown = Array.isArray(parameters) ? parameters[0] : parameters;
        const at = (first as { axisValue?: number } | undefined)?.axisValue;
        return typeof at === "number" ? tooltip(at) : "";
      },
    },
    axisPointer: { link: [{ xAxisIndex: "all" }], label: { show: false } },
    xAxis: [
      {
        type: "time",
        min: span.from,
        max: span.to,
        axisLine: { lineStyle: { color: look.line } },
        axisTick: { show: false },
        splitLine: { show: true, lineStyle: { color: look.line, opacity: 0.6 } },
        splitNumber: narrow ? 4 : 8,
        axisLabel: { color: look.dim, formatter: (at: number) => words.axisTime(at), hideOverlap: true },
      },
      { type: "time", gridIndex: 1, min: span.from, max: span.to, show: false },
    ],
    yAxis: [
      {
        type: "value",
        min: range.min,
        max: range.max,
        minInterval: 1,
        axisLabel: { color: look.dim, formatter: (value: number) => `${value}°` },
        splitLine: { lineStyle: { color: look.line, opacity: 0.6 } },
      },
      {
        type: "category",
        gridIndex: 1,
        data: [words.commands, words.door],
        axisLine: { show: false },
        axisTick: { show: false },
        axisLabel: { show: false },
        splitLine: { show: false },
      },
    ],
    series: [
      {
        name: "low",
        type: "line",
        stack: "band",
        symbol: "none",
        silent: true,
        lineStyle: { opacity: 0 },
        data: forecast.map(([at, low]) => [Date.parse(at), words.convert(low)]),
        stackStrategy: "all",
      },
      {
        name: "band",
        type: "line",
        stack: "band",
        symbol: "none",
        silent: true,
        lineStyle: { opacity: 0 },
        areaStyle: { color: look.forecast, opacity: 0.22 },
        data: forecast.map(([at, low, , high]) => [Date.parse(at), words.convert(high) - words.convert(low)]),
        stackStrategy: "all",
      },
      {
        name: words.forecast,
        type: "line",
        symbol: "none",
        lineStyle: { color: look.forecast, width: 1.8, type: [5, 4] },
        data: forecast.map(([at, , middle]) => [Date.parse(at), words.convert(middle)]),
      },
      {
        name: words.wanted,
        type: "line",
        step: "end",
        symbol: "none",
        lineStyle: { color: look.wanted, width: 2, type: [2, 3] },
        data: wanted,
      },
      {
        name: words.measured,
        type: "line",
        symbol: "none",
        connectNulls: false,
        sampling: "lttb",
        lineStyle: { color: look.measured, width: 2.4 },
        data: measured,
        markArea: { silent: true, data: areas, label: areaLabel },
        markLine: { silent: true, symbol: "none", data: marks, label: { fontSize: 11, position: "end", distance: 4 } },
        z: 5,
      },
      {
        name: words.commands,
        type: "scatter",
        xAxisIndex: 1,
        yAxisIndex: 1,
        symbol: "rect",
        data: history.commands
          .filter((command) => inside(Date.parse(command.made_at)))
          .map((command) => ({
            value: [Date.parse(command.made_at), words.commands],
            symbolSize: failed.has(command.state) ? [9, 9] : [3, 13],
            symbol: failed.has(command.state) ? "diamond" : "rect",
            itemStyle: { color: failed.has(command.state) ? look.wrong : look.command },
          })),
      },
      {
        name: words.door,
        type: "scatter",
        xAxisIndex: 1,
        yAxisIndex: 1,
        symbol: "triangle",
        symbolSize: 10,
        itemStyle: { color: look.door },
        data: doorOpenings(history)
          .filter((event) => inside(Date.parse(event.at)))
          .map((event) => [Date.parse(event.at), words.door]),
      },
    ],
  };
}
