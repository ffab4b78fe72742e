import { IconAlertTriangle, IconCheck, IconClock, IconClockPlay, IconQuestionMark } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { Arrival } from "../api/types";
import { useFormats } from "../frame/me";
import { useHotelNow } from "../time/clock";
import { Mark } from "./marks";
import classes from "./parts.module.css";
import { PlanAlertLine } from "./PlanAlertLine";
import { useReason } from "./reason";
import { promiseOf } from "./roomFacts";
import { signIcons } from "./SignMenu";

/** Who waits in the lobby is told by the mark of the queue. */
const signKinds = ["transfer", "message", "hotel_system"] as const;

/** When the plan starts and when the room is at its temperature, and whether that is in time. */
export function PromiseLine({ arrival }: { arrival: Arrival }) {
  const { t } = useTranslation();
  const { dayTime, span } = useFormats();
  const reason = useReason();
  const now = useHotelNow();
  const promise = promiseOf(arrival, now);
  const plan = arrival.plan;
  const sign = signKinds.find((one) => one === plan?.sign);
  return (
    <span className={classes.promise}>
      {plan !== null && plan.state === "waiting" && (
        <span className="mark tone-quiet">
          <IconClockPlay size={15} stroke={2} aria-hidden />
          <span>
            {t("plan.starts")} <span data-testid={`plan-start-${arrival.stay_id}`}>{dayTime(plan.start_at, now)}</span>
          </span>
        </span>
      )}
      {plan !== null && plan.state === "holding" && (
        <span className="mark tone-under-way">
          <IconClockPlay size={15} stroke={2} aria-hidden />
          <span>{reason(plan.reason_code, plan.reason_values, plan.reason)}</span>
        </span>
      )}
      {plan !== null && plan.state === "running" && (
        <span className="mark tone-under-way">
          <IconClockPlay size={15} stroke={2} aria-hidden />
          <span>
            {t("plan.running_since")}{" "}
            <span data-testid={`plan-start-${arrival.stay_id}`}>{dayTime(plan.start_at, now)}</span>
          </span>
        </span>
      )}
      {promise.kind === "late" ? (
        <Mark
          look={{ icon: IconAlertTriangle, tone: "wrong" }}
          word={t("plan.late", { time: dayTime(promise.at, now), span: span(promise.minutes) })}
        />
      ) : promise.kind === "kept" ? (
        <Mark
          look={{ icon: IconCheck, tone: "done" }}
          word={plan?.state === "ready" ? t("plan.ready") : t("plan.in_time", { time: dayTime(promise.at, now) })}
        />
      ) : promise.kind === "ready_at" ? (
        <Mark look={{ icon: IconClock, tone: "quiet" }} word={t("plan.ready_at", { time: dayTime(promise.at, now) })} />
      ) : plan === null ? (
        <Mark look={{ icon: IconQuestionMark, tone: "quiet" }} word={t("plan.none")} />
      ) : null}
      {sign !== undefined && plan?.signed_at != null && (
        <Mark look={{ icon: signIcons[sign], tone: "under-way" }} word={t(`sign.given.${sign}`, { time: dayTime(plan.signed_at, now) })} />
      )}
      {plan !== null && <PlanAlertLine plan={plan} />}
    </span>
  );
}
