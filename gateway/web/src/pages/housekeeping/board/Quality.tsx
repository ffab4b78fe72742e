/** What the lists are worth as they stand, in four figures. */
import { useTranslation } from "react-i18next";
import type { Board } from "../../../api/board";
import { useFormats } from "../../../frame/me";
import { UNKNOWN } from "../../../time/format";
import classes from "./Board.module.css";

/** With one or two tasks left the highest load says nothing: there is nothing to share out. */
const LEAST_MINUTES_EACH = 30;

function evenable(board: Board): boolean {
  const left = board.lanes.reduce((sum, lane) => sum + lane.load_minutes, 0);
  return left >= LEAST_MINUTES_EACH * board.lanes.length;
}

export function Quality({ board }: { board: Board }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const { quality } = board;
  if (board.version === 0) return null;
  const figures: [string, string, boolean][] = [
    ["missed", String(quality.missed), quality.missed > 0],
    ["unassigned", String(board.unassigned.length), board.unassigned.length > 0],
    ["spread", evenable(board) ? `${Math.round(quality.load_spread * 100)} %` : UNKNOWN, false],
    ["walking", formats.span(quality.walking_minutes), false],
  ];
  return (
    <dl className={classes.quality}>
      {figures.map(([name, value, wrong]) => (
        <div key={name}>
          <dt className="dim">{t(`board.figures.${name}`)}</dt>
          <dd className={wrong ? "tone-wrong" : undefined}>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
