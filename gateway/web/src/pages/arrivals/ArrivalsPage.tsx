import { ActionIcon, Alert, Button, Menu, SegmentedControl, Skeleton } from "@mantine/core";
import {
  IconAlertTriangle,
  IconBellRinging,
  IconCheck,
  IconChevronLeft,
  IconChevronRight,
  IconDots,
  IconFileImport,
  IconFilterOff,
  IconLogin2,
  IconPlus,
} from "@tabler/icons-react";
import { lazy, Suspense, useEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useSearchParams } from "react-router";
import { useArrivals } from "../../api/stays";
import type { Arrival } from "../../api/types";
import { useMe, useSentence } from "../../frame/me";
import { useTitle } from "../../frame/title";
import { DayField } from "../../parts/fields";
import { Empty } from "../../parts/Empty";
import { useHotelNow } from "../../time/clock";
import { shortDate } from "../../time/format";
import { addDays } from "../../time/zone";
import { SearchField } from "../../parts/SearchField";
import {
  byEta,
  type FigureFilter,
  figureFilters,
  fits,
  heldOrder,
  inFigure,
  inState,
  type StateFilter,
  stateFilters,
} from "./arrivalFacts";
import { ArrivalRow } from "./ArrivalRow";
import classes from "./Arrivals.module.css";

const StayDrawer = lazy(async () => ({ default: (await import("./StayDrawer")).StayDrawer }));
const NewStayDrawer = lazy(async () => ({ default: (await import("./NewStayDrawer")).NewStayDrawer }));
const ImportDrawer = lazy(async () => ({ default: (await import("./ImportDrawer")).ImportDrawer }));

const figureLooks: Record<FigureFilter, { icon: typeof IconCheck; tone: string }> = {
  left: { icon: IconLogin2, tone: "under-way" },
  ready: { icon: IconCheck, tone: "done" },
  risk: { icon: IconAlertTriangle, tone: "attention" },
  waiting: { icon: IconBellRinging, tone: "wrong" },
};

