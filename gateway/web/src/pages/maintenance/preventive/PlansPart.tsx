/** Every plan of the property, one line each; a line opens the plan. */
import { Alert, Button, Skeleton } from "@mantine/core";
import { IconCalendarRepeat, IconCircleOff, IconPlus } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type PreventivePlan, usePlans } from "../../../api/preventive";
import { useFormats, useMe, useSentence } from "../../../frame/me";
import { Empty } from "../../../parts/Empty";
import { useHotelNow } from "../../../time/clock";
import { wallTime } from "../../../time/zone";
import { PlanDrawer } from "./PlanDrawer";
import { newPlan } from "./planDraft";
import classes from "./Preventive.module.css";
import { usePreventiveWords } from "./usePreventiveWords";

export function PlansPart() {
  const { t } = useTranslation();
  const sentence = useSentence();
  const { may } = useMe();
  const formats = useFormats();
  const now = useHotelNow();
  const plans = usePlans();
  const [open, setOpen] = useState<PreventivePlan | null>(null);
  if (plans.error && !plans.data) return <Alert color="orange">{sentence(plans.error)}</Alert>;
  if (!plans.data) return <Skeleton height={420} radius={12} />;
  const begin = may("repair") && (
    <Button leftSection={<IconPlus size={18} />} onClick={() => setOpen(newPlan(wallTime(now, formats.zone).date))} data-testid="plan-add">
      {t("preventive.add_plan")}
    </Button>
  );
  return (
    <>
      <div className={classes.bar}>
        <p className="dim" style={{ margin: 0, maxWidth: 680 }}>
          {t("preventive.plans_text")}
        </p>
        <span className={classes.push} />
        {plans.data.length > 0 && begin}
      </div>
      <div className="card">
        {plans.data.length === 0 ? (
          <Empty icon={IconCalendarRepeat} title={t("preventive.none_plan_title")} text={t("preventive.none_plan_text")} action={begin || undefined} />
        ) : (
          <ul className={classes.list} data-testid="plans">
            {plans.data.map((plan) => (
              <li key={plan.id}>
                <Line plan={plan} onOpen={() => setOpen(plan)} />
              </li>
            ))}
          </ul>
        )}
      </div>
      {open && <PlanDrawer key={open.id} plan={open} plans={plans.data} onClose={() => setOpen(null)} />}
    </>
  );
}

function Line({ plan, onOpen }: { plan: PreventivePlan; onOpen: () => void }) {
  const { t } = useTranslation();
  const words = usePreventiveWords();
  return (
    <button type="button" className={classes.row} onClick={onOpen} data-testid={`plan-${plan.name}`}>
      <span className={classes.what}>
        <b>{plan.name}</b>
        <small>
          {t(`preventive.classes.${plan.work_class}`)} · {words.covers(plan)} · {t("preventive.assets", { count: plan.assets })}
        </small>
      </span>
      <span className={classes.when}>
        {words.rhythm(plan)}
        {plan.trigger.by === "time" && <span className={classes.small}>{t(plan.from_completion ? "preventive.from_completion_short" : "preventive.fixed_short")}</span>}
      </span>
      <span className={classes.end}>
        {!plan.active ? (
          <span className="mark boxed tone-off-sale">
            <IconCircleOff size={15} aria-hidden /> {t("preventive.inactive")}
          </span>
        ) : (
          <>
            {plan.open > 0 && <span className="mark boxed tone-under-way">{t("preventive.open_count", { count: plan.open })}</span>}
            {plan.next_due_on !== null && (
              <span className={classes.small}>{t(plan.next_expected ? "preventive.next_about" : "preventive.next", { day: words.day(plan.next_due_on) })}</span>
            )}
          </>
        )}
      </span>
    </button>
  );
}
