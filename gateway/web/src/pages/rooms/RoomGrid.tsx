/** The tiles by floor, only those in sight; in choosing, tiles are taken instead of opened. */
import { Button } from "@mantine/core";
import { useResizeObserver } from "@mantine/hooks";
import { IconCheck } from "@tabler/icons-react";
import { useWindowVirtualizer } from "@tanstack/react-virtual";
import { useLayoutEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Room } from "../../api/types";
import { RoomTile } from "../../parts/RoomTile";
import { byFloor } from "../../parts/roomFacts";
import classes from "./Rooms.module.css";

const TILE_LEAST_WIDTH = 178;

const TILE_LEAST_WIDTH_PHONE = 160;

export const TILE_HEIGHT = 126;

// Where "27.6° → 22.5° cooling" does not fit one line, the tile has room for two.
const TILE_HEIGHT_NARROW = 148;

const TILE_NARROW = 216;

const FLOOR_HEIGHT = 38;

type Row = { kind: "floor"; floor: string; count: number; ready: number } | { kind: "rooms"; rooms: Room[] };

function rowsOf(rooms: Room[], columns: number): Row[] {
  return byFloor(rooms).flatMap(([floor, there]) => {
    const rows: Row[] = [{ kind: "floor", floor, count: there.length, ready: there.filter((room) => room.ready).length }];
    for (let at = 0; at < there.length; at += columns) rows.push({ kind: "rooms", rooms: there.slice(at, at + columns) });
    return rows;
  });
}

/** As many columns as fit, or a few less when the floors then end in fuller rows. */
function evenColumns(rooms: Room[], most: number): number {
  const floors = byFloor(rooms).map(([, there]) => there.length);
  const empty = (columns: number) => floors.reduce((sum, count) => sum + ((columns - (count % columns)) % columns), 0);
  let best = most;
  for (let columns = most - 1; columns >= most * 0.7; columns -= 1) if (empty(columns) < empty(best)) best = columns;
  return best;
}

export function Grid({
  rooms,
  chosen,
  onChoose,
}: {
  rooms: Room[];
  chosen: Set<string> | null;
  onChoose: (numbers: string[], on: boolean) => void;
}) {
  const { t } = useTranslation();
  const [ref, { width }] = useResizeObserver<HTMLDivElement>();
  const [margin, setMargin] = useState(0);
  const least = width < 600 ? TILE_LEAST_WIDTH_PHONE : TILE_LEAST_WIDTH;
  const gap = width < 600 ? 8 : 10;
  const columns = evenColumns(rooms, Math.max(1, Math.floor((width + gap) / (least + gap))));
  const tileWidth = (width + gap) / columns - gap;
  const tileHeight = tileWidth < TILE_NARROW ? TILE_HEIGHT_NARROW : TILE_HEIGHT;
  const rows = useMemo(() => (width === 0 ? [] : rowsOf(rooms, columns)), [rooms, columns, width]);

  const frame = useRef<HTMLDivElement>(null);

  useLayoutEffect(() => {
    const top = frame.current?.getBoundingClientRect().top;
    if (top !== undefined) setMargin(top + window.scrollY);
  }, [width]);

  const virtual = useWindowVirtualizer({
    count: rows.length,
    estimateSize: (index) => (rows[index]?.kind === "floor" ? FLOOR_HEIGHT : tileHeight + gap),
    overscan: 6,
    scrollMargin: margin,
  });
  const { measure } = virtual;
  useLayoutEffect(() => measure(), [measure, rows, tileHeight]);

  return (
    <div ref={ref}>
      <div ref={frame} style={{ position: "relative", height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map((item) => {
          const row = rows[item.index];
          if (row === undefined) return null;
          return (
            <div
              key={item.key}
              style={{
                position: "absolute",
                insetInline: 0,
                top: 0,
                height: item.size,
                transform: `translateY(${item.start - margin}px)`,
              }}
            >
              {row.kind === "floor" ? (
                <div className={classes.floor}>
                  <h2>{t("rooms.floor_name", { floor: row.floor })}</h2>
                  <span className="dim">{t("rooms.floor_count", { count: row.count, ready: row.ready })}</span>
                  {chosen !== null && <FloorPick rooms={rooms} floor={row.floor} chosen={chosen} onChoose={onChoose} />}
                </div>
              ) : (
                <div
                  className={classes.row}
                  style={{ gridTemplateColumns: `repeat(${columns}, minmax(0, 1fr))`, height: item.size }}
                  data-coach={item.index === 1 ? "tile" : undefined}
                >
                  {row.rooms.map((room) =>
                    chosen === null ? (
                      <RoomTile key={room.number} room={room} />
                    ) : (
                      <Pick key={room.number} room={room} on={chosen.has(room.number)} onChoose={onChoose} />
                    ),
                  )}
                </div>
              )}
            </div>
          );
        })}
      </div>
    </div>
  );
}

/** A tile that is chosen instead of opened. */
function Pick({ room, on, onChoose }: { room: Room; on: boolean; onChoose: (numbers: string[], on: boolean) => void }) {
  const { t } = useTranslation();
  return (
    <button
      type="button"
      className={classes.pick}
      aria-pressed={on}
      aria-label={t("hands_off.scope_room", { room: room.number })}
      onClick={() => onChoose([room.number], !on)}
      data-testid={`pick-${room.number}`}
    >
      <RoomTile room={room} still />
      {on && (
        <span className={classes.tick}>
          <IconCheck size={16} aria-hidden />
        </span>
      )}
    </button>
  );
}

function FloorPick({
  rooms,
  floor,
  chosen,
  onChoose,
}: {
  rooms: Room[];
  floor: string;
  chosen: Set<string>;
  onChoose: (numbers: string[], on: boolean) => void;
}) {
  const { t } = useTranslation();
  const there = rooms.filter((room) => room.floor === floor).map((room) => room.number);
  const all = there.every((number) => chosen.has(number));
  return (
    <Button size="compact-sm" variant="subtle" onClick={() => onChoose(there, !all)} data-testid={`pick-floor-${floor}`}>
      {all ? t("act.clear_floor") : t("act.whole_floor")}
    </Button>
  );
}
