import { Alert, Button, NativeSelect, Skeleton } from "@mantine/core";
import { IconBed, IconChecks, IconFilterOff, IconHandOff } from "@tabler/icons-react";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { useSearchParams } from "react-router";
import { useRooms } from "../../api/queries";
import { useMe, useSentence } from "../../frame/me";
import { useTitle } from "../../frame/title";
import { Empty } from "../../parts/Empty";
import { HandsOffBanner, HandsOffDialog } from "../../parts/HandsOff";
import {
  blockerLook,
  cleanlinessLook,
  discrepancyLook,
  frontOfficeLook,
  type Look,
  offlineLook,
  panelLook,
  phaseLook,
  reservationLook,
} from "../../parts/marks";
import { countingOrder, matches, type RoomFilter, roomFilters } from "../../parts/roomFacts";
import { SearchField } from "../../parts/SearchField";
import { ActionSheet, SelectionBar } from "./ActOnRooms";
import { Grid, TILE_HEIGHT } from "./RoomGrid";
import classes from "./Rooms.module.css";

const looks: Record<RoomFilter, Look> = {
  ready: phaseLook.ready,
  arriving: reservationLook.arrival,
  preparing: phaseLook.preconditioning,
  due_out: reservationLook.due_out,
  dirty: cleanlinessLook.dirty,
  clean: cleanlinessLook.clean,
  inspected: cleanlinessLook.inspected,
  vacant: frontOfficeLook.vacant,
  occupied: frontOfficeLook.occupied,
  panel: panelLook.do_not_disturb,
  discrepancy: discrepancyLook,
  off_sale: blockerLook.out_of_order,
  offline: offlineLook,
};

export function RoomsPage() {
  const { t } = useTranslation();
  const sentence = useSentence();
  const { may } = useMe();
  const [search, setSearch] = useSearchParams();
  const rooms = useRooms();
  useTitle(t("pages.rooms"));
  const [chosen, setChosen] = useState<Set<string> | null>(null);
  const [followed, setFollowed] = useState<string | null>(null);
  const [asking, setAsking] = useState(false);

  const floor = search.get("floor") ?? "";
  const show = roomFilters.find((filter) => filter === search.get("show")) ?? null;
  const q = search.get("q") ?? "";

  const put = (name: string, value: string | null) =>
    setSearch(
      (before) => {
        const next = new URLSearchParams(before);
        if (value === null || value === "") next.delete(name);
        else next.set(name, value);
        return next;
      },
      { replace: true },
    );

  const here = useMemo(() => {
    const text = q.trim().toLowerCase();
    return (rooms.data ?? []).filter(
      (room) =>
        (floor === "" || room.floor === floor) &&
        (text === "" || room.number.toLowerCase().includes(text) || room.type.name.toLowerCase().includes(text)),
    );
  }, [rooms.data, floor, q]);
  const shown = useMemo(() => (show === null ? here : here.filter((room) => matches(room, show))), [here, show]);
  const floors = useMemo(
    () => [...new Set((rooms.data ?? []).map((room) => room.floor))].sort(countingOrder),
    [rooms.data],
  );

  if (rooms.error && !rooms.data) return <Alert color="orange">{sentence(rooms.error)}</Alert>;
  if (!rooms.data) return <Waiting />;
  if (rooms.data.length === 0) {
    return (
      <Empty
        icon={IconBed}
        title={t("rooms.none_title")}
        text={may("keep_staff") ? t("rooms.none_text_manager") : t("rooms.none_text")}
      />
    );
  }

  const choose = (numbers: string[], on: boolean) =>
    setChosen((before) => {
      const next = new Set(before);
      for (const number of numbers) if (on) next.add(number); else next.delete(number);
      return next;
    });
  // One line for the property or a floor, however many rooms it is over; a room's own stands on its tile.
  const wide = new Map(
    rooms.data
      .flatMap((room) => room.hands_off)
      .filter((one) => !one.scope.startsWith("room:"))
      .map((one) => [one.scope, one]),
  );

  return (
    <>
      <HandsOffBanner switches={[...wide.values()]} />
      <div className={classes.bar}>
        <SearchField
          label={t("rooms.search")}
          value={q}
          onSearch={(text) => put("q", text)}
          w={{ base: "100%", xs: 240 }}
          data-testid="rooms-search"
        />
        <NativeSelect
          aria-label={t("rooms.floor")}
          value={floor}
          onChange={(event) => put("floor", event.currentTarget.value)}
          data={[
            { value: "", label: t("rooms.all_floors") },
            ...floors.map((name) => ({ value: name, label: t("rooms.floor_name", { floor: name }) })),
          ]}
          data-testid="rooms-floor"
        />
        <span className="dim">{t("rooms.shown", { shown: shown.length, of: rooms.data.length })}</span>
        <span className={classes.tools}>
          {may("hands_off") && (
            <Button variant="default" leftSection={<IconHandOff size={17} />} onClick={() => setAsking(true)} data-testid="set-hands-off">
              {t("hands_off.button")}
            </Button>
          )}
          {may("control") && (
            <Button
              variant={chosen === null ? "default" : "filled"}
              leftSection={<IconChecks size={17} />}
              aria-pressed={chosen !== null}
              onClick={() => setChosen(chosen === null ? new Set() : null)}
              data-testid="choose-rooms"
            >
              {t("act.select")}
            </Button>
          )}
        </span>
      </div>
      <div className={classes.chips} role="group" aria-label={t("rooms.legend")} data-coach="legend">
        {roomFilters.map((filter) => {
          const Glyph = looks[filter].icon;
          const count = here.filter((room) => matches(room, filter)).length;
          return (
            <button
              key={filter}
              type="button"
              className={classes.chip}
              aria-pressed={show === filter}
              onClick={() => put("show", show === filter ? null : filter)}
              data-testid={`show-${filter}`}
            >
              <Glyph size={16} stroke={2} className={`tone-${looks[filter].tone}`} aria-hidden />
              {t(`rooms.filters.${filter}`)}
              <b>{count}</b>
            </button>
          );
        })}
      </div>
      {shown.length === 0 ? (
        <Empty
          icon={IconFilterOff}
          title={t("rooms.no_match_title")}
          text={t("rooms.no_match_text")}
          action={
            <Button variant="light" onClick={() => setSearch({}, { replace: true })}>
              {t("do.show_all")}
            </Button>
          }
        />
      ) : (
        <Grid rooms={shown} chosen={chosen} onChoose={choose} />
      )}
      {chosen !== null && (
        <SelectionBar
          rooms={[...chosen].sort(countingOrder)}
          onClear={() => setChosen(null)}
          onStarted={(action) => {
            setFollowed(action);
            setChosen(null);
          }}
        />
      )}
      {followed !== null && <ActionSheet id={followed} onClose={() => setFollowed(null)} />}
      {asking && (
        <HandsOffDialog
          scopes={["property", ...floors.map((name) => `floor:${name}`)]}
          onClose={() => setAsking(false)}
        />
      )}
    </>
  );
}

function Waiting() {
  return (
    <div style={{ display: "grid", gap: 10, gridTemplateColumns: "repeat(auto-fill, minmax(200px, 1fr))" }} aria-busy>
      {Array.from({ length: 18 }, (_, index) => (
        <Skeleton key={index} height={TILE_HEIGHT} radius={11} />
      ))}
    </div>
  );
}