export function ArrivalsPage() {
  const { t, i18n } = useTranslation();
  const sentence = useSentence();
  const { property, may } = useMe();
  const [search, setSearch] = useSearchParams();
  const now = useHotelNow();
  useTitle(t("pages.arrivals"));

  const date = search.get("date") ?? property.business_date;
  const state: StateFilter = stateFilters.find((one) => one === search.get("state")) ?? "expected";
  const figure = figureFilters.find((one) => one === search.get("show")) ?? null;
  const q = search.get("q") ?? "";
  const arrivals = useArrivals(date);

  const put = (changes: Record<string, string | null>) =>
    setSearch(
      (before) => {
        const next = new URLSearchParams(before);
        for (const [name, value] of Object.entries(changes)) {
          if (value === null || value === "") next.delete(name);
          else next.set(name, value);
        }
        return next;
      },
      { replace: true },
    );

  const all = useMemo(() => arrivals.data ?? [], [arrivals.data]);
  const shown = useMemo(
    () =>
      all
        .filter((one) => inState(one, state) && fits(one, q) && (figure === null || inFigure(one, figure, now)))
        .sort(byEta),
    [all, state, q, figure, now],
  );
  const day = (to: string) => put({ date: to === property.business_date ? null : to });

  return (
    <>
      <div className={classes.bar}>
        <div className={classes.dates}>
          <ActionIcon variant="subtle" color="gray" size="lg" aria-label={t("arrivals.day_before")} onClick={() => day(addDays(date, -1))}>
            <IconChevronLeft size={20} />
          </ActionIcon>
          <div className={classes.day}>
            <DayField label={t("arrivals.date")} hideLabel value={date} onChange={day} testId="arrivals-date" />
          </div>
          <ActionIcon variant="subtle" color="gray" size="lg" aria-label={t("arrivals.day_after")} onClick={() => day(addDays(date, 1))}>
            <IconChevronRight size={20} />
          </ActionIcon>
          {date !== property.business_date && (
            <Button variant="subtle" size="compact-md" onClick={() => day(property.business_date)}>
              {t("arrivals.back_to_today")}
            </Button>
          )}
        </div>
        <SegmentedControl
          value={state}
          onChange={(value) => put({ state: value === "expected" ? null : value, show: null })}
          data={stateFilters.map((one) => ({ value: one, label: t(`arrivals.states.${one}`) }))}
          aria-label={t("arrivals.state")}
          className={classes.states}
          data-testid="arrivals-state"
        />
        <SearchField
          label={t("arrivals.search")}
          placeholder={may("desk") ? t("arrivals.search") : t("arrivals.search_room")}
          value={q}
          onSearch={(text) => put({ q: text })}
          w={{ base: "100%", xs: 220 }}
          className={classes.search}
          data-testid="arrivals-search"
        />
        {may("desk") && (
          <div className={classes.barEnd}>
            <Button
              leftSection={<IconPlus size={18} />}
              classNames={{ section: classes.newIcon }}
              onClick={() => put({ new: "stay" })}
              aria-label={t("arrivals.new_stay")}
              data-testid="new-stay"
            >
              <span className={classes.newLabel}>{t("arrivals.new_stay")}</span>
            </Button>
            <Menu position="bottom-end">
              <Menu.Target>
                <ActionIcon variant="default" size={36} aria-label={t("do.more")} data-testid="arrivals-more">
                  <IconDots size={18} />
                </ActionIcon>
              </Menu.Target>
              <Menu.Dropdown>
                <Menu.Item
                  leftSection={<IconFileImport size={17} />}
                  onClick={() => put({ new: "import" })}
                  data-testid="import-stays"
                >
                  {t("arrivals.import")}
                </Menu.Item>
              </Menu.Dropdown>
            </Menu>
          </div>
        )}
      </div>

      <div className={classes.summary} data-coach="summary">
        {figureFilters.map((one) => {
          const look = figureLooks[one];
          const Glyph = look.icon;
          return (
            <button
              key={one}
              type="button"
              className={classes.figure}
              aria-pressed={figure === one}
              onClick={() => put({ show: figure === one ? null : one, state: null })}
              data-testid={`figure-${one}`}
            >
              <Glyph size={24} stroke={1.8} className={`tone-${look.tone}`} aria-hidden />
              <b>{all.filter((arrival) => inFigure(arrival, one, now)).length}</b>
              <span>{t(`arrivals.figures.${one}`)}</span>
            </button>
          );
        })}
      </div>

      {arrivals.error && !arrivals.data ? (
        <Alert color="orange">{sentence(arrivals.error)}</Alert>
      ) : !arrivals.data ? (
        <Skeleton height={420} radius={12} />
      ) : all.length === 0 ? (
        <Empty
          icon={IconLogin2}
          title={t("arrivals.none_title", { day: shortDate(date, i18n.language, true) })}
          text={t("arrivals.none_text")}
          action={
            may("desk") && (
              <Button leftSection={<IconPlus size={18} />} onClick={() => put({ new: "stay" })}>
                {t("arrivals.new_stay")}
              </Button>
            )
          }
        />
      ) : shown.length === 0 ? (
        <Empty
          icon={IconFilterOff}
          title={t("arrivals.no_match_title")}
          text={t("arrivals.no_match_text")}
          action={
            <Button variant="light" onClick={() => put({ state: "all", show: null, q: null })}>
              {t("do.show_all")}
            </Button>
          }
        />
      ) : (
        <List arrivals={shown} onOpen={(stay) => put({ stay })} />
      )}

      <Suspense>
        {search.get("stay") !== null && may("desk") && (
          <StayDrawer id={search.get("stay") ?? ""} onClose={() => put({ stay: null })} />
        )}
        {search.get("new") === "stay" && may("desk") && (
          <NewStayDrawer date={date} onClose={() => put({ new: null })} />
        )}
        {search.get("new") === "import" && may("desk") && <ImportDrawer onClose={() => put({ new: null })} />}
      </Suspense>
    </>
  );
}

/** How long rows keep their places after the last touch. */
const TOUCH_MILLISECONDS = 4_000;

function List({ arrivals, onOpen }: { arrivals: Arrival[]; onOpen: (stay: string) => void }) {
  const { t } = useTranslation();
  const [held, setHeld] = useState(false);
  const release = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const [order, setOrder] = useState<string[]>(() => arrivals.map((one) => one.stay_id));

  const sorted = arrivals.map((one) => one.stay_id);
  const next = held ? heldOrder(order, sorted) : sorted;
  if (next.length !== order.length || next.some((id, place) => id !== order[place])) setOrder(next);

  useEffect(() => () => clearTimeout(release.current), []);

  const hold = () => {
    clearTimeout(release.current);
    setHeld(true);
  };
  const letGo = () => {
    clearTimeout(release.current);
    release.current = setTimeout(() => setHeld(false), TOUCH_MILLISECONDS);
  };
  const byId = new Map(arrivals.map((one) => [one.stay_id, one]));
  return (
    <>
      <div className={`${classes.head} ${classes.columns}`} aria-hidden>
        <span>{t("arrivals.columns.eta")}</span>
        <span>{t("arrivals.columns.guest")}</span>
        <span>{t("arrivals.columns.room")}</span>
        <span>{t("arrivals.columns.climate")}</span>
        <span>{t("arrivals.columns.blocks")}</span>
        <span />
      </div>
      <ul
        className={classes.list}
        onPointerEnter={hold}
        onPointerDown={hold}
        onPointerLeave={letGo}
        onPointerUp={(event) => event.pointerType !== "mouse" && letGo()}
        onFocus={hold}
        onBlur={letGo}
      >
        {next.map((id, place) => {
          const arrival = byId.get(id);
          return arrival && <ArrivalRow key={id} arrival={arrival} first={place === 0} onOpen={onOpen} />;
        })}
      </ul>
    </>
  );
}
