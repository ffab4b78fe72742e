/** Taps on a ticket, kept on the tablet and sent in order. */
import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import type { Ticket, TicketAction } from "../../api/tickets";
import { type Body, fromAnswer, useOperation } from "../../oplog";

export interface TicketTap {
  action: TicketAction;
  reason?: string | undefined;
  assign_to?: string | undefined;
  priority?: string | undefined;
  duplicate_of?: number | undefined;
  photos?: Blob[];
}

export function useActOnTicket(): (ticket: Ticket, tap: TicketTap) => Promise<void> {
  const act = useOperation();
  const { t } = useTranslation();
  return useCallback(
    async (ticket, { action, reason, assign_to, priority, duplicate_of, photos = [] }) => {
      const subject = `ticket:${ticket.id}`;
      const uploads: Body[] = [];
      for (const [index, blob] of photos.entries()) {
        const label = { key: "oplog.labels.photo", values: { number: index + 1 } };
        const upload = await act({ method: "POST", path: "/api/files", blob, subject, label });
        if (upload === null) return;
        uploads.push(fromAnswer(upload.id));
      }
      await act({
        method: "POST",
        path: `/api/tickets/${ticket.id}/actions`,
        body: {
          action,
          ...(reason ? { reason } : {}),
          ...(assign_to ? { assign_to } : {}),
          ...(priority ? { priority } : {}),
          ...(duplicate_of ? { duplicate_of } : {}),
          ...(uploads.length > 0 ? { photos: uploads } : {}),
        },
        subject,
        label: { key: "oplog.labels.ticket", values: { number: ticket.number, action: t(`ticket_actions.${action}`) } },
        effect: { ticket: ticket.id, action, ...(reason ? { reason } : {}) },
      });
    },
    [act, t],
  );
}
