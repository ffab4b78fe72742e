/** Diagnosis: what the house found by itself and waits for an engineer's word, and how far each rule is trusted. */
import { Alert, SegmentedControl, Skeleton } from "@mantine/core";
import { IconStethoscope } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useSearchParams } from "react-router";
import { useDevices } from "../../../api/deviceQueries";
import { useDiagnosisRules, useFindings, useMutes } from "../../../api/diagnosisQueries";
import { useMe, useSentence } from "../../../frame/me";
import { Empty } from "../../../parts/Empty";
import classes from "./Diagnosis.module.css";
import { FindingCard } from "./FindingCard";
import { InjectFault } from "./InjectFault";
import { MuteList } from "./MuteList";
import { RuleRow } from "./RuleRow";

export function DiagnosisPage() {
  const { t } = useTranslation();
  const sentence = useSentence();
  const { demo } = useMe();
  const [search, setSearch] = useSearchParams();
  const shows = search.get("show") === "all" ? "all" : "waiting";
  const rules = useDiagnosisRules();
  const findings = useFindings(shows === "waiting");
  const mutes = useMutes();
  const devices = useDevices();
  const names = new Map((devices.data ?? []).map((device) => [`device/${device.id}`, device.name]));
  if (rules.error && !rules.data) return <Alert color="orange">{sentence(rules.error)}</Alert>;
  if (!rules.data) return <Skeleton height={420} radius={12} />;
  return (
    <div className={classes.page}>
      <section>
        <div className={classes.head}>
          <h2>{t("diagnosis.found")}</h2>
          <SegmentedControl
            value={shows}
            onChange={(value) => setSearch(value === "all" ? { show: "all" } : {}, { replace: true })}
            data={[
              { value: "waiting", label: t("diagnosis.shows.waiting") },
              { value: "all", label: t("diagnosis.shows.all") },
            ]}
            aria-label={t("diagnosis.found")}
          />
        </div>
        {!findings.data ? (
          <Skeleton height={120} radius={12} />
        ) : findings.data.length === 0 ? (
          <div className="card">
            <Empty icon={IconStethoscope} title={t("diagnosis.none_title")} text={t("diagnosis.none_text")} />
          </div>
        ) : (
          <ul className={classes.findings} data-testid="findings">
            {findings.data.map((one) => (
              <FindingCard key={one.id} one={one} asset={names.get(one.asset_key) ?? null} />
            ))}
          </ul>
        )}
      </section>
      <section>
        <h2>{t("diagnosis.rules")}</h2>
        <p className={classes.lead}>{t("diagnosis.lead")}</p>
        <ul className={`card ${classes.rules}`} data-testid="rules">
          {rules.data.map((rule) => (
            <RuleRow key={rule.code} rule={rule} />
          ))}
        </ul>
      </section>
      {demo && <InjectFault />}
      {mutes.data && mutes.data.length > 0 && <MuteList mutes={mutes.data} names={names} />}
    </div>
  );
}
