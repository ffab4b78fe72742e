/** A critical ticket calls people until somebody says that they have heard it. */
import { Button } from "@mantine/core";
import { IconBellRinging } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { type Ticket, useAcknowledge } from "../../../api/tickets";
import { useTell } from "../../../parts/tell";
import classes from "../Maintenance.module.css";

export function Called({ ticket }: { ticket: Ticket }) {
  const { t } = useTranslation();
  const tell = useTell();
  const acknowledge = useAcknowledge(ticket.id);
  if (ticket.priority !== "critical" || ticket.ended_at !== null) return null;
  if (ticket.acknowledged_by !== null) {
    return <span className="dim">{t("on_call.heard_by", { name: ticket.acknowledged_by })}</span>;
  }
  if (ticket.responded_at !== null) return null;
  return (
    <Button
      variant="light"
      color="orange"
      leftSection={<IconBellRinging size={18} />}
      loading={acknowledge.isPending}
      onClick={() => acknowledge.mutate(undefined, { onError: tell.refused })}
      className={classes.noPrint}
      data-testid="acknowledge"
    >
      {t("on_call.acknowledge")}
    </Button>
  );
}
