/** An engineer's own tickets, and what nobody has yet; each with its next step. Works offline. */
import { Alert, Button, Skeleton } from "@mantine/core";
import { IconMoodSmile, IconPlus } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type Ticket, useOpenTickets } from "../../api/tickets";
import { useMe, useSentence } from "../../frame/me";
import { Empty } from "../../parts/Empty";
import { FaultDialog } from "../../parts/FaultDialog";
import lists from "../../parts/List.module.css";
import classes from "./Maintenance.module.css";
import { TicketCard } from "./TicketCard";
import { nextAction, urgentFirst } from "./ticketLook";
import { useActOnTicket } from "./useActOnTicket";

const mineStates = new Set(["assigned", "accepted", "in_progress", "on_hold"]);
const freeStates = new Set(["reported", "triaged"]);
const oneTap = new Set(["accept", "start", "resume"]);

export function MyTicketsPage() {
  const { t } = useTranslation();
  const { staff } = useMe();
  const sentence = useSentence();
  const tickets = useOpenTickets();
  const [reporting, setReporting] = useState(false);
  if (tickets.error && !tickets.data) return <Alert color="orange">{sentence(tickets.error)}</Alert>;
  if (!tickets.data) return <Skeleton height={420} radius={12} />;
  const mine = urgentFirst(tickets.data.filter((one) => one.assigned_to_id === staff.id && mineStates.has(one.state)));
  const free = urgentFirst(tickets.data.filter((one) => freeStates.has(one.state)));
  return (
    <>
      <div className={lists.bar}>
        <span className="dim">{t("maintenance.figures", { mine: mine.length, free: free.length })}</span>
        <span className={lists.push} />
        <Button leftSection={<IconPlus size={18} />} onClick={() => setReporting(true)} data-testid="report-fault">
          {t("maintenance.report")}
        </Button>
      </div>
      {mine.length + free.length === 0 ? (
        <Empty icon={IconMoodSmile} title={t("maintenance.all_done")} text={t("maintenance.none_text")} />
      ) : (
        <div className={classes.twoLists}>
          <List name={t("maintenance.mine")} tickets={mine} />
          <List name={t("maintenance.free")} tickets={free} />
        </div>
      )}
      {reporting && <FaultDialog room={null} onClose={() => setReporting(false)} />}
    </>
  );
}

function List({ name, tickets }: { name: string; tickets: Ticket[] }) {
  const { t } = useTranslation();
  const act = useActOnTicket();
  return (
    <section aria-label={name} className={classes.column}>
      <h2 className={classes.columnName}>
        {name} <span className="dim">{tickets.length}</span>
      </h2>
      {tickets.length === 0 && <p className="dim">{t("maintenance.none_here")}</p>}
      {tickets.map((ticket) => {
        const next = nextAction(ticket);
        return (
          <div key={ticket.id} className={classes.withStep}>
            <TicketCard ticket={ticket} />
            {next !== null && oneTap.has(next) && (
              <Button variant="light" size="md" fullWidth onClick={() => void act(ticket, { action: next })} data-testid={`${next}-${ticket.number}`}>
                {t(`ticket_actions.${next}`)}
              </Button>
            )}
          </div>
        );
      })}
    </section>
  );
}
