/** The climate chart in words, line by line; closed until somebody asks for it. */
import { Table } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { History } from "../../api/types";
import { useFormats } from "../../frame/me";
import { hotelNow } from "../../time/clock";
import { type ChartLine, chartLines } from "./chartTable";
import classes from "./Room.module.css";

export function ChartTable({ history, number }: { history: History; number: string }) {
  const { t } = useTranslation();
  const { dayTime, temperature } = useFormats();
  const time = (at: number) => dayTime(at, hotelNow());
  const until = (to: number | null) => (to === null ? t("chart.still") : t("chart.until", { time: time(to) }));
  const told = (line: ChartLine): string => {
    switch (line.kind) {
      case "measured":
        return line.wanted === null
          ? temperature(line.celsius)
          : t("chart.measured_of", { measured: temperature(line.celsius), wanted: temperature(line.wanted) });
      case "forecast":
        return t("chart.between", { middle: temperature(line.middle), low: temperature(line.low), high: temperature(line.high) });
      case "eta":
        return t("chart.spread", { percent: line.percent, early: time(line.earliest), late: time(line.latest) });
      case "door":
        return "";
      default:
        return until(line.to);
    }
  };
  return (
    <details className={classes.asTable}>
      <summary>{t("chart.as_table")}</summary>
      <div className={classes.tableScroll} role="region" tabIndex={0} aria-label={t("chart.table_label", { number })}>
        <Table data-testid="chart-table">
          <Table.Thead>
            <Table.Tr>
              <Table.Th scope="col">{t("chart.column.time")}</Table.Th>
              <Table.Th scope="col">{t("chart.column.what")}</Table.Th>
              <Table.Th scope="col">{t("chart.column.value")}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {chartLines(history).map((line, index) => (
              <Table.Tr key={`${line.kind}-${line.at}-${index}`}>
                <Table.Td style={{ whiteSpace: "nowrap" }}>{time(line.at)}</Table.Td>
                <Table.Td>{t(`chart.lines.${line.kind}`)}</Table.Td>
                <Table.Td>{told(line)}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </div>
    </details>
  );
}
