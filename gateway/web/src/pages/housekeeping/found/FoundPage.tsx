/** Lost and found: what guests left behind, where it is kept, what may be disposed of today. */
import { Alert, Button, Menu, SegmentedControl, Skeleton } from "@mantine/core";
import { IconPlus, IconPrinter, IconUmbrella } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type LostItem, useFoundThings } from "../../../api/finds";
import { useFormats, useMe, useSentence } from "../../../frame/me";
import { Empty } from "../../../parts/Empty";
import { ExportMenu } from "../../../parts/ExportMenu";
import lists from "../../../parts/List.module.css";
import { useHotelNow } from "../../../time/clock";
import { shortDate } from "../../../time/format";
import { SearchField } from "../../../parts/SearchField";
import { useSearchPut } from "../../../parts/useSearchPut";
import classes from "./Found.module.css";
import { FoundDrawer } from "./FoundDrawer";
import { itemLook } from "./itemLook";
import { ReportFound } from "./ReportFound";

const shows = ["open", "due", "all"] as const;

export function FoundPage() {
  const { t } = useTranslation();
  const { may, property } = useMe();
  const sentence = useSentence();
  const [search, put] = useSearchPut();
  const [reporting, setReporting] = useState(false);
  const q = search.get("q") ?? "";
  const show = shows.find((one) => one === search.get("show")) ?? "open";
  const chosen = search.get("item");
  const things = useFoundThings({ q, open: show !== "all", due: show === "due" ? property.business_date : null });

  return (
    <>
      <div className={lists.bar}>
        <SearchField
          label={t("found.search")}
          value={q}
          onSearch={(text) => put({ q: text })}
          w={{ base: "100%", xs: 260 }}
        />
        <SegmentedControl
          value={show}
          onChange={(value) => put({ show: value === "open" ? null : value })}
          data={shows.map((one) => ({ value: one, label: t(`found.shows.${one}`) }))}
          aria-label={t("found.which")}
        />
        <span className={lists.push} />
        {may("keep_found") && (
          <ExportMenu table="lost-and-found">
            <Menu.Item leftSection={<IconPrinter size={16} />} onClick={() => window.print()}>
              {t("files.print")}
            </Menu.Item>
          </ExportMenu>
        )}
        <Button leftSection={<IconPlus size={18} />} onClick={() => setReporting(true)} data-testid="report-found">
          {t("found.report")}
        </Button>
      </div>
      {things.error && !things.data ? (
        <Alert color="orange">{sentence(things.error)}</Alert>
      ) : !things.data ? (
        <Skeleton height={320} radius={12} />
      ) : things.data.items.length === 0 ? (
        <Empty icon={IconUmbrella} title={t("found.none_title")} text={t(q ? "found.no_match" : "found.none_text")} />
      ) : (
        <div className={`card ${lists.list} ${classes.things}`}>
          <div className={lists.head} aria-hidden>
            <span>{t("found.columns.number")}</span>
            <span>{t("found.columns.what")}</span>
            <span>{t("found.columns.where")}</span>
            <span>{t("found.columns.state")}</span>
            <span>{t("found.columns.keep_until")}</span>
          </div>
          {things.data.items.map((item) => (
            <Thing key={item.id} item={item} onOpen={() => put({ item: item.id }, true)} />
          ))}
          {things.data.next && <p className={lists.more}>{t("found.more")}</p>}
        </div>
      )}
      {reporting && <ReportFound onClose={() => setReporting(false)} />}
      {chosen && <FoundDrawer id={chosen} onClose={() => put({ item: null }, true)} />}
    </>
  );
}

function Thing({ item, onOpen }: { item: LostItem; onOpen: () => void }) {
  const { t, i18n } = useTranslation();
  const { property } = useMe();
  const formats = useFormats();
  const now = useHotelNow();
  const look = itemLook[item.state];
  const open = item.state === "found" || item.state === "stored";
  const due = open && item.dispose_on <= property.business_date;
  return (
    <button type="button" className={lists.row} onClick={onOpen} data-testid={`found-${item.number}`}>
      <b className={lists.number}>#{item.number}</b>
      <span className={lists.cut}>
        <b>{item.what}</b>
        <span className={`dim ${lists.second}`}>{t(`found.categories.${item.category}`)}</span>
      </span>
      <span className={lists.cut}>
        {item.room ? t("found.room", { room: item.room }) : item.area}
        <span className={`dim ${lists.second}`}>{formats.dayTime(item.found_at, now)}</span>
      </span>
      <span className={`tone-${look.tone} ${lists.with}`}>
        <look.icon size={17} aria-hidden />
        <span>
          {t(`found.states.${item.state}`)}
          {item.storage_place && open && <span className={`dim ${lists.second}`}>{item.storage_place}</span>}
        </span>
      </span>
      <span className={`${classes.until} ${due ? "tone-attention" : "dim"}`}>
        {open ? (due ? t("found.may_go") : shortDate(item.dispose_on, i18n.language)) : ""}
      </span>
    </button>
  );
}
