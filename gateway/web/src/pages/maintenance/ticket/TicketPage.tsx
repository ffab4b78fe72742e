/** One ticket: what is broken and how it shows, whose it is, what happened, what comes next. Works offline. */
import { Alert, Button, Menu, Select, Skeleton } from "@mantine/core";
import { IconDots, IconPrinter, IconTool } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useParams } from "react-router";
import { Problem } from "../../../api/client";
import { useAssetSearch } from "../../../api/assets";
import { type Ticket, useEditTicket, useTicket } from "../../../api/tickets";
import { useFormats, useMe, useSentence } from "../../../frame/me";
import { useTitle } from "../../../frame/title";
import { Empty } from "../../../parts/Empty";
import { Mark } from "../../../parts/marks";
import { Photos } from "../../../parts/PhotoField";
import { useTell } from "../../../parts/tell";
import { useHotelNow } from "../../../time/clock";
import { longDate } from "../../../time/format";
import assets from "../assets/Assets.module.css";
import { kindIcon, maker, warrantyLook, warrantyOf } from "../assets/assetFacts";
import classes from "../Maintenance.module.css";
import { Due } from "../TicketCard";
import { priorityLook, stateLook } from "../ticketLook";
import { useTicketTitle } from "../useTicketWords";
import { AroundFault } from "./AroundFault";
import { Called } from "./Called";
import { Costs } from "./Costs";
import { Evidence } from "./Evidence";
import { LockOut } from "./LockOut";
import { NextSteps } from "./NextSteps";
import { OffSale } from "./OffSale";
import { SelfTest } from "./SelfTest";
import { Steps } from "./Steps";
import { WorkList } from "./WorkList";

export function TicketPage() {
  const { t } = useTranslation();
  const sentence = useSentence();
  const { id = "" } = useParams();
  const ticket = useTicket(id);
  useTitle(ticket.data ? t("maintenance.ticket_title", { number: ticket.data.number }) : t("pages.maintenance"));
  if (ticket.error && !ticket.data) {
    return ticket.error instanceof Problem && ticket.error.status === 404 ? (
      <Empty icon={IconTool} title={t("maintenance.unknown")} text={t("maintenance.unknown_text")} />
    ) : (
      <Alert color="orange">{sentence(ticket.error)}</Alert>
    );
  }
  if (!ticket.data) return <Skeleton height={480} radius={12} />;
  return <Whole ticket={ticket.data} />;
}

function Whole({ ticket }: { ticket: Ticket }) {
  const { t } = useTranslation();
  const { may, property } = useMe();
  const formats = useFormats();
  const now = useHotelNow();
  const title = useTicketTitle();
  return (
    <div className={classes.ticket}>
      <div className={classes.side}>
        <section className="card" aria-label={title(ticket)}>
          {/* The frame with the hotel's name is not printed. */}
          <p className={classes.printOnly}>
            {property.name} · {t("maintenance.ticket_title", { number: ticket.number })} · {formats.dayTime(now, now)}
          </p>
          <div className={classes.ticketHead}>
            <h2>
              {ticket.room ? <Link to={`/rooms/${encodeURIComponent(ticket.room)}`}>{ticket.room}</Link> : (ticket.area ?? ticket.asset_id)} · {title(ticket)}
            </h2>
            <Menu position="bottom-end">
              <Menu.Target>
                <Button variant="subtle" color="gray" px={8} aria-label={t("do.more")} className={classes.noPrint}>
                  <IconDots size={20} />
                </Button>
              </Menu.Target>
              <Menu.Dropdown>
                <Menu.Item leftSection={<IconPrinter size={16} />} onClick={() => window.print()}>
                  {t("files.print")}
                </Menu.Item>
              </Menu.Dropdown>
            </Menu>
          </div>
          <div className={classes.marks}>
            <span className="dim">#{ticket.number}</span>
            <Mark boxed look={stateLook[ticket.state]} word={t(`ticket_states.${ticket.state}`)} />
            <Mark boxed look={priorityLook[ticket.priority]} word={t(`priorities.${ticket.priority}`)} />
            {ticket.hold_reason && <span className="tone-attention">{t("maintenance.waits_for", { what: t(`hold_reasons.${ticket.hold_reason}`) })}</span>}
          </div>
          <Due ticket={ticket} />
          <Called ticket={ticket} />
          {ticket.text && <p className={classes.said}>{ticket.text}</p>}
          {ticket.duplicate_of !== null && <p className="tone-off-sale">{t("maintenance.same_as", { number: ticket.duplicate_of })}</p>}
          {ticket.gone_at && <p className="tone-done">{t("maintenance.gone")}</p>}
          {ticket.photos.length > 0 && <Photos photos={ticket.photos} />}
          <AboutAsset ticket={ticket} />
          <Facts ticket={ticket} />
        </section>
        <LockOut ticket={ticket} />
        <SelfTest ticket={ticket} />
        <NextSteps ticket={ticket} />
        <OffSale ticket={ticket} />
      </div>
      <div className={classes.side}>
        {ticket.evidence.length > 0 && <Evidence ticket={ticket} />}
        {ticket.room !== null && may("history") && <AroundFault ticket={ticket} room={ticket.room} />}
        <WorkList ticket={ticket} />
        <Costs ticket={ticket} />
        <Steps ticket={ticket} />
      </div>
    </div>
  );
}

