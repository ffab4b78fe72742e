/** What is muted, until when, and the way back. */
import { Button } from "@mantine/core";
import { IconBell } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useUnmute } from "../../../api/diagnosisQueries";
import type { Mute } from "../../../api/types";
import { useFormats } from "../../../frame/me";
import { useTell } from "../../../parts/tell";
import { useHotelNow } from "../../../time/clock";
import classes from "./Diagnosis.module.css";

export function MuteList({ mutes, names }: { mutes: Mute[]; names: Map<string, string> }) {
  const { t } = useTranslation();
  const { dayTime } = useFormats();
  const tell = useTell();
  const now = useHotelNow();
  const unmute = useUnmute();
  return (
    <section>
      <h2>{t("diagnosis.mutes")}</h2>
      <ul className={`card ${classes.mutes}`} data-testid="mutes">
        {mutes.map((mute) => (
          <li key={`${mute.fault} ${mute.asset_key}`}>
            <span>
              <strong>{t(`faults.${mute.fault}`)}</strong> · {names.get(mute.asset_key) ?? mute.asset_key}
              <span className="dim">{t("diagnosis.muted_until", { when: dayTime(mute.until, now), name: mute.by })}</span>
            </span>
            <Button
              size="compact-md"
              variant="default"
              leftSection={<IconBell size={16} />}
              onClick={() => unmute.mutate({ fault: mute.fault, asset_key: mute.asset_key }, { onError: tell.refused })}
            >
              {t("diagnosis.unmute")}
            </Button>
          </li>
        ))}
      </ul>
    </section>
  );
}
