/** What the work took: minutes, parts, other expenses. Entered offline too. */
import { ActionIcon, Button, Group, NumberInput, SegmentedControl, Stack, TextInput } from "@mantine/core";
import { IconArrowBackUp } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type Ticket, useTakeBackCost } from "../../../api/tickets";
import { useFormats, useMe } from "../../../frame/me";
import { useOperation } from "../../../oplog";
import { useTell } from "../../../parts/tell";
import classes from "../Maintenance.module.css";

const kinds = ["work", "part", "other"] as const;
type Kind = (typeof kinds)[number];

export function Costs({ ticket }: { ticket: Ticket }) {
  const { t } = useTranslation();
  const { may } = useMe();
  const formats = useFormats();
  const tell = useTell();
  const back = useTakeBackCost(ticket.id);
  const works = may("repair");
  if (ticket.costs.length === 0 && !works) return null;
  const counted = ticket.costs.filter((cost) => !cost.taken_back);
  const minutes = counted.filter((cost) => cost.kind === "work").reduce((sum, cost) => sum + cost.quantity, 0);
  const cents = counted.reduce((sum, cost) => sum + cost.cost_cents, 0);
  return (
    <section className="card" aria-label={t("maintenance.costs")}>
      <h3 className={classes.partName}>
        {t("maintenance.costs")}
        <span className="dim">
          {[minutes > 0 && formats.span(minutes), cents > 0 && formats.money(cents)].filter(Boolean).join(" · ")}
        </span>
      </h3>
      <ul className={classes.steps}>
        {ticket.costs.map((cost) => (
          <li key={cost.id} data-taken-back={cost.taken_back || undefined} className={classes.costLine}>
            <span>
              {t(`cost_kinds.${cost.kind}`)}
              {cost.what && ` · ${cost.what}`} · {cost.kind === "work" ? formats.span(cost.quantity) : `× ${cost.quantity}`}
              {cost.cost_cents > 0 && ` · ${formats.money(cost.cost_cents)}`} <span className="dim">{cost.by}</span>
            </span>
            {works && !cost.taken_back && (
              <ActionIcon
                variant="subtle"
                color="gray"
                size="lg"
                className={classes.noPrint}
                aria-label={t("maintenance.take_back")}
                onClick={() => back.mutate(cost.id, { onError: tell.refused })}
              >
                <IconArrowBackUp size={18} />
              </ActionIcon>
            )}
          </li>
        ))}
      </ul>
      {works && <Enter ticket={ticket} />}
    </section>
  );
}

function Enter({ ticket }: { ticket: Ticket }) {
  const { t } = useTranslation();
  const act = useOperation();
  const [kind, setKind] = useState<Kind>("work");
  const [what, setWhat] = useState("");
  const [quantity, setQuantity] = useState<number | string>("");
  const [cost, setCost] = useState<number | string>("");
  const complete = typeof quantity === "number" && quantity > 0 && (kind === "work" || what.trim() !== "");
  const save = async () => {
    if (!complete) return;
    const kept = await act({
      method: "POST",
      path: `/api/tickets/${ticket.id}/costs`,
      body: {
        kind,
        quantity,
        ...(what.trim() === "" ? {} : { what: what.trim() }),
        ...(typeof cost === "number" ? { cost_cents: Math.round(cost * 100) } : {}),
      },
      subject: `ticket:${ticket.id}`,
      label: { key: "oplog.labels.ticket", values: { number: ticket.number, action: t(`cost_kinds.${kind}`) } },
    });
    if (kept === null) return;
    setWhat("");
    setQuantity("");
    setCost("");
  };
  return (
    <form
      className={classes.noPrint}
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <Stack gap="sm" mt="sm">
        <SegmentedControl value={kind} onChange={(value) => setKind(value as Kind)} data={kinds.map((one) => ({ value: one, label: t(`cost_kinds.${one}`) }))} aria-label={t("maintenance.cost_kind")} />
        <Group gap={8} align="flex-end">
          {kind !== "work" && <TextInput label={t("maintenance.cost_what")} value={what} maxLength={100} onChange={(event) => setWhat(event.currentTarget.value)} style={{ flex: 1, minWidth: 140 }} />}
          <NumberInput label={t(kind === "work" ? "maintenance.minutes" : "maintenance.pieces")} min={0} allowNegative={false} value={quantity} onChange={setQuantity} w={110} data-testid="cost-quantity" />
          <NumberInput label={t("maintenance.cost")} min={0} allowNegative={false} decimalScale={2} value={cost} onChange={setCost} w={120} />
          <Button type="submit" variant="default" disabled={!complete} data-testid="cost-save">
            {t("maintenance.add")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
