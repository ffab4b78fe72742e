/** The registry: everything that is kept, found by name, place, kind, model, state and warranty. */
import { Alert, Button, Select, Skeleton } from "@mantine/core";
import { IconPlus, IconPrinter, IconTool, IconUpload } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useNavigate } from "react-router";
import { type Asset, useAssetModels, useAssets } from "../../../api/assets";
import { useRoomOrder } from "../../../api/queries";
import { useMe, useSentence } from "../../../frame/me";
import { Empty } from "../../../parts/Empty";
import { ExportMenu } from "../../../parts/ExportMenu";
import lists from "../../../parts/List.module.css";
import { Mark } from "../../../parts/marks";
import { SearchField } from "../../../parts/SearchField";
import { useSearchPut } from "../../../parts/useSearchPut";
import classes from "./Assets.module.css";
import { AssetDialog } from "./AssetDialog";
import { AssetImport } from "./AssetImport";
import { filtersOf, goneLook, kindIcon, kinds, maker, stateLook, states, warrantyDays, warrantyLook, warrantyOf } from "./assetFacts";

export function AssetsPage() {
  const { t } = useTranslation();
  const { may } = useMe();
  const sentence = useSentence();
  const navigate = useNavigate();
  const [search, put] = useSearchPut();
  const [making, setMaking] = useState(false);
  const [loading, setLoading] = useState(false);
  const filters = filtersOf(search);
  const assets = useAssets(filters);
  const models = useAssetModels();
  const rooms = useRoomOrder();
  const narrow = (name: string, key: string, value: string | null, data: { value: string; label: string }[], searchable = false) => (
    <Select
      aria-label={t(`assets.${key}`)}
      placeholder={t(`assets.${key}`)}
      value={value}
      onChange={(chosen) => put({ [name]: chosen })}
      data={data}
      searchable={searchable}
      limit={80}
      clearable
      clearButtonProps={{ "aria-label": t("do.clear") }}
      data-testid={`filter-${name}`}
    />
  );
  const same = (values: readonly string[]) => values.map((value) => ({ value, label: value }));
  const narrowed = [...search.keys()].length > 0;
  const items = assets.data?.pages.flatMap((page) => page.items);
  return (
    <>
      <div className={lists.bar}>
        <span className="dim">{t("assets.about")}</span>
        <span className={lists.push} />
        <ExportMenu table="assets" />
        {may("repair") && (
          <>
            <Button
              variant="default"
              leftSection={<IconPrinter size={17} />}
              component={Link}
              to={`/maintenance/assets/labels?${search.toString()}`}
              data-testid="asset-labels"
            >
              {t("assets.labels")}
            </Button>
            <Button variant="default" leftSection={<IconUpload size={17} />} onClick={() => setLoading(true)} data-testid="asset-import">
              {t("assets.csv.open")}
            </Button>
            <Button leftSection={<IconPlus size={18} />} onClick={() => setMaking(true)} data-testid="asset-new">
              {t("assets.new")}
            </Button>
          </>
        )}
      </div>
      <div className={classes.filters}>
        <SearchField label={t("assets.search")} value={filters.search} onSearch={(text) => put({ q: text })} />
        {narrow("kind", "kind", filters.kind, kinds.map((value) => ({ value, label: t(`asset_kinds.${value}`) })), true)}
        {narrow("room", "room", filters.room, same((rooms.data ?? []).map((room) => room.number)), true)}
        {narrow("model", "model", filters.model, same(models.data ?? []), true)}
        {narrow("state", "state", filters.state, states.map((value) => ({ value, label: t(`asset_states.${value}`) })))}
        {narrow(
          "warranty",
          "warranty_ends",
          filters.warranty_days === null ? null : String(filters.warranty_days),
          warrantyDays.map((days) => ({ value: String(days), label: t("assets.within_days", { days }) })),
        )}
      </div>
      {assets.error && !items ? (
        <Alert color="orange">{sentence(assets.error)}</Alert>
      ) : !items ? (
        <Skeleton height={420} radius={12} />
      ) : items.length === 0 ? (
        <Empty
          icon={IconTool}
          title={t(narrowed ? "assets.no_match_title" : "assets.none_title")}
          text={t(narrowed ? "assets.no_match_text" : "assets.none_text")}
        />
      ) : (
        <div className={`card ${classes.list}`} data-testid="assets">
          <div className={classes.head} aria-hidden>
            <span>{t("assets.asset")}</span>
            <span>{t("assets.room")}</span>
            <span>{t("assets.model")}</span>
            <span>{t("assets.serial")}</span>
            <span>{t("assets.state")}</span>
            <span>{t("assets.tickets")}</span>
          </div>
          {items.map((asset) => (
            <Row key={asset.id} asset={asset} />
          ))}
          {assets.hasNextPage && (
            <div className={classes.more}>
              <Button variant="subtle" loading={assets.isFetchingNextPage} onClick={() => void assets.fetchNextPage()} data-testid="assets-more">
                {t("assets.more")}
              </Button>
            </div>
          )}
        </div>
      )}
      {making && <AssetDialog onClose={() => setMaking(false)} onMade={(id) => void navigate(`/maintenance/assets/${id}`)} />}
      {loading && <AssetImport onClose={() => setLoading(false)} />}
    </>
  );
}

function Row({ asset }: { asset: Asset }) {
  const { t } = useTranslation();
  const Glyph = kindIcon[asset.kind];
  const warranty = warrantyOf(asset);
  return (
    <Link to={`/maintenance/assets/${asset.id}`} className={classes.row} data-testid="asset-row">
      <span className={classes.named}>
        <Glyph size={22} stroke={1.6} aria-hidden />
        <span className={classes.text}>
          <span className={classes.name}>{asset.name}</span>
          <span className={classes.second}>{t(`asset_kinds.${asset.kind}`)}</span>
        </span>
      </span>
      <span className={classes.room}>{asset.room ?? <span className={classes.second}>{asset.area ?? t("assets.no_place")}</span>}</span>
      <span className={`${classes.wide} ${classes.name}`} style={{ fontWeight: 400 }}>
        {maker(asset) || "–"}
      </span>
      <span className={`${classes.wide} ${classes.name}`} style={{ fontWeight: 400 }}>
        {asset.serial ?? "–"}
      </span>
      <span className={classes.marks}>
        {asset.gone_since !== null ? (
          <Mark look={goneLook} word={t("assets.gone")} />
        ) : (
          <Mark look={stateLook[asset.state]} word={t(`asset_states.${asset.state}`)} />
        )}
        {warranty !== "unknown" && <Mark look={warrantyLook[warranty]} word={t(`warranty.${warranty}`)} />}
      </span>
      {asset.open_tickets > 0 ? (
        <b className={`${classes.tickets} tone-attention`}>{t("assets.open_tickets", { count: asset.open_tickets })}</b>
      ) : (
        <span className={classes.wide}>–</span>
      )}
    </Link>
  );
}
