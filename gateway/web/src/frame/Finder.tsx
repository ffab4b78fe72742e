/** Ctrl K: a room, a stay, a ticket, an asset, a page. */
import { Highlight, Modal, Text, TextInput } from "@mantine/core";
import { IconBed, IconFileText, IconPackage, IconSearch, IconTool, IconUser } from "@tabler/icons-react";
import { useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import { useDebouncedValue } from "@mantine/hooks";
import { useAssetSearch } from "../api/assets";
import { useRoomOrder } from "../api/queries";
import { useStaySearch } from "../api/stays";
import { useOpenTickets } from "../api/tickets";
import { useFormats, useMe } from "./me";
import { tabsFor } from "../pages/housekeeping/tabs";
import { tabsFor as maintenanceTabs } from "../pages/maintenance/tabs";
import { useTicketTitle } from "../pages/maintenance/useTicketWords";
import { mayOpen, pages } from "./roles";

interface Found {
  id: string;
  to: string;
  label: string;
  more: string;
  icon: typeof IconBed;
}

const MOST_ROOMS_SHOWN = 8;

export function Finder({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { staff, ...me } = useMe();
  const { dayTime } = useFormats();
  const [query, setQuery] = useState("");
  const [at, setAt] = useState(0);
  const [settled] = useDebouncedValue(query, 200);
  const list = useRef<HTMLDivElement>(null);
  const rooms = useRoomOrder();
  const stays = useStaySearch(settled, me.may("desk"));
  const tickets = useOpenTickets(mayOpen(staff.roles, "maintenance"));
  const assets = useAssetSearch(settled, mayOpen(staff.roles, "maintenance"));
  const ticketTitle = useTicketTitle();
  const now = Date.parse(me.now);

  const found = useMemo<Found[]>(() => {
    const q = query.trim().toLowerCase();
    const inHousekeeping = (mayOpen(staff.roles, "housekeeping") ? tabsFor(staff.roles) : []).map((tab) => ({
      id: `page-housekeeping-${tab}`,
      to: `/housekeeping/${tab}`,
      label: t(`housekeeping.tabs.${tab}`),
      more: t("pages.housekeeping"),
      icon: IconFileText,
    }));
    const inMaintenance = (mayOpen(staff.roles, "maintenance") ? maintenanceTabs(staff.roles) : []).map((tab) => ({
      id: `page-maintenance-${tab}`,
      to: `/maintenance/${tab}`,
      label: t(`maintenance.tabs.${tab}`),
      more: t("pages.maintenance"),
      icon: IconFileText,
    }));
    const inPages = pages
      .filter((page) => mayOpen(staff.roles, page))
      .map((page) => ({ id: `page-${page}`, to: `/${page}`, label: t(`pages.${page}`), more: t("finder.page"), icon: IconFileText }))
      .concat(q === "" ? [] : [...inHousekeeping, ...inMaintenance])
      .filter(({ label }) => label.toLowerCase().includes(q));
    const inRooms = (q === "" ? [] : (rooms.data ?? []))
      .filter((room) => room.number.toLowerCase().startsWith(q) || room.type.name.toLowerCase().includes(q))
      .slice(0, MOST_ROOMS_SHOWN)
      .map((room) => ({
        id: `room-${room.number}`,
        to: `/rooms/${encodeURIComponent(room.number)}`,
        label: room.number,
        more: `${room.type.name} · ${t(`axes.front_office.${room.front_office}`)} · ${t(`axes.cleanliness.${room.cleanliness}`)}`,
        icon: IconBed,
      }));
    const inStays = (q === "" ? [] : (stays.data ?? [])).slice(0, MOST_ROOMS_SHOWN).map((stay) => ({
      id: `stay-${stay.id}`,
      to: `/arrivals?date=${stay.arrival_date}&state=all&stay=${encodeURIComponent(stay.id)}`,
      label: stay.guests.find((guest) => guest.primary)?.name ?? stay.confirmation,
      more: [
        stay.confirmation,
        stay.room ?? stay.room_type,
        t(`stay_states.${stay.state}`),
        stay.eta === null ? stay.arrival_date : dayTime(stay.eta, now),
      ].join(" · "),
      icon: IconUser,
    }));
    // "#12" or "12" is a ticket's number; words are looked for in its title, its text and where it is.
    const inTickets = (q === "" || !mayOpen(staff.roles, "maintenance") ? [] : (tickets.data ?? []))
      .map((ticket) => ({ ticket, label: `#${ticket.number} ${ticketTitle(ticket)}`, where: ticket.room ?? ticket.area ?? "" }))
      .filter(({ ticket, label, where }) => [label, where, ticket.text ?? ""].some((text) => text.toLowerCase().includes(q)))
      .slice(0, MOST_ROOMS_SHOWN)
      .map(({ ticket, label, where }) => ({
        id: `ticket-${ticket.id}`,
        to: `/maintenance/tickets/${ticket.id}`,
        label,
        more: [where, t(`ticket_states.${ticket.state}`), ticket.assigned_to].filter(Boolean).join(" · "),
        icon: IconTool,
      }));
    const inAssets = (q === "" ? [] : (assets.data ?? [])).map((asset) => ({
      id: `asset-${asset.id}`,
      to: `/maintenance/assets/${asset.id}`,
      label: asset.name,
      more: [t(`asset_kinds.${asset.kind}`), asset.room ?? asset.area, asset.serial].filter(Boolean).join(" · "),
      icon: IconPackage,
    }));
    return [...inRooms, ...inStays, ...inTickets, ...inAssets, ...inPages];
  }, [query, rooms.data, stays.data, tickets.data, assets.data, ticketTitle, staff.roles, t, dayTime, now]);

  const chosen = Math.min(at, found.length - 1);
  const go = (item: Found | undefined) => {
    if (!item) return;
    onClose();
    void navigate(item.to);
  };

  return (
    <Modal.Root opened onClose={onClose} size="lg" padding={0} yOffset="12vh" centered={false}>
      <Modal.Overlay />
      <Modal.Content aria-label={t("frame.find")}>
      <TextInput
        data-autofocus
        size="lg"
        variant="unstyled"
        px="md"
        py={4}
        leftSection={<IconSearch size={20} />}
        leftSectionWidth={36}
        placeholder={t("finder.placeholder")}
        aria-label={t("finder.placeholder")}
        role="combobox"
        aria-expanded
        aria-controls="finder-list"
        aria-activedescendant={found[chosen] ? `finder-${found[chosen].id}` : undefined}
        value={query}
        data-testid="finder-input"
        onChange={(event) => {
          setQuery(event.currentTarget.value);
          setAt(0);
        }}
        onKeyDown={(event) => {
          if (event.key === "ArrowDown" || event.key === "ArrowUp") {
            event.preventDefault();
            const step = event.key === "ArrowDown" ? 1 : -1;
            const next = (chosen + step + found.length) % Math.max(1, found.length);
            setAt(next);
            list.current?.querySelectorAll("[role=option]")[next]?.scrollIntoView({ block: "nearest" });
          } else if (event.key === "Enter") go(found[chosen]);
        }}
      />
      <div ref={list} tabIndex={0} style={{ borderTop: "1px solid var(--line)", maxHeight: 420, overflowY: "auto" }}>
        <div id="finder-list" role="listbox" tabIndex={-1} aria-label={t("finder.results")} style={{ padding: 6 }}>
          {found.map((item, index) => {
            const Glyph = item.icon;
            return (
              <div
                key={item.id}
                id={`finder-${item.id}`}
                role="option"
                aria-selected={index === chosen}
                onClick={() => go(item)}
                onMouseMove={() => setAt(index)}
                style={{
                  display: "flex",
                  alignItems: "center",
                  gap: 12,
                  minHeight: 48,
                  padding: "6px 12px",
                  borderRadius: 9,
                  cursor: "pointer",
                  background: index === chosen ? "var(--under-way-back)" : undefined,
                }}
              >
                <Glyph size={19} stroke={1.7} aria-hidden />
                <Highlight highlight={query.trim()} fw={600} component="span" color="yellow">
                  {item.label}
                </Highlight>
                <Text size="sm" c="dimmed" span ml="auto" truncate>
                  {item.more}
                </Text>
              </div>
            );
          })}
          {found.length === 0 && <Text c="dimmed" size="sm" ta="center" py="lg">{t("finder.nothing")}</Text>}
        </div>
      </div>
      </Modal.Content>
    </Modal.Root>
  );
}
