/** One asset: what it is and where, who pays, what it cost, its documents and parts, and everything that happened. */
import { Alert, Button, Menu, Skeleton } from "@mantine/core";
import { IconArrowsMove, IconDots, IconPencil, IconQrcode, IconTool, IconTrash } from "@tabler/icons-react";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useParams } from "react-router";
import { type AssetDetail, useAsset } from "../../../api/assets";
import { Problem } from "../../../api/client";
import { useFormats, useMe, useSentence } from "../../../frame/me";
import { useTitle } from "../../../frame/title";
import { Empty } from "../../../parts/Empty";
import { Mark } from "../../../parts/marks";
import { useHotelNow } from "../../../time/clock";
import { longDate } from "../../../time/format";
import shared from "../Maintenance.module.css";
import { stateLook as ticketLook } from "../ticketLook";
import { ReliabilityPanel } from "../replacement/ReliabilityPanel";
import { useTicketTitle } from "../useTicketWords";
import { AssetDialog } from "./AssetDialog";
import { AssetPast } from "./AssetPast";
import classes from "./Assets.module.css";
import { Documents } from "./Documents";
import { Isolation } from "./Isolation";
import { DeviceElsewhere, MoveAsset } from "./MoveAsset";
import { Parts } from "./Parts";
import { RemoveAsset } from "./RemoveAsset";
import { goneLook, kindIcon, stateLook, warrantyLook, warrantyOf } from "./assetFacts";

export function AssetPage() {
  const { t } = useTranslation();
  const sentence = useSentence();
  const { id = "" } = useParams();
  const asset = useAsset(id);
  useTitle(asset.data?.name ?? t("pages.maintenance"));
  if (asset.error && !asset.data) {
    return asset.error instanceof Problem && asset.error.status === 404 ? (
      <Empty icon={IconTool} title={t("assets.unknown_title")} text={t("assets.unknown_text")} />
    ) : (
      <Alert color="orange">{sentence(asset.error)}</Alert>
    );
  }
  if (!asset.data) return <Skeleton height={480} radius={12} />;
  return <Whole asset={asset.data} />;
}

function Whole({ asset }: { asset: AssetDetail }) {
  const { may } = useMe();
  return (
    <div className={shared.ticket}>
      <div className={shared.side}>
        <Head asset={asset} />
        <Isolation asset={asset} />
        <Family asset={asset} />
        <Documents asset={asset} />
        <Parts asset={asset} />
      </div>
      <div className={shared.side}>
        <Costs asset={asset} />
        {may("repair") && <ReliabilityPanel assetId={asset.id} />}
        <Tickets asset={asset} />
        <AssetPast asset={asset} />
      </div>
    </div>
  );
}

function Head({ asset }: { asset: AssetDetail }) {
  const { t } = useTranslation();
  const { may } = useMe();
  const [open, setOpen] = useState<"edit" | "move" | "remove" | null>(null);
  const warranty = warrantyOf(asset);
  const Glyph = kindIcon[asset.kind];
  return (
    <section className="card" aria-label={asset.name}>
      <div className={shared.ticketHead}>
        <h2 className={classes.named}>
          <Glyph size={26} stroke={1.6} aria-hidden /> {asset.name}
        </h2>
        {may("repair") && (
          <Menu position="bottom-end">
            <Menu.Target>
              <Button variant="subtle" color="gray" px={8} aria-label={t("do.more")} className={shared.noPrint} data-testid="asset-more">
                <IconDots size={20} />
              </Button>
            </Menu.Target>
            <Menu.Dropdown>
              <Menu.Item leftSection={<IconQrcode size={16} />} component={Link} to={`/maintenance/assets/labels?asset=${asset.id}`}>
                {t("assets.label")}
              </Menu.Item>
              <Menu.Item leftSection={<IconTrash size={16} />} onClick={() => setOpen("remove")} data-testid="asset-remove">
                {t("assets.remove")}
              </Menu.Item>
            </Menu.Dropdown>
          </Menu>
        )}
      </div>
      <div className={shared.marks}>
        <Mark boxed look={stateLook[asset.state]} word={t(`asset_states.${asset.state}`)} />
        {asset.gone_since !== null && <Mark boxed look={goneLook} word={t("assets.gone")} />}
        <Mark boxed look={warrantyLook[warranty]} word={t(`warranty.${warranty}`)} />
      </div>
      <DeviceElsewhere asset={asset} />
      <Facts asset={asset} />
      {may("repair") && (
        <div className={`${classes.links} ${shared.noPrint}`}>
          <Button variant="default" leftSection={<IconPencil size={17} />} onClick={() => setOpen("edit")} data-testid="asset-edit">
            {t("assets.edit")}
          </Button>
          <Button variant="default" leftSection={<IconArrowsMove size={17} />} onClick={() => setOpen("move")} data-testid="asset-move">
            {t("assets.move")}
          </Button>
          <Button variant="default" leftSection={<IconTool size={17} />} component={Link} to={`/scan/asset/${asset.id}`} data-testid="asset-report">
            {t("maintenance.report")}
          </Button>
        </div>
      )}
      {open === "remove" && <RemoveAsset asset={asset} onClose={() => setOpen(null)} />}
      {open === "edit" && <AssetDialog asset={asset} onClose={() => setOpen(null)} />}
      {open === "move" && <MoveAsset asset={asset} onClose={() => setOpen(null)} />}
    </section>
  );
}

