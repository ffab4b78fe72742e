/** Messages that lie on devices' command topics: the broker repeats them at each reconnect. An engineer clears them. */
import { Button } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useClearRetained, useRetainedCommands } from "../../api/deviceQueries";
import type { RetainedCommand } from "../../api/types";
import { useFormats, useMe } from "../../frame/me";
import { useTell } from "../../parts/tell";
import { useHotelNow } from "../../time/clock";
import classes from "./Devices.module.css";

export function RetainedCommands() {
  const { t } = useTranslation();
  const retained = useRetainedCommands();
  if (!retained.data || retained.data.length === 0) return null;
  return (
    <section className={`card ${classes.panel} ${classes.asks} ${classes.apart}`} data-testid="retained">
      <h2>{t("devices.retained.title")}</h2>
      <p className={classes.lead}>{t("devices.retained.text")}</p>
      <ul className={classes.retained}>
        {retained.data.map((one) => (
          <Retained key={one.topic} one={one} />
        ))}
      </ul>
    </section>
  );
}

function Retained({ one }: { one: RetainedCommand }) {
  const { t } = useTranslation();
  const tell = useTell();
  const { may } = useMe();
  const { dayTime } = useFormats();
  const now = useHotelNow();
  const clear = useClearRetained();
  return (
    <li>
      <div>
        <code>{one.topic}</code>
        <code className={classes.sample}>{one.sample}</code>
        <span className="dim">{[dayTime(one.seen_at, now), ...one.entities].join(" · ")}</span>
      </div>
      {may("approve") && (
        <Button
          size="compact-md"
          variant="default"
          loading={clear.isPending}
          onClick={() =>
            clear.mutate(one.topic, {
              onSuccess: () => tell.done(t("devices.retained.cleared", { topic: one.topic })),
              onError: tell.refused,
            })
          }
        >
          {t("do.clear")}
        </Button>
      )}
    </li>
  );
}
