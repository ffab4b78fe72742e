/** How far rooms were off when the door opened, as bars; each opens to its arrivals, also by keyboard. */
import { useTranslation } from "react-i18next";
import type { ComfortFigures } from "../../api/types";
import { MET_KELVIN, signed } from "../../parts/arrivalRecord";
import classes from "./Comfort.module.css";

type Bar = ComfortFigures["histogram"][number];

function isGood(bar: Bar): boolean {
  return bar.low_kelvin !== null && bar.high_kelvin !== null && bar.low_kelvin >= -MET_KELVIN && bar.high_kelvin <= MET_KELVIN;
}

function nameOf(bar: Bar): string {
  if (bar.low_kelvin === null) return `< ${signed(bar.high_kelvin ?? 0)} K`;
  if (bar.high_kelvin === null) return `≥ ${signed(bar.low_kelvin)} K`;
  return `${signed(bar.low_kelvin)} … ${signed(bar.high_kelvin)} K`;
}

export function ErrorBars({ bars, chosen, onChoose }: { bars: Bar[]; chosen: number | null; onChoose: (index: number) => void }) {
  const { t } = useTranslation();
  const most = Math.max(1, ...bars.map((bar) => bar.arrivals));
  return (
    <ol className={classes.bars} data-testid="comfort-errors">
      {bars.map((bar, index) => (
        <li key={index}>
          <button
            type="button"
            className={classes.errorBar}
            aria-pressed={index === chosen}
            aria-label={`${nameOf(bar)}: ${t("comfort.arrivals", { count: bar.arrivals })}`}
            title={nameOf(bar)}
            disabled={bar.arrivals === 0}
            onClick={() => onChoose(index)}
          >
            <span className={classes.count} aria-hidden>
              {bar.arrivals === 0 ? "" : bar.arrivals}
            </span>
            <span
              className={classes.fill}
              data-good={isGood(bar)}
              style={{ height: bar.arrivals === 0 ? 1 : `${(100 * bar.arrivals) / most}%` }}
              aria-hidden
            />
          </button>
          {/* Each bar says where it begins; the first begins nowhere. */}
          <span className={classes.edge} aria-hidden>
            {bar.low_kelvin === null ? "" : signed(bar.low_kelvin)}
          </span>
        </li>
      ))}
    </ol>
  );
}
