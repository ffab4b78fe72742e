/** Minibars and linen: what was counted on a day, a new count, and the list of goods. */
import { Alert, Button, Group, SegmentedControl, Skeleton } from "@mantine/core";
import { IconBottle, IconListDetails, IconPlus } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type Stock, type StockCount, useCounts, useTakeBackCount } from "../../../api/finds";
import { useFormats, useMe, useSentence } from "../../../frame/me";
import { Empty } from "../../../parts/Empty";
import { ExportMenu } from "../../../parts/ExportMenu";
import { DayField } from "../../../parts/fields";
import { useTell } from "../../../parts/tell";
import { useSearchPut } from "../../../parts/useSearchPut";
import { useHotelNow } from "../../../time/clock";
import { CountDialog } from "./CountDialog";
import lists from "../../../parts/List.module.css";
import classes from "./Counts.module.css";
import { GoodsDialog } from "./GoodsDialog";

const stocks: Stock[] = ["minibar", "linen"];

export function CountsPage() {
  const { t } = useTranslation();
  const { may, property } = useMe();
  const sentence = useSentence();
  const [search, put] = useSearchPut();
  const [dialog, setDialog] = useState<"count" | "goods" | null>(null);
  const stock = stocks.find((one) => one === search.get("of")) ?? "minibar";
  const date = search.get("date") ?? property.business_date;
  const counts = useCounts(stock, date);

  return (
    <>
      <div className={lists.bar}>
        <SegmentedControl
          value={stock}
          onChange={(value) => put({ of: value === "minibar" ? null : value })}
          data={stocks.map((one) => ({ value: one, label: t(`counts.stocks.${one}`) }))}
          aria-label={t("counts.which")}
        />
        <DayField
          label={t("counts.day")}
          hideLabel
          value={date}
          onChange={(value) => put({ date: value === property.business_date ? null : value })}
        />
        <span className={lists.push} />
        {may("keep_found") && (
          <ExportMenu table={stock} query={{ date }} />
        )}
        {may("keep_goods") && (
          <Button variant="default" leftSection={<IconListDetails size={17} />} onClick={() => setDialog("goods")} data-testid="goods">
            {t("counts.goods")}
          </Button>
        )}
        <Button leftSection={<IconPlus size={18} />} onClick={() => setDialog("count")} data-testid="new-count">
          {t(`counts.new.${stock}`)}
        </Button>
      </div>
      {counts.error && !counts.data ? (
        <Alert color="orange">{sentence(counts.error)}</Alert>
      ) : !counts.data ? (
        <Skeleton height={240} radius={12} />
      ) : counts.data.items.length === 0 ? (
        <Empty icon={IconBottle} title={t("counts.none_title")} text={t(`counts.none_text.${stock}`)} />
      ) : (
        <div className={`card ${lists.list} ${classes.counts}`}>
          {counts.data.items.map((count) => (
            <Count key={count.id} count={count} />
          ))}
        </div>
      )}
      {dialog === "count" && <CountDialog stock={stock} onClose={() => setDialog(null)} />}
      {dialog === "goods" && <GoodsDialog stock={stock} onClose={() => setDialog(null)} />}
    </>
  );
}

/** So long may a person take an own count back; the service holds to it. */
const OWN_TAKE_BACK_MILLISECONDS = 120_000;

function Count({ count }: { count: StockCount }) {
  const { t } = useTranslation();
  const { may, staff } = useMe();
  const tell = useTell();
  const formats = useFormats();
  const now = useHotelNow();
  const takeBack = useTakeBackCount();
  const fresh = count.by === staff.name && now - Date.parse(count.at) < OWN_TAKE_BACK_MILLISECONDS;
  return (
    <div className={lists.row} data-taken-back={count.taken_back || undefined}>
      <b className={lists.number}>{count.place}</b>
      <span className="dim">
        {formats.time(count.at)} · {count.by}
      </span>
      <span className={classes.lines}>
        {count.lines.length === 0
          ? t("counts.nothing_missing")
          : count.lines.map((line) => (
              <span key={line.code} className={classes.line}>
                <b>{line.name}</b>{" "}
                {Object.entries(line.figures)
                  .map(([figure, number]) => `${t(`counts.figures.${figure}`)} ${number}`)
                  .join(", ")}
              </span>
            ))}
      </span>
      <Group gap="sm" justify="flex-end" wrap="nowrap">
        {count.stock === "minibar" && count.lines.length > 0 && <b>{count.charge}</b>}
        {count.taken_back ? (
          <span className="dim">{t("counts.taken_back")}</span>
        ) : (
          (fresh || may("keep_goods")) && (
            <Button
              variant="subtle"
              size="compact-sm"
              loading={takeBack.isPending}
              onClick={() => takeBack.mutate(count.id, { onError: tell.refused })}
            >
              {t("counts.take_back")}
            </Button>
          )
        )}
      </Group>
    </div>
  );
}
