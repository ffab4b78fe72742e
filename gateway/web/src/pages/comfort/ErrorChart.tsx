import { useElementSize } from "@mantine/hooks";
import { BarChart } from "echarts/charts";
import { GridComponent, TooltipComponent } from "echarts/components";
import { type ECharts, init, use as register } from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";
import { useEffect, useRef } from "react";
import type { ComfortFigures } from "../../api/types";
import { MET_KELVIN } from "./comfortFacts";

register([BarChart, GridComponent, TooltipComponent, CanvasRenderer]);

type Bar = ComfortFigures["histogram"][number];

/** How far rooms were off when the door opened; a bar opens to its arrivals. */
export function ErrorChart({
  bars,
  label,
  nameOf,
  arrivalsWord,
  chosen,
  onChoose,
  scheme,
}: {
  bars: Bar[];
  label: string;
  nameOf: (bar: Bar) => string;
  arrivalsWord: (count: number) => string;
  chosen: number | null;
  onChoose: (index: number) => void;
  scheme: string;
}) {
  const { ref, width } = useElementSize<HTMLDivElement>();
  const canvas = useRef<HTMLDivElement>(null);
  const chart = useRef<ECharts | null>(null);
  const choose = useRef(onChoose);
  useEffect(() => {
    choose.current = onChoose;
  }, [onChoose]);

  useEffect(() => {
    if (canvas.current === null) return;
    const made = init(canvas.current);
    made.on("click", (event) => choose.current(event.dataIndex));
    chart.current = made;
    return () => {
      made.dispose();
      chart.current = null;
    };
  }, []);

  useEffect(() => {
    if (canvas.current === null || width === 0) return;
    const style = getComputedStyle(canvas.current);
    const token = (name: string) => style.getPropertyValue(name).trim();
    const isGood = (bar: Bar) =>
      bar.low_kelvin !== null && bar.high_kelvin !== null && bar.low_kelvin >= -MET_KELVIN && bar.high_kelvin <= MET_KELVIN;
    chart.current?.resize();
    chart.current?.setOption(
      {
        animation: false,
        textStyle: { fontFamily: "inherit", color: token("--text") },
        grid: { left: 38, right: 12, top: 14, bottom: 52 },
        tooltip: {
          backgroundColor: token("--card"),
          borderColor: token("--line"),
          textStyle: { color: token("--text"), fontSize: 12.5 },
          formatter: (event: { name: string; value: number }) => `${event.name}<br>${arrivalsWord(event.value)}`,
        },
        xAxis: {
          type: "category",
          data: bars.map(nameOf),
          axisLabel: { color: token("--text-dim"), rotate: width < 620 ? 55 : 30, fontSize: 11 },
          axisLine: { lineStyle: { color: token("--line") } },
          axisTick: { show: false },
        },
        yAxis: {
          type: "value",
          minInterval: 1,
          axisLabel: { color: token("--text-dim") },
          splitLine: { lineStyle: { color: token("--line"), opacity: 0.6 } },
        },
        series: [
          {
            type: "bar",
            barCategoryGap: "18%",
            data: bars.map((bar, index) => ({
              value: bar.arrivals,
              itemStyle: {
                color: isGood(bar) ? token("--done") : token("--attention"),
                borderColor: chosen === index ? token("--text") : "transparent",
                borderWidth: 2,
              },
            })),
          },
        ],
      },
      { notMerge: true },
    );
  }, [bars, width, chosen, nameOf, arrivalsWord, scheme]);

  return (
    <div ref={ref} role="img" aria-label={label} data-testid="comfort-errors">
      <div ref={canvas} style={{ width: "100%", height: 250, cursor: "pointer" }} />
    </div>
  );
}
