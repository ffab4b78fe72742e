/** Everything that happened to a ticket, newest first, and a word or a photo to add. */
import { Button, Stack, Textarea } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type Ticket, type TicketStep, useTicketHistory } from "../../../api/tickets";
import { useFormats } from "../../../frame/me";
import { PhotoField } from "../../../parts/PhotoField";
import { usePhotoOperations } from "../../../parts/usePhotoOperations";
import { useHotelNow } from "../../../time/clock";
import classes from "../Maintenance.module.css";

export function Steps({ ticket }: { ticket: Ticket }) {
  const { t, i18n } = useTranslation();
  const formats = useFormats();
  const now = useHotelNow();
  const history = useTicketHistory(ticket.id);
  const detail = (step: TicketStep): string[] => {
    const level = step.detail.level;
    const place = (side: "from" | "to"): string => {
      const said = step.detail[`${side}_room`] ?? step.detail[`${side}_area`];
      return typeof said === "string" ? said : t("assets.no_place");
    };
    return [
      step.action === "asset_moved" && t("maintenance.asset_from_to", { from: place("from"), to: place("to") }),
      step.action === "assign" && step.assigned_to,
      step.reason && (i18n.exists(`hold_reasons.${step.reason}`) ? t(`hold_reasons.${step.reason}`) : step.reason),
      typeof level === "string" && i18n.exists(`escalations.${level}`) && t(`escalations.${level}`),
      step.comment,
    ].filter((text): text is string => typeof text === "string" && text !== "");
  };
  return (
    <section className="card" aria-label={t("maintenance.history")}>
      <h3 className={classes.partName}>{t("maintenance.history")}</h3>
      <Say ticket={ticket} />
      <ol className={classes.steps} data-testid="ticket-steps">
        {[...(history.data ?? [])].reverse().map((step) => (
          <li key={step.number}>
            <b>{t(`ticket_steps.${step.action}`)}</b> · {step.by} · <time dateTime={step.at}>{formats.dayTime(step.at, now)}</time>
            {detail(step).map((text) => (
              <div key={text}>{text}</div>
            ))}
          </li>
        ))}
      </ol>
    </section>
  );
}

function Say({ ticket }: { ticket: Ticket }) {
  const { t } = useTranslation();
  const keep = usePhotoOperations();
  const [text, setText] = useState("");
  const [photos, setPhotos] = useState<Blob[]>([]);
  const send = async () => {
    const kept = await keep(photos, {
      method: "POST",
      path: `/api/tickets/${ticket.id}/comments`,
      body: text.trim() === "" ? {} : { text: text.trim() },
      subject: `ticket:${ticket.id}`,
      label: { key: "oplog.labels.ticket", values: { number: ticket.number, action: t("ticket_steps.comment") } },
    });
    if (!kept) return;
    setText("");
    setPhotos([]);
  };
  return (
    <Stack gap="xs" className={classes.noPrint}>
      <Textarea
        aria-label={t("maintenance.say")}
        placeholder={t("maintenance.say")}
        value={text}
        maxLength={1000}
        autosize
        minRows={1}
        onChange={(event) => setText(event.currentTarget.value)}
        data-testid="comment-text"
      />
      <div className={classes.sayRow}>
        <PhotoField photos={photos} onChange={setPhotos} />
        <Button variant="default" disabled={text.trim() === "" && photos.length === 0} onClick={() => void send()} data-testid="comment-send">
          {t("maintenance.send")}
        </Button>
      </div>
    </Stack>
  );
}
