/** One rule: what it looks for, how often it was right, its thresholds with their sources, and whether it is trusted. */
import { Button, Collapse } from "@mantine/core";
import { IconBulb, IconChevronDown, IconChevronRight, IconShieldCheck, IconTicket } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useApproveRule } from "../../../api/diagnosisQueries";
import type { DiagnosisRule } from "../../../api/types";
import { useTell } from "../../../parts/tell";
import classes from "./Diagnosis.module.css";

export function RuleRow({ rule }: { rule: DiagnosisRule }) {
  const { t, i18n } = useTranslation();
  const tell = useTell();
  const approve = useApproveRule();
  const [unfolded, setUnfolded] = useState(false);
  const number = new Intl.NumberFormat(i18n.language, { maximumFractionDigits: 2 });
  const share = new Intl.NumberFormat(i18n.language, { style: "percent", maximumFractionDigits: 0 });
  const judged = rule.real + rule.known + rule.false;
  const Chevron = unfolded ? IconChevronDown : IconChevronRight;
  return (
    <li className={classes.rule} data-testid={`rule-${rule.code}`}>
      <button
        type="button"
        className={classes.fold}
        aria-expanded={unfolded}
        onClick={() => setUnfolded(!unfolded)}
        data-testid={`unfold-${rule.code}`}
      >
        <Chevron size={18} aria-hidden />
        <span>
          <strong>{t(`faults.${rule.code}`)}</strong>
          <span className={classes.about}>{t(`diagnosis.about.${rule.code}`)}</span>
        </span>
      </button>
      <span className={classes.trust}>
        {rule.at_once ? (
          <span className="mark boxed tone-done">
            <IconShieldCheck size={15} aria-hidden /> {t("diagnosis.trust.safety")}
          </span>
        ) : rule.approved ? (
          <span className="mark boxed tone-done">
            <IconTicket size={15} aria-hidden /> {t("diagnosis.trust.approved")}
          </span>
        ) : (
          <span className="mark boxed tone-quiet">
            <IconBulb size={15} aria-hidden /> {t("diagnosis.trust.suggests")}
          </span>
        )}
        {rule.waiting > 0 && (
          <span className="mark boxed tone-attention">{t("diagnosis.waits", { count: rule.waiting })}</span>
        )}
      </span>
      <span className={classes.figures}>
        <span>{t("diagnosis.in_month", { count: rule.found })}</span>
        <span className="dim">
          {rule.precision === null
            ? t("diagnosis.no_verdict")
            : t("diagnosis.precision", { share: share.format(rule.precision), count: judged })}
        </span>
      </span>
      <span className={classes.trusting}>
        {!rule.at_once && (
          <Button
            size="compact-md"
            variant={rule.approved ? "default" : "filled"}
            loading={approve.isPending}
            onClick={() =>
              approve.mutate(
                { code: rule.code, version: rule.version, approved: !rule.approved },
                {
                  onSuccess: (now) =>
                    tell.done(
                      t(now.approved ? "diagnosis.now_approved" : "diagnosis.now_suggests", {
                        fault: t(`faults.${rule.code}`),
                      }),
                    ),
                  onError: tell.refused,
                },
              )
            }
            data-testid={`approve-${rule.code}`}
          >
            {t(rule.approved ? "diagnosis.only_suggest" : "diagnosis.approve")}
          </Button>
        )}
      </span>
      <Collapse expanded={unfolded} className={classes.limits}>
        <table>
          <thead>
            <tr>
              <th scope="col">{t("diagnosis.limit")}</th>
              <th scope="col">{t("diagnosis.value")}</th>
              <th scope="col">{t("diagnosis.source")}</th>
            </tr>
          </thead>
          <tbody>
            {rule.limits.map((limit) => (
              <tr key={limit.name}>
                <td>{t(`diagnosis.limits.${limit.name}`)}</td>
                <td className={classes.value}>{number.format(limit.value)}</td>
                <td>{t(`diagnosis.why.${rule.code}.${limit.name}`)}</td>
              </tr>
            ))}
          </tbody>
        </table>
        {rule.approved_by !== null && <p className="dim">{t("diagnosis.decided_by", { name: rule.approved_by })}</p>}
      </Collapse>
    </li>
  );
}
