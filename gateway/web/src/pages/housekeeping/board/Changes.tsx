/** What the newest plan changed, and why; folded away until somebody asks. */
import { Button, Collapse } from "@mantine/core";
import { IconArrowRight, IconChevronDown, IconHistory } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Board } from "../../../api/board";
import { useFormats } from "../../../frame/me";
import { useHotelNow } from "../../../time/clock";
import classes from "./Board.module.css";
import { useBoardWords } from "./useBoardWords";

export function Changes({ board }: { board: Board }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const now = useHotelNow();
  const words = useBoardWords();
  const [open, setOpen] = useState(false);
  if (board.made_at === null || board.cause === null) return null;
  return (
    <div className={classes.changes}>
      <span className="dim">
        <IconHistory size={16} aria-hidden />{" "}
        {t("board.made", {
          when: formats.dayTime(board.made_at, now),
          who: board.made_by,
          cause: t(`board.causes.${board.cause}`),
        })}
        {board.fallback && ` ${t("board.fallback")}`}
      </span>
      {board.changes.length > 0 && (
        <>
          <Button
            variant="subtle"
            size="compact-md"
            rightSection={<IconChevronDown size={16} style={{ transform: open ? "rotate(180deg)" : undefined }} />}
            aria-expanded={open}
            onClick={() => setOpen((before) => !before)}
            data-testid="board-changes"
          >
            {t("board.changed", { count: board.changes.length })}
          </Button>
          <Collapse expanded={open} className={classes.whole}>
            <ul className={classes.changeList}>
              {board.changes.map((change) => (
                <li key={change.task_id}>
                  <b>{change.room}</b>
                  <span>
                    {change.from_name ?? t("board.nobody")}
                    {change.from_shift !== change.to_shift && (
                      <>
                        {" "}
                        <IconArrowRight size={14} aria-label={t("board.to")} /> {change.to_name ?? t("board.nobody")}
                      </>
                    )}
                  </span>
                  <span className="dim">{words.change(change.why)}</span>
                </li>
              ))}
            </ul>
          </Collapse>
        </>
      )}
    </div>
  );
}
