import { IconAlertTriangle } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { Plan } from "../api/types";
import { Mark } from "./marks";
import classes from "./parts.module.css";
import { useReason } from "./reason";

/** That an arrival cannot be met: how warm it will be at the door, and what would help. */
export function PlanAlertLine({ plan }: { plan: Plan }) {
  const { t } = useTranslation();
  const reason = useReason();
  const { alert } = plan;
  if (alert === null || alert === undefined) return null;
  const { celsius_at_door, wanted_celsius } = alert;
  return (
    <span data-testid={`plan-alert-${plan.room}`}>
      <Mark
        look={{ icon: IconAlertTriangle, tone: "wrong" }}
        word={reason(alert.code, { celsius_at_door, wanted_celsius }, alert.reason)}
      />
      <span className={classes.help}>
        {t("plan.helps")} {alert.helps.map((help) => t(`values.help.${help}`)).join(" · ")}
      </span>
    </span>
  );
}
