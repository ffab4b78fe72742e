/** One cause that a rule found: what shows it, and an engineer's word on it. */
import { Button, Menu } from "@mantine/core";
import { IconBellOff, IconCheck, IconTicket, IconX, IconZoomQuestion } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { useJudge, useMute, useOpenTicketFor } from "../../../api/diagnosisQueries";
import type { Finding, Verdict } from "../../../api/types";
import { useFormats } from "../../../frame/me";
import { useTell } from "../../../parts/tell";
import { useHotelNow } from "../../../time/clock";
import classes from "./Diagnosis.module.css";
import { shownEvidence } from "./evidence";

const verdicts: Verdict[] = ["real", "known", "false"];
const muteDays = [7, 30, 90];
const DAY_MILLISECONDS = 86_400_000;

export function FindingCard({ one, asset }: { one: Finding; asset: string | null }) {
  const { t, i18n } = useTranslation();
  const { dayTime } = useFormats();
  const tell = useTell();
  const now = useHotelNow();
  const open = useOpenTicketFor();
  const judge = useJudge();
  const mute = useMute();
  const number = new Intl.NumberFormat(i18n.language, { maximumFractionDigits: 1 });
  const where = one.room === null ? one.asset_key.replace(/^[a-z]+\//, "") : t("diagnosis.room", { room: one.room });
  return (
    <li className={`card ${classes.finding}`} data-gone={one.gone_at !== null} data-testid={`finding-${one.fault}`}>
      <div className={classes.what}>
        <h3>{t(`faults.${one.fault}`)}</h3>
        <span>
          {one.room === null ? where : <Link to={`/rooms/${one.room}`}>{where}</Link>}
          {asset !== null && ` · ${asset}`}
        </span>
        <span className="dim">
          {t("diagnosis.since", { when: dayTime(one.found_at, now) })}
          {one.times > 1 && ` · ${t("diagnosis.times", { count: one.times })}`}
          {one.gone_at !== null && ` · ${t("diagnosis.gone", { when: dayTime(one.gone_at, now) })}`}
        </span>
      </div>
      <dl className={classes.evidence}>
        {shownEvidence(one.evidence).map(([name, value]) => (
          <div key={name}>
            <dt>{t(`diagnosis.evidence.${name}`)}</dt>
            <dd>{number.format(value)}</dd>
          </div>
        ))}
      </dl>
      <div className={classes.acts}>
        {one.ticket_id !== null ? (
          <Button component={Link} to={`/maintenance/tickets/${one.ticket_id}`} variant="default" leftSection={<IconTicket size={17} />}>
            {t("diagnosis.to_ticket")}
          </Button>
        ) : one.muted ? (
          <span className="mark boxed tone-quiet">
            <IconBellOff size={15} aria-hidden /> {t("diagnosis.muted")}
          </span>
        ) : (
          one.gone_at === null && (
            <Button
              leftSection={<IconTicket size={17} />}
              loading={open.isPending}
              onClick={() =>
                open.mutate(one.id, { onSuccess: () => tell.done(t("diagnosis.opened")), onError: tell.refused })
              }
              data-testid="open-ticket"
            >
              {t("diagnosis.open_ticket")}
            </Button>
          )
        )}
        <div className={classes.verdicts} role="group" aria-label={t("diagnosis.verdict")}>
          {verdicts.map((verdict) => (
            <Button
              key={verdict}
              size="compact-md"
              variant={one.verdict === verdict ? "filled" : "default"}
              color={one.verdict === verdict ? (verdict === "false" ? "orange" : "teal") : undefined}
              aria-pressed={one.verdict === verdict}
              leftSection={verdictIcon(verdict)}
              onClick={() => judge.mutate({ id: one.id, verdict }, { onError: tell.refused })}
              data-testid={`verdict-${verdict}`}
            >
              {t(`diagnosis.verdicts.${verdict}`)}
            </Button>
          ))}
        </div>
        <Menu>
          <Menu.Target>
            <Button size="compact-md" variant="subtle" leftSection={<IconBellOff size={16} />} data-testid="mute">
              {t("diagnosis.mute")}
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            {muteDays.map((days) => (
              <Menu.Item
                key={days}
                onClick={() =>
                  mute.mutate(
                    {
                      fault: one.rule,
                      asset_key: one.asset_key,
                      until: new Date(now + days * DAY_MILLISECONDS).toISOString(),
                    },
                    { onSuccess: () => tell.done(t("diagnosis.is_muted", { count: days })), onError: tell.refused },
                  )
                }
              >
                {t("diagnosis.mute_days", { count: days })}
              </Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
      </div>
    </li>
  );
}

function verdictIcon(verdict: Verdict) {
  if (verdict === "real") return <IconCheck size={15} aria-hidden />;
  return verdict === "false" ? <IconX size={15} aria-hidden /> : <IconZoomQuestion size={15} aria-hidden />;
}
