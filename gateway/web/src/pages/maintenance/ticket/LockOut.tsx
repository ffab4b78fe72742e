/** Locks an asset out for work and gives it back; always says what it does not do. */
import { Alert, Button, Stack, TextInput } from "@mantine/core";
import { IconLock, IconLockOpen } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { type Ticket, useLockOut, useReleaseLockOut } from "../../../api/tickets";
import { useFormats, useMe } from "../../../frame/me";
import { useTell } from "../../../parts/tell";
import { useHotelNow } from "../../../time/clock";
import classes from "../Maintenance.module.css";

const underWay = new Set(["accepted", "in_progress", "on_hold"]);

export function LockOut({ ticket }: { ticket: Ticket }) {
  const { t } = useTranslation();
  const { staff, may } = useMe();
  const tell = useTell();
  const formats = useFormats();
  const now = useHotelNow();
  const lock = useLockOut(ticket.id);
  const release = useReleaseLockOut(ticket.id);
  const [asking, setAsking] = useState(false);
  const [reason, setReason] = useState("");
  const mine = ticket.assigned_to_id === staff.id || staff.roles.includes("manager");
  const possible = may("repair") && mine && underWay.has(ticket.state) && (ticket.asset_id ?? ticket.room) !== null;

  if (ticket.lock_out !== null) {
    return (
      <section className={`card ${classes.locked}`} aria-label={t("lock_out.title")} data-testid="locked-out">
        <b className="tone-wrong">
          <IconLock size={18} aria-hidden /> {t("lock_out.on", { what: nameOf(ticket) })}
        </b>
        <span>
          {ticket.lock_out.reason} · {ticket.lock_out.by} · {formats.dayTime(ticket.lock_out.since, now)}
        </span>
        <span className="dim">{t("lock_out.warning")}</span>
        {ticket.lock_out.ticket_id !== ticket.id && ticket.asset && (
          <Link to={`/maintenance/assets/${ticket.asset.id}`}>{t("lock_out.at_asset")}</Link>
        )}
        {ticket.lock_out.ticket_id === ticket.id && may("repair") && (
          <Button
            variant="default"
            leftSection={<IconLockOpen size={18} />}
            loading={release.isPending}
            onClick={() => release.mutate(undefined, { onError: tell.refused })}
            data-testid="release-lock"
          >
            {t("lock_out.release")}
          </Button>
        )}
      </section>
    );
  }
  if (!possible) return null;
  if (!asking) {
    return (
      <Button
        variant="default"
        leftSection={<IconLock size={18} />}
        onClick={() => setAsking(true)}
        className={classes.noPrint}
        data-testid="lock-out"
      >
        {t("lock_out.set")}
      </Button>
    );
  }
  return (
    <section className={`card ${classes.noPrint}`} aria-label={t("lock_out.title")}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          lock.mutate(reason.trim(), { onSuccess: () => setAsking(false), onError: tell.refused });
        }}
      >
        <Stack gap="sm">
          <Alert color="orange">{t("lock_out.warning")}</Alert>
          <TextInput label={t("maintenance.reason")} value={reason} maxLength={200} onChange={(event) => setReason(event.currentTarget.value)} data-testid="lock-reason" />
          <Button type="submit" disabled={reason.trim() === ""} loading={lock.isPending} data-testid="lock-send">
            {t("lock_out.set")}
          </Button>
        </Stack>
      </form>
    </section>
  );
}

/** What is isolated, by the name that people know; else as the house calls it. */
function nameOf(ticket: Ticket): string {
  const key = ticket.lock_out?.asset_id ?? "";
  return key === ticket.asset_id ? (ticket.asset?.name ?? key) : key;
}