function Facts({ asset }: { asset: AssetDetail }) {
  const { t, i18n } = useTranslation();
  const formats = useFormats();
  const day = (value: string | null) => value && longDate(value, i18n.language);
  const life =
    asset.expected_life_years === null ? null : t("assets.life", { years: asset.expected_life_years, source: t(`life_sources.${asset.life_source ?? "own"}`) });
  const facts: [string, ReactNode][] = [
    [t("asset_fields.kind"), t(`asset_kinds.${asset.kind}`)],
    [
      t("assets.place"),
      asset.room !== null ? <Link to={`/rooms/${encodeURIComponent(asset.room)}`}>{asset.room}</Link> : (asset.area ?? t("assets.no_place")),
    ],
    [t("asset_fields.maker"), asset.maker],
    [t("asset_fields.model"), asset.model],
    [t("asset_fields.serial"), asset.serial],
    [t("assets.identifier"), asset.identifier],
    [t("assets.software"), asset.software],
    [t("asset_fields.installed_on"), day(asset.installed_on)],
    [t("asset_fields.warranty_until"), day(asset.warranty_until)],
    [t("asset_fields.life_years"), life],
    [t("asset_fields.price_cents"), asset.price_cents !== null && formats.money(asset.price_cents)],
    [t("assets.source"), t(`asset_sources.${asset.source}`)],
    [t("asset_fields.note"), asset.note],
  ];
  return (
    <dl className={shared.facts}>
      {facts.map(([name, value]) =>
        value ? (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ) : null,
      )}
    </dl>
  );
}

function Family({ asset }: { asset: AssetDetail }) {
  const { t } = useTranslation();
  const link = (one: AssetDetail["children"][number]) => (
    <Button key={one.id} component={Link} to={`/maintenance/assets/${one.id}`} variant="default" size="compact-md">
      {one.name}
      {one.room !== null && !one.name.includes(one.room) && ` · ${one.room}`}
    </Button>
  );
  if (asset.parent === null && asset.children.length === 0) return null;
  return (
    <section className="card" aria-label={t("assets.family")}>
      <h3 className={shared.partName}>{t("assets.family")}</h3>
      {asset.parent !== null && (
        <div className={classes.links}>
          <span className="dim">{t("asset_fields.parent_id")}</span>
          {link(asset.parent)}
        </div>
      )}
      {asset.children.length > 0 && (
        <>
          <span className="dim">{t("assets.children", { count: asset.children.length })}</span>
          <div className={classes.links}>{asset.children.map(link)}</div>
        </>
      )}
    </section>
  );
}

function Costs({ asset }: { asset: AssetDetail }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const { costs } = asset;
  const sums: [string, string][] = [
    [t("assets.costs.twelve_months"), formats.money(costs.twelve_month_cents)],
    [t("assets.costs.total"), formats.money(costs.total_cents)],
    [t("assets.costs.parts"), formats.money(costs.part_cents)],
    [t("assets.costs.work"), costs.work_minutes > 0 ? `${formats.span(costs.work_minutes)} · ${formats.money(costs.work_cents)}` : "–"],
  ];
  return (
    <section className="card" aria-label={t("assets.costs.title")}>
      <h3 className={shared.partName}>{t("assets.costs.title")}</h3>
      <div className={classes.sums}>
        {sums.map(([name, sum]) => (
          <div key={name} className={classes.sum}>
            <span className="dim">{name}</span>
            <b>{sum}</b>
          </div>
        ))}
      </div>
      <span className="dim">
        {[
          t("assets.costs.of", { count: asset.tickets.length }),
          costs.valued_cents > 0 && t("assets.costs.valued", { money: formats.money(costs.valued_cents) }),
          costs.unpriced_minutes > 0 && t("assets.costs.unpriced", { span: formats.span(costs.unpriced_minutes) }),
        ]
          .filter(Boolean)
          .join(" ")}
      </span>
    </section>
  );
}

const FIRST_TICKETS = 6;

function Tickets({ asset }: { asset: AssetDetail }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const now = useHotelNow();
  const title = useTicketTitle();
  const [all, setAll] = useState(false);
  return (
    <section className="card" aria-label={t("assets.tickets")} data-testid="asset-tickets">
      <h3 className={shared.partName}>
        {t("assets.tickets")} <span className="dim">{asset.tickets.length}</span>
      </h3>
      {asset.tickets.length === 0 && <span className="dim">{t("assets.no_tickets")}</span>}
      <div>
        {(all ? asset.tickets : asset.tickets.slice(0, FIRST_TICKETS)).map((ticket) => (
          <div key={ticket.id} className={classes.line}>
            <span>
              <Link to={`/maintenance/tickets/${ticket.id}`}>#{ticket.number}</Link> {title(ticket)}
              {ticket.room !== null && ticket.room !== asset.room && <span className="dim"> · {ticket.room}</span>}
              <span className={classes.second}>{formats.dayTime(ticket.opened_at, now)}</span>
            </span>
            <Mark look={ticketLook[ticket.state]} word={t(`ticket_states.${ticket.state}`)} />
          </div>
        ))}
      </div>
      {!all && asset.tickets.length > FIRST_TICKETS && (
        <Button variant="subtle" onClick={() => setAll(true)}>
          {t("timeline.more", { count: asset.tickets.length - FIRST_TICKETS })}
        </Button>
      )}
    </section>
  );
}
