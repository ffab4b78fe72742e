/** Tries the ticket's device out: moves it a little and back, and says what came of it. Needs the network. */
import { Button, Loader } from "@mantine/core";
import { IconAlertTriangle, IconCheck, IconPlayerPlay, IconPlayerStop } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { isRunning, type Ticket, useSelfTest, useStartSelfTest } from "../../../api/tickets";
import { useFormats, useMe } from "../../../frame/me";
import { useTell } from "../../../parts/tell";
import { useHotelNow } from "../../../time/clock";
import classes from "../Maintenance.module.css";

const underWay = new Set(["accepted", "in_progress", "on_hold"]);

export function SelfTest({ ticket }: { ticket: Ticket }) {
  const { t, i18n } = useTranslation();
  const { staff, may } = useMe();
  const tell = useTell();
  const formats = useFormats();
  const now = useHotelNow();
  const mine = ticket.assigned_to_id === staff.id || staff.roles.includes("manager");
  const ofDevice = ticket.asset_id?.startsWith("device/") ?? false;
  const test = useSelfTest(ticket.id, may("repair") && ofDevice);
  const start = useStartSelfTest(ticket.id);
  const shown = test.data;
  if (!shown || (!shown.testable && shown.newest === null)) return null;
  const newest = shown.newest;
  const running = isRunning(newest?.state);
  const possible = shown.testable && mine && underWay.has(ticket.state);
  if (!possible && newest === null) return null;
  const value = (one: number | boolean | string): string =>
    typeof one === "boolean" ? t(one ? "values.on" : "values.off") : typeof one === "number" ? String(Math.round(one * 10) / 10) : one;
  const what = (property: string): string => (i18n.exists(`self_test.moves.${property}`) ? t(`self_test.moves.${property}`) : property);
  const look = {
    passed: { icon: IconCheck, tone: "tone-done" },
    failed: { icon: IconAlertTriangle, tone: "tone-wrong" },
    stopped: { icon: IconPlayerStop, tone: "tone-attention" },
  } as const;
  const ended = newest !== null && newest.state in look ? look[newest.state as keyof typeof look] : null;
  return (
    <section className={`card ${classes.noPrint}`} aria-label={t("self_test.title")} data-testid="self-test">
      <h3 className={classes.partName}>{t("self_test.title")}</h3>
      {newest !== null && (
        <p role="status" data-testid={`self-test-${newest.state}`}>
          <b className={ended?.tone ?? ""}>
            {ended !== null ? <ended.icon size={18} aria-hidden /> : <Loader size={14} />} {t(`self_test.states.${newest.state}`)}
          </b>{" "}
          {what(newest.property)} {value(newest.back)} → {value(newest.value)} → {value(newest.back)}
          <span className="dim">
            {" "}
            · {newest.by} · {formats.dayTime(newest.started_at, now)}
          </span>
        </p>
      )}
      {newest !== null && newest.proof !== null && <p>{t(`self_test.proof.${newest.proof}`)}</p>}
      {newest?.state === "failed" && <p className="dim">{t("self_test.say_why")}</p>}
      {possible && shown.refusal !== null && !running && (
        <p className="tone-attention">
          {i18n.exists(`self_test.refused.${shown.refusal.code}`) ? t(`self_test.refused.${shown.refusal.code}`) : shown.refusal.detail}
        </p>
      )}
      {possible && (
        <Button
          variant="default"
          leftSection={<IconPlayerPlay size={18} />}
          disabled={shown.refusal !== null || running}
          loading={start.isPending}
          onClick={() => start.mutate(undefined, { onError: tell.refused })}
          data-testid="self-test-start"
        >
          {t(newest === null ? "self_test.start" : "self_test.again")}
        </Button>
      )}
      {possible && newest === null && <p className="dim">{t("self_test.what")}</p>}
    </section>
  );
}
