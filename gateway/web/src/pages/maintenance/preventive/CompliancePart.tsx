/** How well each class of plans is kept: done within tolerance of what was due, opening to the works themselves. */
import { Alert, Select, Skeleton } from "@mantine/core";
import { IconChartBar, IconChevronDown, IconChevronRight } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { type PreventiveCompliance, type PreventiveWork, useCompliance } from "../../../api/preventive";
import { useSentence } from "../../../frame/me";
import { Empty } from "../../../parts/Empty";
import classes from "./Preventive.module.css";
import { usePreventiveWords } from "./usePreventiveWords";

const spans = ["30", "90", "365"];
const GOAL = 0.9;
const parts = ["missed", "late", "running", "in_time"] as const;

export function CompliancePart() {
  const { t } = useTranslation();
  const sentence = useSentence();
  const [days, setDays] = useState("365");
  const found = useCompliance(Number(days));
  if (found.error && !found.data) return <Alert color="orange">{sentence(found.error)}</Alert>;
  if (!found.data) return <Skeleton height={320} radius={12} />;
  return (
    <>
      <div className={classes.bar}>
        <p className="dim" style={{ margin: 0, maxWidth: 680 }}>
          {t("preventive.compliance_text")}
        </p>
        <span className={classes.push} />
        <Select
          aria-label={t("preventive.period")}
          data={spans.map((one) => ({ value: one, label: t("preventive.last_days", { count: Number(one) }) }))}
          value={days}
          onChange={(value) => setDays(value ?? "365")}
          allowDeselect={false}
          w={180}
        />
      </div>
      <div className="card">
        {found.data.items.length === 0 ? (
          <Empty icon={IconChartBar} title={t("preventive.none_due_title")} text={t("preventive.none_due_text")} />
        ) : (
          <ul className={classes.list} data-testid="compliance">
            {found.data.items.map((one) => (
              <Class key={one.work_class} one={one} />
            ))}
          </ul>
        )}
      </div>
    </>
  );
}

function Class({ one }: { one: PreventiveCompliance }) {
  const { t } = useTranslation();
  const words = usePreventiveWords();
  const [unfolded, setUnfolded] = useState(false);
  const Chevron = unfolded ? IconChevronDown : IconChevronRight;
  const tone = one.share === null || one.few ? "" : one.share >= GOAL ? "tone-done" : "tone-attention";
  return (
    <li className={classes.class}>
      <button type="button" className={classes.fold} aria-expanded={unfolded} onClick={() => setUnfolded(!unfolded)} data-testid={`class-${one.work_class}`}>
        <Chevron size={18} aria-hidden />
        <b>{t(`preventive.classes.${one.work_class}`)}</b>
        <span className={`${classes.share} ${tone}`}>{one.share === null ? "–" : words.percent(one.share)}</span>
        <span className={classes.small}>
          {one.share === null
            ? t("preventive.nothing_due_yet", { count: one.running.length })
            : t("preventive.kept_of", { kept: one.in_time.length, due: one.due })}
          {one.few && one.share !== null && ` · ${t("preventive.few")}`}
          {one.passed_over > 0 && ` · ${t("preventive.passed_over", { count: one.passed_over })}`}
        </span>
      </button>
      {unfolded && (
        <div className={classes.behind}>
          {parts.map((part) => one[part].length > 0 && <Works key={part} name={t(`preventive.kept.${part}`)} works={one[part]} />)}
        </div>
      )}
    </li>
  );
}

function Works({ name, works }: { name: string; works: PreventiveWork[] }) {
  const { t } = useTranslation();
  const words = usePreventiveWords();
  return (
    <div>
      <h4>
        {name} <span className="dim">{works.length}</span>
      </h4>
      <ul>
        {works.map((work) => (
          <li key={work.id}>
            {work.ticket_id !== null && work.ticket_number !== null && <Link to={`/maintenance/tickets/${work.ticket_id}`}>#{work.ticket_number}</Link>} {work.plan} ·{" "}
            {[work.room, work.asset].filter(Boolean).join(" · ")}{" "}
            <span className="dim">
              {t("preventive.due", { day: words.day(work.due_on) })}
              {work.ended_on !== null && ` · ${t("preventive.ended", { day: words.day(work.ended_on) })}`}
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}
