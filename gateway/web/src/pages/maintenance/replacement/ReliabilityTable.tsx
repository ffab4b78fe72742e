/** Reliability by model, kind or asset: what fails most for its time first; each line opens to its tickets. */
import { Alert, SegmentedControl, Select, Skeleton } from "@mantine/core";
import { IconChartDots, IconChevronDown, IconChevronRight } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type ReliabilityFigures, useReliability } from "../../../api/preventive";
import { useSentence } from "../../../frame/me";
import { Empty } from "../../../parts/Empty";
import classes from "../preventive/Preventive.module.css";
import { usePreventiveWords } from "../preventive/usePreventiveWords";
import { Between, Repair, useSpan } from "./Figures";
import { ReliabilityTickets } from "./ReliabilityTickets";

const groups = ["model", "kind", "asset"] as const;
const spans = ["30", "90", "365", "1095"];
const MOST_SHOWN = 200;

export function ReliabilityTable() {
  const { t } = useTranslation();
  const sentence = useSentence();
  const [by, setBy] = useState<(typeof groups)[number]>("model");
  const [days, setDays] = useState("365");
  const found = useReliability(by, Number(days));
  if (found.error && !found.data) return <Alert color="orange">{sentence(found.error)}</Alert>;
  return (
    <>
      <div className={classes.bar}>
        <SegmentedControl
          value={by}
          onChange={(value) => setBy(value as (typeof groups)[number])}
          data={groups.map((one) => ({ value: one, label: t(`reliability.by.${one}`) }))}
          aria-label={t("reliability.group")}
        />
        <Select
          aria-label={t("preventive.period")}
          data={spans.map((one) => ({ value: one, label: t("preventive.last_days", { count: Number(one) }) }))}
          value={days}
          onChange={(value) => setDays(value ?? "365")}
          allowDeselect={false}
          w={190}
        />
      </div>
      {!found.data ? (
        <Skeleton height={320} radius={12} />
      ) : (
        <div className={`card ${classes.scroll}`}>
          {found.data.length === 0 ? (
            <Empty icon={IconChartDots} title={t("reliability.none_title")} text={t("reliability.none_text")} />
          ) : (
            <table className={classes.table} data-testid="reliability">
              <thead>
                <tr>
                  {(["name", "mtbf", "mttr", "downtime", "cost"] as const).map((name) => (
                    <th key={name} scope="col">
                      {t(`reliability.columns.${name}`)}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {found.data.slice(0, MOST_SHOWN).map((one) => (
                  <Row key={one.subject} one={one} byKind={by === "kind"} />
                ))}
              </tbody>
            </table>
          )}
        </div>
      )}
      <p className="dim">{t("reliability.method")}</p>
    </>
  );
}

function Row({ one, byKind }: { one: ReliabilityFigures; byKind: boolean }) {
  const { t } = useTranslation();
  const words = usePreventiveWords();
  const span = useSpan();
  const [unfolded, setUnfolded] = useState(false);
  const Chevron = unfolded ? IconChevronDown : IconChevronRight;
  const name = byKind ? words.kind(one.kind) : one.name || t("reliability.no_model", { kind: words.kind(one.kind) });
  return (
    <>
      <tr>
        <td>
          <button
            type="button"
            aria-expanded={unfolded}
            onClick={() => setUnfolded(!unfolded)}
            className={classes.fold}
            style={{ gridTemplateColumns: "20px minmax(0, 1fr)", padding: 0, minHeight: 40 }}
            data-testid={`reliability-${name}`}
          >
            <Chevron size={17} aria-hidden />
            <span className={classes.what}>
              <b>{name}</b>
              <small>
                {!byKind && `${words.kind(one.kind)} · `}
                {t("preventive.assets", { count: one.assets })}
              </small>
            </span>
          </button>
        </td>
        <td>
          <span className={classes.figure}>
            <Between found={one} />
          </span>
        </td>
        <td>
          <span className={classes.figure}>
            <Repair found={one} />
          </span>
        </td>
        <td>{one.downtime_hours > 0 ? span(one.downtime_hours) : "–"}</td>
        <td>{one.cost_cents > 0 ? words.money(one.cost_cents) : "–"}</td>
      </tr>
      {unfolded && (
        <tr>
          <td colSpan={5}>
            <ReliabilityTickets found={one} />
          </td>
        </tr>
      )}
    </>
  );
}
