/** All open tickets by how far they are; j and k walk, Enter opens, a accepts, n reports. */
import { Alert, Button, Skeleton } from "@mantine/core";
import { IconPlus, IconTool } from "@tabler/icons-react";
import { useEffect, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import { useOpenTickets } from "../../api/tickets";
import { useMe, useSentence } from "../../frame/me";
import { Empty } from "../../parts/Empty";
import { ExportMenu } from "../../parts/ExportMenu";
import { FaultDialog } from "../../parts/FaultDialog";
import { FilterSelect } from "../../parts/FilterSelect";
import lists from "../../parts/List.module.css";
import { SearchField } from "../../parts/SearchField";
import { useSearchPut } from "../../parts/useSearchPut";
import classes from "./Maintenance.module.css";
import { TicketCard } from "./TicketCard";
import { columns, filtersOf, passes, priorities, urgentFirst } from "./ticketLook";
import { useActOnTicket } from "./useActOnTicket";
import { useTicketTitle } from "./useTicketWords";

function typing(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
}

export function BoardPage() {
  const { t } = useTranslation();
  const { staff } = useMe();
  const sentence = useSentence();
  const navigate = useNavigate();
  const title = useTicketTitle();
  const act = useActOnTicket();
  const tickets = useOpenTickets();
  const [search, put] = useSearchPut();
  const [reporting, setReporting] = useState(false);
  const [chosen, setChosen] = useState<string | null>(null);
  const filters = filtersOf(search);
  const shown = useMemo(() => {
    const wanted = filtersOf(search);
    const passed = urgentFirst((tickets.data ?? []).filter((ticket) => passes(ticket, wanted, title(ticket))));
    return columns.map((column) => ({ ...column, tickets: passed.filter((ticket) => column.states.includes(ticket.state)) }));
  }, [tickets.data, search, title]);

  useEffect(() => {
    const order = shown.flatMap((column) => column.tickets);
    const at = order.findIndex((ticket) => ticket.id === chosen);
    const pressed = (event: KeyboardEvent) => {
      if (event.metaKey || event.ctrlKey || event.altKey || typing(event.target) || reporting) return;
      if (event.key === "j" || event.key === "k") {
        const next = order[Math.min(Math.max(at + (event.key === "j" ? 1 : -1), 0), order.length - 1)];
        if (next) {
          setChosen(next.id);
          document.querySelector(`[data-testid="ticket-${next.number}"]`)?.scrollIntoView({ block: "nearest" });
        }
      } else if (event.key === "Enter" && at >= 0 && document.activeElement === document.body) {
        void navigate(`/maintenance/tickets/${order[at]?.id ?? ""}`);
      } else if (event.key === "a" && at >= 0) {
        const ticket = order[at];
        if (ticket?.may.includes("accept")) void act(ticket, { action: "accept" });
      } else if (event.key === "n") setReporting(true);
    };
    window.addEventListener("keydown", pressed);
    return () => window.removeEventListener("keydown", pressed);
  }, [shown, chosen, navigate, act, reporting]);

  if (tickets.error && !tickets.data) return <Alert color="orange">{sentence(tickets.error)}</Alert>;
  if (!tickets.data) return <Skeleton height={420} radius={12} />;
  const holders = new Map(tickets.data.flatMap((one) => (one.assigned_to_id && one.assigned_to ? [[one.assigned_to_id, one.assigned_to]] : [])));
  holders.delete(staff.id);
  return (
    <>
      <div className={lists.bar}>
        <SearchField
          label={t("maintenance.search")}
          value={filters.q}
          onSearch={(text) => put({ q: text })}
          w={{ base: "100%", xs: 210 }}
        />
        <FilterSelect
          label={t("maintenance.filters.who")}
          value={filters.who}
          onChange={(value) => put({ who: value })}
          data={[
            { value: staff.id, label: t("maintenance.me") },
            { value: "none", label: t("maintenance.nobody") },
            ...[...holders].map(([value, label]) => ({ value, label })),
          ]}
          width={150}
          testId="filter-who"
        />
        <FilterSelect
          label={t("maintenance.filters.priority")}
          value={filters.priority}
          onChange={(value) => put({ priority: value })}
          data={priorities.map((one) => ({ value: one, label: t(`priorities.${one}`) }))}
          width={140}
          testId="filter-priority"
        />
        <FilterSelect
          label={t("maintenance.filters.source")}
          value={filters.source}
          onChange={(value) => put({ source: value })}
          data={["person", "system"].map((one) => ({ value: one, label: t(`ticket_sources.${one}`) }))}
          width={150}
        />
        <span className={lists.push} />
        <ExportMenu table="tickets" />
        <Button leftSection={<IconPlus size={18} />} onClick={() => setReporting(true)} data-testid="report-fault">
          {t("maintenance.report")}
        </Button>
      </div>
      {tickets.data.length === 0 ? (
        <Empty icon={IconTool} title={t("maintenance.none_title")} text={t("maintenance.none_text")} />
      ) : (
        <div className={classes.columns}>
          {shown.map((column) => (
            <section key={column.key} className={classes.column} aria-label={t(`maintenance.columns.${column.key}`)}>
              <h2 className={classes.columnName}>
                {t(`maintenance.columns.${column.key}`)} <span className="dim">{column.tickets.length}</span>
              </h2>
              {column.tickets.map((ticket) => (
                <TicketCard key={ticket.id} ticket={ticket} focused={ticket.id === chosen} />
              ))}
            </section>
          ))}
        </div>
      )}
      {reporting && <FaultDialog room={null} onClose={() => setReporting(false)} />}
    </>
  );
}
