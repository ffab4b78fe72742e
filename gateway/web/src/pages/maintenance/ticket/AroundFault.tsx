/** The room's climate and commands around the time of the fault. */
import { Skeleton, useComputedColorScheme } from "@mantine/core";
import { lazy, Suspense } from "react";
import { useTranslation } from "react-i18next";
import { useHistory } from "../../../api/queries";
import type { Ticket } from "../../../api/tickets";
import { useFormats } from "../../../frame/me";
import { useTold } from "../../../parts/told";
import { useHotelNow } from "../../../time/clock";
import { useChartWords } from "../../room/useChartWords";
import classes from "../Maintenance.module.css";

const ClimateChart = lazy(async () => ({ default: (await import("../../room/ClimateChart")).ClimateChart }));

const BEFORE_MILLISECONDS = 2 * 3_600_000;
const AFTER_MILLISECONDS = 2 * 3_600_000;
const MOST_COMMANDS = 8;
const NO_DEVICES: never[] = [];

export function AroundFault({ ticket, room }: { ticket: Ticket; room: string }) {
  const { t } = useTranslation();
  const scheme = useComputedColorScheme("light");
  const formats = useFormats();
  const now = useHotelNow();
  const told = useTold();
  const words = useChartWords(NO_DEVICES);
  const at = Date.parse(ticket.opened_at);
  const history = useHistory(room, at, () => ({
    from: new Date(at - BEFORE_MILLISECONDS).toISOString(),
    to: new Date(at + AFTER_MILLISECONDS).toISOString(),
  }));
  if (history.error) return null;
  const commands = history.data?.commands.slice(-MOST_COMMANDS).reverse() ?? [];
  const measured = history.data?.series.some((series) => series.points.length > 0) ?? false;
  if (history.data && !measured && commands.length === 0) return null;
  return (
    <section className={`card ${classes.noPrint}`} aria-label={t("maintenance.around")}>
      <h3 className={classes.partName}>{t("maintenance.around")}</h3>
      {!history.data ? (
        <Skeleton height={260} />
      ) : (
        <>
          {measured && (
            <Suspense fallback={<Skeleton height={350} />}>
              <ClimateChart history={history.data} words={words} scheme={scheme} label={t("chart.label", { number: room, time: formats.time(at) })} />
            </Suspense>
          )}
          <ul className={classes.steps}>
            {commands.map((command) => (
              <li key={command.id}>
                <time dateTime={command.made_at}>{formats.dayTime(command.made_at, now)}</time> {told.command(command)}
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}
