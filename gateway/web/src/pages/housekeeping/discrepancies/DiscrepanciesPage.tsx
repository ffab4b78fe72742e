/** Where front office, reports and sensors contradict each other: looked into and settled, one by one. */
import { Alert, Button, SegmentedControl, Skeleton } from "@mantine/core";
import { IconCheck, IconEqual } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useSearchParams } from "react-router";
import { type Discrepancy, useDiscrepancies } from "../../../api/discrepancies";
import { useFormats, useMe, useSentence } from "../../../frame/me";
import { Empty } from "../../../parts/Empty";
import lists from "../../../parts/List.module.css";
import { discrepancyLook, Mark } from "../../../parts/marks";
import { useHotelNow } from "../../../time/clock";
import classes from "./Discrepancies.module.css";
import { ResolveDialog } from "./ResolveDialog";
import { useSaid } from "./useSaid";

const shows = ["open", "all"] as const;

export function DiscrepanciesPage() {
  const { t } = useTranslation();
  const sentence = useSentence();
  const [search, setSearch] = useSearchParams();
  const show = shows.find((one) => one === search.get("show")) ?? "open";
  const list = useDiscrepancies(show);
  const [settling, setSettling] = useState<Discrepancy | null>(null);

  return (
    <>
      <div className={lists.bar}>
        <SegmentedControl
          value={show}
          onChange={(value) => setSearch(value === "open" ? {} : { show: value }, { replace: true })}
          data={shows.map((one) => ({ value: one, label: t(`discrepancies.shows.${one}`) }))}
          aria-label={t("discrepancies.which")}
        />
      </div>
      {list.error && !list.data ? (
        <Alert color="orange">{sentence(list.error)}</Alert>
      ) : !list.data ? (
        <Skeleton height={320} radius={12} />
      ) : list.data.length === 0 ? (
        <Empty icon={IconEqual} title={t("discrepancies.none_title")} text={t("discrepancies.none_text")} />
      ) : (
        <div className={`card ${lists.list} ${classes.rows}`} data-testid="discrepancies">
          <div className={lists.head} aria-hidden>
            <span>{t("discrepancies.columns.room")}</span>
            <span>{t("discrepancies.columns.kind")}</span>
            <span>{t("discrepancies.columns.what")}</span>
            <span>{t("discrepancies.columns.since")}</span>
            <span />
          </div>
          {list.data.map((one) => (
            <Row key={one.id} one={one} onSettle={() => setSettling(one)} />
          ))}
        </div>
      )}
      {settling && <ResolveDialog discrepancy={settling} onClose={() => setSettling(null)} />}
    </>
  );
}

function Row({ one, onSettle }: { one: Discrepancy; onSettle: () => void }) {
  const { t } = useTranslation();
  const { may } = useMe();
  const formats = useFormats();
  const now = useHotelNow();
  const { said, found } = useSaid();
  return (
    <div className={lists.row} data-testid={`discrepancy-${one.room}`}>
      <Link to={`/rooms/${encodeURIComponent(one.room)}`} className={classes.room}>
        {one.room}
      </Link>
      <Mark look={discrepancyLook} word={t(`axes.discrepancy.${one.kind}`)} />
      <span>
        {said(one)}
        {one.resolution !== null && (
          <span className={`tone-done ${lists.second}`}>
            <IconCheck size={14} aria-hidden /> {found(one.resolution)}
          </span>
        )}
      </span>
      <span>
        {formats.when(one.since, now)}
        {one.resolved_at !== null && one.resolved_by !== null && (
          <span className={`dim ${lists.second}`}>
            {t("discrepancies.settled_by", {
              who: one.resolution === "agrees_again" ? t("discrepancies.itself") : one.resolved_by,
              when: formats.dayTime(one.resolved_at, now),
            })}
          </span>
        )}
      </span>
      {one.resolved_at === null && may("resolve") ? (
        <Button variant="default" onClick={onSettle} data-testid={`settle-${one.room}`}>
          {t("discrepancies.settle")}
        </Button>
      ) : (
        <span />
      )}
    </div>
  );
}
