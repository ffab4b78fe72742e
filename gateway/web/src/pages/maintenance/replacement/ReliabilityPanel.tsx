/** An asset's reliability over the last year with its meters: a panel for the asset's page. */
import { Alert, Skeleton } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { type AssetReliability, useAssetReliability } from "../../../api/preventive";
import { useFormats, useSentence } from "../../../frame/me";
import { useHotelNow } from "../../../time/clock";
import classes from "../preventive/Preventive.module.css";
import { usePreventiveWords } from "../preventive/usePreventiveWords";
import { Between, Repair, useSpan } from "./Figures";
import { ReliabilityTickets } from "./ReliabilityTickets";

const DAYS = 365;

export function ReliabilityPanel({ assetId }: { assetId: string }) {
  const { t } = useTranslation();
  const sentence = useSentence();
  const words = usePreventiveWords();
  const span = useSpan();
  const found = useAssetReliability(assetId, DAYS);
  if (found.error && !found.data) return <Alert color="orange">{sentence(found.error)}</Alert>;
  if (!found.data) return <Skeleton height={180} radius={12} />;
  const one = found.data;
  return (
    <section className={`card ${classes.panel}`} aria-label={t("reliability.title")} data-testid="reliability-panel">
      <h3 style={{ margin: 0, fontSize: "1rem" }}>
        {t("reliability.title")} <span className="dim">{t("preventive.last_days", { count: DAYS })}</span>
      </h3>
      <div className={classes.figures}>
        <Figure name={t("reliability.columns.mtbf")}>
          <Between found={one} />
        </Figure>
        <Figure name={t("reliability.columns.mttr")}>
          <Repair found={one} />
        </Figure>
        <Figure name={t("reliability.columns.downtime")}>
          <b>{one.downtime_hours > 0 ? span(one.downtime_hours) : "–"}</b>
        </Figure>
        <Figure name={t("reliability.columns.cost")}>
          <b>{words.money(one.cost_cents)}</b>
          {one.preventive_cents > 0 && <span className={classes.small}>{t("reliability.of_it_preventive", { money: words.money(one.preventive_cents) })}</span>}
        </Figure>
      </div>
      <ReliabilityTickets found={one} />
      {one.meters.length > 0 && <Meters meters={one.meters} />}
    </section>
  );
}

function Figure({ name, children }: { name: string; children: React.ReactNode }) {
  return (
    <div className={classes.figure}>
      <span className={classes.small}>{name}</span>
      {children}
    </div>
  );
}

function Meters({ meters }: { meters: AssetReliability["meters"] }) {
  const { t } = useTranslation();
  const words = usePreventiveWords();
  const formats = useFormats();
  const now = useHotelNow();
  return (
    <div>
      <h4 style={{ margin: "0 0 6px", fontSize: "0.92rem" }}>{t("reliability.meters")}</h4>
      <dl className={classes.figures} style={{ margin: 0 }}>
        {meters.map((one) => (
          <div key={`${one.meter} ${one.device_id}`} className={classes.figure}>
            <dt className={classes.small}>
              {t(`preventive.meters.${one.meter}`)}
              {one.ended_at !== null && ` · ${t("reliability.replaced", { when: formats.dayTime(one.ended_at, now) })}`}
            </dt>
            <dd style={{ margin: 0 }}>
              <b>{words.number(one.value, one.meter === "run_hours" ? 1 : 0)}</b>{" "}
              {one.per_day !== null && <span className={classes.small}>{t("reliability.per_day", { value: words.number(one.per_day, 1) })}</span>}
            </dd>
            <dd className={classes.small} style={{ margin: 0 }}>
              {t("reliability.counted", { when: formats.dayTime(one.counted_from, now) })}
              {one.unknown_hours >= 0.1 && ` · ${t("reliability.unknown", { hours: words.number(one.unknown_hours, 1) })}`}
            </dd>
          </div>
        ))}
      </dl>
    </div>
  );
}
