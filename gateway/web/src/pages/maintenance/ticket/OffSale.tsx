/** The proposal that a ticket's room leaves the sale: made by an engineer, decided at the desk, given back. */
import { Button, Group, NumberInput, Stack, Switch, TextInput } from "@mantine/core";
import { IconBarrierBlock } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type Ticket, useOffSale } from "../../../api/tickets";
import { useFormats, useMe } from "../../../frame/me";
import { useTell } from "../../../parts/tell";
import { hotelNow, useHotelNow } from "../../../time/clock";
import classes from "../Maintenance.module.css";

const DAY_MILLISECONDS = 86_400_000;

export function OffSale({ ticket }: { ticket: Ticket }) {
  const { t } = useTranslation();
  const { may } = useMe();
  const tell = useTell();
  const formats = useFormats();
  const now = useHotelNow();
  const step = useOffSale(ticket.id);
  const [asking, setAsking] = useState(false);
  const told = ticket.off_sale;
  const live = told !== null && (told.state === "proposed" || told.state === "agreed");

  if (told !== null && live) {
    const kind = t(`axes.availability.${told.out_of_service ? "out_of_service" : "out_of_order"}`);
    return (
      <section className="card" aria-label={t("off_sale_proposal.title")} data-testid="off-sale">
        <b className="tone-off-sale">
          <IconBarrierBlock size={18} aria-hidden /> {t(`off_sale_proposal.${told.state}`, { kind })}
        </b>
        <span>
          {told.reason} · {formats.dayTime(told.since, now)} – {told.until ? formats.dayTime(told.until, now) : t("off_sale_proposal.open_end")} · {told.by}
        </span>
        <Group gap={8} className={classes.noPrint}>
          {told.state === "proposed" && may("desk") && (
            <>
              <Button loading={step.isPending} onClick={() => step.mutate({ agree: true }, { onError: tell.refused })} data-testid="off-sale-agree">
                {t("off_sale_proposal.agree")}
              </Button>
              <Button variant="default" onClick={() => step.mutate({ agree: false }, { onError: tell.refused })}>
                {t("off_sale_proposal.decline")}
              </Button>
            </>
          )}
          {(may("repair") || may("desk")) && (
            <Button variant="default" onClick={() => step.mutate("give_back", { onError: tell.refused })} data-testid="off-sale-back">
              {t(told.state === "agreed" ? "off_sale_proposal.give_back" : "off_sale_proposal.withdraw")}
            </Button>
          )}
        </Group>
      </section>
    );
  }
  if (!may("repair") || ticket.room === null || ticket.ended_at !== null) return null;
  return asking ? (
    <section className={`card ${classes.noPrint}`} aria-label={t("off_sale_proposal.title")}>
      <Propose
        busy={step.isPending}
        onSend={(reason, days, outOfService) =>
          step.mutate(
            {
              propose: {
                reason,
                out_of_service: outOfService,
                since: new Date(hotelNow()).toISOString(),
                until: days === null ? null : new Date(hotelNow() + days * DAY_MILLISECONDS).toISOString(),
              },
            },
            { onSuccess: () => setAsking(false), onError: tell.refused },
          )
        }
      />
    </section>
  ) : (
    <Button
      variant="default"
      leftSection={<IconBarrierBlock size={18} />}
      onClick={() => setAsking(true)}
      className={classes.noPrint}
      data-testid="propose-off-sale"
    >
      {t("off_sale_proposal.propose")}
    </Button>
  );
}

function Propose({ busy, onSend }: { busy: boolean; onSend: (reason: string, days: number | null, outOfService: boolean) => void }) {
  const { t } = useTranslation();
  const [reason, setReason] = useState("");
  const [days, setDays] = useState<number | string>(1);
  const [outOfService, setOutOfService] = useState(false);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        onSend(reason.trim(), typeof days === "number" ? days : null, outOfService);
      }}
    >
      <Stack gap="sm">
        <TextInput label={t("maintenance.reason")} value={reason} maxLength={200} onChange={(event) => setReason(event.currentTarget.value)} />
        <NumberInput label={t("off_sale_proposal.days")} description={t("off_sale_proposal.days_text")} min={1} max={366} allowDecimal={false} value={days} onChange={setDays} />
        <Switch label={t("axes.availability.out_of_service")} checked={outOfService} onChange={(event) => setOutOfService(event.currentTarget.checked)} />
        <Button type="submit" disabled={reason.trim() === ""} loading={busy}>
          {t("off_sale_proposal.propose")}
        </Button>
      </Stack>
    </form>
  );
}
