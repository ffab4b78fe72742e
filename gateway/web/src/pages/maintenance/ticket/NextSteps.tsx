/** What may be done to a ticket now: the usual step as one large button, the others beside it. */
import { Button, Chip, Group, NumberInput, Select, Stack, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type Ticket, type TicketAction, useEngineers, useSelfTest } from "../../../api/tickets";
import { useMe } from "../../../frame/me";
import { PhotoField } from "../../../parts/PhotoField";
import classes from "../Maintenance.module.css";
import { holdReasons, nextAction, priorities } from "../ticketLook";
import { useActOnTicket } from "../useActOnTicket";

/** Steps that are done with one tap. */
const plain = new Set<TicketAction>(["accept", "start", "resume", "verify", "close", "reopen"]);
const hidden = new Set<TicketAction>(["gone"]);

export function NextSteps({ ticket }: { ticket: Ticket }) {
  const { t } = useTranslation();
  const act = useActOnTicket();
  const [asking, setAsking] = useState<TicketAction | null>(null);
  const next = nextAction(ticket);
  const others = ticket.may.filter((action) => action !== next && !hidden.has(action));
  if (ticket.may.length === 0) return null;
  const take = (action: TicketAction) => {
    if (plain.has(action)) void act(ticket, { action });
    else setAsking(action === asking ? null : action);
  };
  const open = asking !== null && ticket.may.includes(asking) ? asking : null;
  return (
    <section className={`card ${classes.noPrint}`} aria-label={t("maintenance.next")}>
      <Stack gap="sm">
        {next !== null && (
          <Button size="lg" fullWidth onClick={() => take(next)} data-testid={`do-${next}`}>
            {t(`ticket_actions.${next}`)}
          </Button>
        )}
        <Group gap={8}>
          {others.map((action) => (
            <Button key={action} variant={action === open ? "filled" : "default"} onClick={() => take(action)} data-testid={`do-${action}`}>
              {t(`ticket_actions.${action}`)}
            </Button>
          ))}
        </Group>
        {open !== null && <Asked key={open} ticket={ticket} action={open} onDone={() => setAsking(null)} />}
      </Stack>
    </section>
  );
}

/** What a step needs to be told before it is done. */
function Asked({ ticket, action, onDone }: { ticket: Ticket; action: TicketAction; onDone: () => void }) {
  const { t } = useTranslation();
  const { staff } = useMe();
  const act = useActOnTicket();
  const engineers = useEngineers(action === "assign");
  const [reason, setReason] = useState("");
  const [who, setWho] = useState<string | null>(null);
  const [priority, setPriority] = useState<string>(ticket.priority);
  const [number, setNumber] = useState<number | string>("");
  const [photos, setPhotos] = useState<Blob[]>([]);
  const ofDevice = ticket.asset_id?.startsWith("device/") ?? false;
  const test = useSelfTest(ticket.id, action === "resolve" && ofDevice).data;
  const failed = action === "resolve" && test?.newest?.state === "failed";
  const untried = action === "resolve" && test?.testable === true && test.newest === null;
  const needsReason = action === "cancel" || action === "decline" || action === "reject" || failed;
  const complete =
    (!needsReason || reason.trim() !== "") &&
    (action !== "hold" || reason !== "") &&
    (action !== "assign" || who !== null) &&
    (action !== "duplicate" || typeof number === "number");
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void act(ticket, {
          action,
          ...(reason.trim() === "" ? {} : { reason: reason.trim() }),
          ...(action === "assign" && who !== null ? { assign_to: who } : {}),
          ...(action === "triage" ? { priority } : {}),
          ...(action === "duplicate" && typeof number === "number" ? { duplicate_of: number } : {}),
          photos,
        });
        onDone();
      }}
    >
      <Stack gap="sm">
        {action === "hold" && (
          <Chip.Group value={reason} onChange={(value) => setReason(value as string)}>
            <Group gap={8}>
              {holdReasons.map((one) => (
                <Chip key={one} value={one} size="md" data-testid={`hold-${one}`}>
                  {t(`hold_reasons.${one}`)}
                </Chip>
              ))}
            </Group>
          </Chip.Group>
        )}
        {action === "assign" && (
          <Select
            label={t("maintenance.facts.assigned")}
            data={(engineers.data ?? []).map((one) => ({ value: one.id, label: one.id === staff.id ? t("maintenance.me") : one.name }))}
            value={who}
            onChange={setWho}
            data-testid="assign-to"
          />
        )}
        {action === "triage" && (
          <Chip.Group value={priority} onChange={(value) => setPriority(value as string)}>
            <Group gap={8}>
              {priorities.map((one) => (
                <Chip key={one} value={one} size="md">
                  {t(`priorities.${one}`)}
                </Chip>
              ))}
            </Group>
          </Chip.Group>
        )}
        {action === "duplicate" && (
          <NumberInput label={t("maintenance.which_number")} min={1} allowDecimal={false} value={number} onChange={setNumber} />
        )}
        {needsReason && (
          <TextInput label={t("maintenance.reason")} value={reason} maxLength={200} onChange={(event) => setReason(event.currentTarget.value)} data-testid="ticket-reason" />
        )}
        {failed && <p className="tone-wrong">{t("self_test.say_why")}</p>}
        {untried && <p className="tone-attention">{t("self_test.first")}</p>}
        {action === "resolve" && <PhotoField photos={photos} onChange={setPhotos} />}
        <Button type="submit" disabled={!complete} data-testid="step-send">
          {t(`ticket_actions.${action}`)}
        </Button>
      </Stack>
    </form>
  );
}
