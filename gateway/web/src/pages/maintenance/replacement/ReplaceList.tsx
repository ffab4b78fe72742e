/** Repair or replace: an ordered list; a line opens to every term of its sum and the tickets behind it. */
import { Alert, Select, Skeleton } from "@mantine/core";
import { IconArrowsExchange, IconChevronDown, IconChevronRight, IconCircleCheck, IconEye, IconHelpCircle, IconShieldCheck, type Icon } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { type Replacement, useReplacements } from "../../../api/preventive";
import { useSentence } from "../../../frame/me";
import { Empty } from "../../../parts/Empty";
import classes from "../preventive/Preventive.module.css";
import { TicketLinks } from "../preventive/TicketLinks";
import { usePreventiveWords } from "../preventive/usePreventiveWords";
import { Limits } from "./Limits";

const looks: Record<Replacement["verdict"], { icon: Icon; tone: string }> = {
  replace: { icon: IconArrowsExchange, tone: "tone-wrong" },
  claim: { icon: IconShieldCheck, tone: "tone-attention" },
  watch: { icon: IconEye, tone: "tone-attention" },
  unknown: { icon: IconHelpCircle, tone: "tone-quiet" },
  keep: { icon: IconCircleCheck, tone: "tone-done" },
};
const MOST_SHOWN = 100;

export function ReplaceList() {
  const { t } = useTranslation();
  const sentence = useSentence();
  const found = useReplacements();
  const [verdict, setVerdict] = useState<string | null>(null);
  if (found.error && !found.data) return <Alert color="orange">{sentence(found.error)}</Alert>;
  if (!found.data) return <Skeleton height={420} radius={12} />;
  const wanted = found.data.items.filter((one) => verdict === null || one.verdict === verdict);
  return (
    <>
      <div className={classes.bar}>
        <p className="dim" style={{ margin: 0, maxWidth: 680 }}>
          {t("replacement.text")}
        </p>
        <span className={classes.push} />
        <Select
          aria-label={t("replacement.verdict")}
          placeholder={t("replacement.all")}
          data={Object.keys(looks).map((one) => ({ value: one, label: t(`replacement.verdicts.${one}`) }))}
          value={verdict}
          onChange={setVerdict}
          clearable
          clearButtonProps={{ "aria-label": t("do.clear") }}
          w={200}
        />
      </div>
      <div className="card">
        {wanted.length === 0 ? (
          <Empty icon={IconArrowsExchange} title={t("replacement.none_title")} text={t("replacement.none_text")} />
        ) : (
          <ul className={classes.list} data-testid="replacements">
            {wanted.slice(0, MOST_SHOWN).map((one) => (
              <Line key={one.asset_id} one={one} />
            ))}
          </ul>
        )}
        {wanted.length > MOST_SHOWN && <p className={classes.limits}>{t("preventive.more", { count: wanted.length - MOST_SHOWN })}</p>}
      </div>
      <Limits terms={found.data} />
    </>
  );
}

function Line({ one }: { one: Replacement }) {
  const { t } = useTranslation();
  const words = usePreventiveWords();
  const [unfolded, setUnfolded] = useState(false);
  const Chevron = unfolded ? IconChevronDown : IconChevronRight;
  const { icon: Glyph, tone } = looks[one.verdict];
  return (
    <li className={classes.class}>
      <button type="button" className={classes.fold} aria-expanded={unfolded} onClick={() => setUnfolded(!unfolded)} data-testid={`replace-${one.asset}`}>
        <Chevron size={18} aria-hidden />
        <span className={classes.what}>
          <b>
            {one.room !== null && `${one.room} · `}
            {one.asset}
          </b>
          <small>{[words.kind(one.kind), one.model].filter(Boolean).join(" · ")}</small>
        </span>
        <span className={classes.share}>{one.ratio === null ? "–" : words.percent(one.ratio)}</span>
        <span className={classes.when}>
          <span className={`mark boxed ${tone}`}>
            <Glyph size={15} aria-hidden /> {t(`replacement.verdicts.${one.verdict}`)}
          </span>
          <span className={classes.small}>{one.reasons.map((reason) => t(`replacement.reasons.${reason}`)).join(" · ")}</span>
        </span>
      </button>
      {unfolded && <Sum one={one} />}
    </li>
  );
}

function Sum({ one }: { one: Replacement }) {
  const { t } = useTranslation();
  const words = usePreventiveWords();
  const rate = (value: number) => words.number(value, 2);
  return (
    <div className={classes.behind}>
      <dl className={classes.sum}>
        <dt>{t("replacement.cost")}</dt>
        <dd>{words.money(one.cost_cents)}</dd>
        <dt>{t("replacement.rate", { own: one.failures.length, years: words.number(one.seen_years, 3), model: rate(one.model_rate_a_year) })}</dt>
        <dd>{rate(one.rate_a_year)}</dd>
        <dt>{t(one.cents_of_model ? "replacement.each_of_model" : "replacement.each")}</dt>
        <dd>× {words.money(one.cents_a_failure)}</dd>
        <dt>{t("replacement.expected")}</dt>
        <dd>+ {words.money(one.expected_cents)}</dd>
        <dt className={classes.total}>{t("replacement.together")}</dt>
        <dd className={classes.total}>{words.money(one.cost_cents + one.expected_cents)}</dd>
        <dt>{t("replacement.price")}</dt>
        <dd>{one.price_cents === null ? t("replacement.no_price") : `÷ ${words.money(one.price_cents)}`}</dd>
        <dt className={classes.total}>{t("replacement.share")}</dt>
        <dd className={classes.total}>{one.ratio === null ? "–" : words.percent(one.ratio)}</dd>
      </dl>
      <span className={classes.small}>
        {[
          one.by_quarter.length > 0 && t("replacement.quarters", { counts: one.by_quarter.join(" → ") }),
          one.age_years !== null && t("replacement.age", { age: words.number(one.age_years, 1), life: one.life_years === null ? "–" : words.number(one.life_years, 0) }),
          one.warranty_until !== null && t("replacement.warranty", { day: words.day(one.warranty_until) }),
        ]
          .filter(Boolean)
          .join(" · ")}
      </span>
      {one.failures.length > 0 && (
        <span>
          <span className={classes.small}>{t("replacement.failures")}</span> <TicketLinks tickets={one.failures} />
        </span>
      )}
      {one.cost_tickets.length > 0 && (
        <span>
          <span className={classes.small}>{t("replacement.costs")}</span> <TicketLinks tickets={one.cost_tickets} />
        </span>
      )}
      <span>
        <Link to={`/maintenance/assets/${one.asset_id}`}>{t("replacement.open_asset")}</Link>
      </span>
    </div>
  );
}
