/** The checklist of a ticket: ticked by tap, its lines edited by engineers. */
import { Button, Checkbox, Group, Stack, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type Ticket, useEditTicket } from "../../../api/tickets";
import { useMe } from "../../../frame/me";
import { useOperation } from "../../../oplog";
import { useTell } from "../../../parts/tell";
import classes from "../Maintenance.module.css";

export function WorkList({ ticket }: { ticket: Ticket }) {
  const { t } = useTranslation();
  const { may } = useMe();
  const tell = useTell();
  const act = useOperation();
  const edit = useEditTicket(ticket.id);
  const [line, setLine] = useState("");
  const works = may("repair");
  const adds = works && ticket.ended_at === null;
  if (ticket.checklist.length === 0 && !adds) return null;
  return (
    <section className={`card ${ticket.checklist.length === 0 ? classes.noPrint : ""}`} aria-label={t("maintenance.checklist")}>
      <h3 className={classes.partName}>{t("maintenance.checklist")}</h3>
      <Stack gap="sm">
        {ticket.checklist.map((item) => (
          <Checkbox
            key={item.key}
            size="md"
            label={item.text}
            checked={item.done}
            disabled={!works}
            onChange={(event) => {
              const done = event.currentTarget.checked;
              void act({
                method: "POST",
                path: `/api/tickets/${ticket.id}/ticks`,
                body: { ticks: { [item.key]: done } },
                subject: `ticket:${ticket.id}`,
                label: { key: "oplog.labels.ticket", values: { number: ticket.number, action: item.text } },
                effect: { ticket: ticket.id, action: "tick", ticks: { [item.key]: done } },
              });
            }}
          />
        ))}
        {adds && (
          <form
            className={classes.noPrint}
            onSubmit={(event) => {
              event.preventDefault();
              const lines = [...ticket.checklist.map((item) => item.text), line.trim()];
              edit.mutate({ version: ticket.version, edit: { checklist: lines } }, { onSuccess: () => setLine(""), onError: tell.refused });
            }}
          >
            <Group gap={8} wrap="nowrap">
              <TextInput
                aria-label={t("maintenance.add_line")}
                placeholder={t("maintenance.add_line")}
                value={line}
                maxLength={200}
                onChange={(event) => setLine(event.currentTarget.value)}
                style={{ flex: 1 }}
              />
              <Button type="submit" variant="default" disabled={line.trim() === ""} loading={edit.isPending}>
                {t("maintenance.add")}
              </Button>
            </Group>
          </form>
        )}
      </Stack>
    </section>
  );
}
