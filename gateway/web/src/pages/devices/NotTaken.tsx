/** What came from the broker and was not taken: payloads, configs, devices not supported, failing templates. */
import { Alert, SegmentedControl, Skeleton } from "@mantine/core";
import { IconChecks } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useRefused } from "../../api/deviceQueries";
import type { Refusal } from "../../api/types";
import { useFormats, useSentence } from "../../frame/me";
import { Empty } from "../../parts/Empty";
import type { SearchPut } from "../../parts/useSearchPut";
import { useHotelNow } from "../../time/clock";
import classes from "./Devices.module.css";
import { RetainedCommands } from "./RetainedCommands";

export const refusalKinds: Refusal["kind"][] = ["payload", "config", "not_supported", "template"];

export function NotTaken({ kind, put }: { kind: Refusal["kind"] | null; put: SearchPut }) {
  const { t } = useTranslation();
  const sentence = useSentence();
  const { dayTime } = useFormats();
  const now = useHotelNow();
  const refused = useRefused(true);
  if (refused.error && !refused.data) return <Alert color="orange">{sentence(refused.error)}</Alert>;
  if (!refused.data) return <Skeleton height={320} radius={12} />;
  const there = refused.data.filter((one) => kind === null || one.kind === kind);
  return (
    <>
      <RetainedCommands />
      <div className={classes.bar}>
        <SegmentedControl
          value={kind ?? "all"}
          onChange={(value) => put({ kind: value === "all" ? null : value })}
          data={[
            { value: "all", label: t("devices.shows.all") },
            ...refusalKinds.map((one) => ({ value: one, label: t(`devices.refused.kinds.${one}`) })),
          ]}
          aria-label={t("devices.refused.kind")}
          className={classes.kinds}
        />
      </div>
      {there.length === 0 ? (
        <Empty icon={IconChecks} title={t("devices.refused.none_title")} text={t("devices.refused.none_text")} />
      ) : (
        <ul className={`card ${classes.refusals}`} data-testid="refusals">
          {there.map((one, index) => (
            <li key={`${one.kind}-${one.subject}-${index}`}>
              <div className={classes.refusalHead}>
                <span className="mark boxed tone-quiet">{t(`devices.refused.kinds.${one.kind}`)}</span>
                <code>{one.subject}</code>
                {one.at !== null && <time className="dim">{dayTime(one.at, now)}</time>}
              </div>
              <p>{one.detail}</p>
              {one.sample !== null && one.sample !== "" && <code className={classes.sample}>{one.sample}</code>}
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
