import { useElementSize } from "@mantine/hooks";
import { LineChart, ScatterChart } from "echarts/charts";
import {
  AxisPointerComponent,
  GridComponent,
  MarkAreaComponent,
  MarkLineComponent,
  TooltipComponent,
} from "echarts/components";
import { type ECharts, init, use as register } from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";
import { useEffect, useMemo, useRef } from "react";
import type { History } from "../../api/types";
import { type ChartLook, chartOption, type ChartWords } from "./chart";

register([
  LineChart,
  ScatterChart,
  GridComponent,
  TooltipComponent,
  AxisPointerComponent,
  MarkAreaComponent,
  MarkLineComponent,
  CanvasRenderer,
]);

const HATCH_PIXELS = 10;

/** Windows hatch upwards, the plant's hours off downwards: not by colour alone. */
function hatchOf(colour: string, falls = false): HTMLCanvasElement {
  const canvas = document.createElement("canvas");
  canvas.width = HATCH_PIXELS;
  canvas.height = HATCH_PIXELS;
  const pen = canvas.getContext("2d");
  if (pen) {
    pen.strokeStyle = colour;
    pen.globalAlpha = 0.45;
    pen.lineWidth = 1.4;
    pen.beginPath();
    pen.moveTo(-2, falls ? -2 : HATCH_PIXELS + 2);
    pen.lineTo(HATCH_PIXELS + 2, falls ? HATCH_PIXELS + 2 : -2);
    pen.stroke();
  }
  return canvas;
}

function lookOf(element: HTMLElement): ChartLook {
  const style = getComputedStyle(element);
  const token = (name: string) => style.getPropertyValue(name).trim();
  return {
    text: token("--text"),
    dim: token("--text-dim"),
    line: token("--line"),
    card: token("--card"),
    measured: token("--text"),
    wanted: token("--done-text"),
    forecast: token("--under-way"),
    plan: token("--under-way"),
    eta: token("--brass"),
    door: token("--attention"),
    command: token("--under-way-text"),
    wrong: token("--wrong"),
    hatch: hatchOf(token("--attention-text")),
    plantOff: hatchOf(token("--off-sale-text"), true),
  };
}

const NARROW = 560;

export function ClimateChart({
  history,
  words,
  scheme,
  label,
}: {
  history: History;
  words: ChartWords;
  scheme: string;
  label: string;
}) {
  const { ref, width } = useElementSize<HTMLDivElement>();
  const canvas = useRef<HTMLDivElement>(null);
  const chart = useRef<ECharts | null>(null);

  useEffect(() => {
    if (canvas.current === null) return;
    const made = init(canvas.current);
    chart.current = made;
    return () => {
      made.dispose();
      chart.current = null;
    };
  }, []);

  const narrow = width < NARROW;
  const drawing = useMemo(() => ({ history, words, narrow, scheme }), [history, words, narrow, scheme]);

  useEffect(() => {
    if (canvas.current === null || width === 0) return;
    chart.current?.resize();
    chart.current?.setOption(
      chartOption(drawing.history, drawing.words, lookOf(canvas.current), drawing.narrow),
      { notMerge: true },
    );
  }, [drawing, width]);

  return (
    <div ref={ref} role="img" aria-label={label} data-testid="climate-chart">
      <div ref={canvas} style={{ width: "100%", height: narrow ? 300 : 350 }} />
    </div>
  );
}