/** What it is about, where that is now, and whether the maker still pays: before parts are bought. */
function AboutAsset({ ticket }: { ticket: Ticket }) {
  const { t, i18n } = useTranslation();
  const { may } = useMe();
  const { asset } = ticket;
  // What the house found, it found of its asset; of what people tell, an engineer says what it is about.
  // A snapshot of an older app does not know it.
  if (!asset) return may("repair") && ticket.fault === null && ticket.ended_at === null ? <NameAsset ticket={ticket} /> : null;
  const Glyph = kindIcon[asset.kind];
  return (
    <div className={assets.line} data-testid="ticket-asset">
      <span className={assets.named}>
        <Glyph size={22} stroke={1.6} aria-hidden />
        <span className={assets.text}>
          <Link to={`/maintenance/assets/${asset.id}`}>{asset.name}</Link>
          <span className={assets.second}>
            {[maker(asset), asset.serial !== null && t("warranty.serial", { serial: asset.serial })].filter(Boolean).join(" · ")}
          </span>
          {asset.elsewhere && (
            <span className={`${assets.note} tone-attention`}>{t("maintenance.asset_now", { place: asset.room ?? asset.area ?? t("assets.no_place") })}</span>
          )}
          {asset.in_warranty === true && asset.warranty_until !== null && (
            <span className={`${assets.note} tone-attention`}>{t("warranty.ask", { day: longDate(asset.warranty_until, i18n.language) })}</span>
          )}
        </span>
      </span>
      {asset.in_warranty !== null && (
        <Mark boxed look={warrantyLook[warrantyOf(asset)]} word={t(`warranty.${warrantyOf(asset)}`)} />
      )}
    </div>
  );
}

/** An engineer says which asset people mean; those of the room are offered first. */
function NameAsset({ ticket }: { ticket: Ticket }) {
  const { t } = useTranslation();
  const tell = useTell();
  const edit = useEditTicket(ticket.id);
  const [sought, setSought] = useState("");
  const found = useAssetSearch(sought.trim() === "" ? (ticket.room ?? "") : sought, true);
  return (
    <Select
      className={classes.noPrint}
      aria-label={t("maintenance.name_asset")}
      placeholder={t("maintenance.name_asset")}
      value={null}
      data={(found.data ?? []).map((one) => ({ value: one.id, label: one.room === null ? one.name : `${one.name} · ${one.room}` }))}
      onChange={(asset_id) => asset_id && edit.mutate({ version: ticket.version, edit: { asset_id } }, { onError: tell.refused })}
      onSearchChange={setSought}
      filter={({ options }) => options}
      nothingFoundMessage={t("assets.no_match_title")}
      disabled={edit.isPending}
      searchable
      data-testid="name-asset"
    />
  );
}

function Facts({ ticket }: { ticket: Ticket }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const now = useHotelNow();
  const likely = ticket.ended_at === null ? ticket.likely_end_at : null;
  const facts: [string, string | null][] = [
    [t("maintenance.facts.assigned"), ticket.assigned_to ?? t("maintenance.nobody")],
    [
      t("maintenance.facts.reported"),
      `${ticket.source === "system" ? t("ticket_sources.system") : ticket.reported_by} · ${formats.dayTime(ticket.opened_at, now)}`,
    ],
    [t("maintenance.facts.ask"), ticket.ask],
    [t("maintenance.facts.why"), `${t(`impacts.${ticket.impact}`)} · ${t(`urgencies.${ticket.urgency}`)}`],
    [t("maintenance.facts.device"), ticket.asset === null ? ticket.asset_id : null],
    [t("maintenance.facts.response"), ticket.due_response_at && formats.dayTime(ticket.due_response_at, now)],
    [t("maintenance.facts.repair"), ticket.due_repair_at && formats.dayTime(ticket.due_repair_at, now)],
    [t("maintenance.facts.likely"), likely && formats.dayTime(likely, now)],
    [t("maintenance.facts.recurrences"), ticket.recurrences > 0 ? String(ticket.recurrences) : null],
  ];
  return (
    <dl className={classes.facts}>
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
