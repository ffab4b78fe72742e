/** What was asked of a device, by whom and why, and how each command ended; older ones page by page. */
import { Button, Skeleton } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useDeviceCommands } from "../../api/deviceQueries";
import type { Command } from "../../api/types";
import { useFormats } from "../../frame/me";
import { useTold } from "../../parts/told";
import { useHotelNow } from "../../time/clock";
import classes from "./Devices.module.css";

const failed: Command["state"][] = ["rejected", "timed_out", "expired"];

export function DeviceCommands({ id }: { id: string }) {
  const { t, i18n } = useTranslation();
  const { dayTime } = useFormats();
  const now = useHotelNow();
  const told = useTold();
  const commands = useDeviceCommands(id);
  const all = commands.data?.pages.flatMap((page) => page.items);
  const cause = (one: Command) => (i18n.exists(`causes.${one.cause}`) ? t(`causes.${one.cause}`) : one.cause);
  if (all === undefined) return <Skeleton height={120} />;
  if (all.length === 0) return <p className="dim">{t("devices.page.no_commands")}</p>;
  return (
    <>
      <ul className={classes.commands} data-testid="device-commands">
        {all.map((one) => (
          <li key={one.id}>
            <time dateTime={one.made_at}>{dayTime(one.made_at, now)}</time>
            <div>
              <b>{`${told.property(one.property)} ${told.value(one.property, one.value)}`}</b>
              <span
                className={
                  failed.includes(one.state) ? "tone-wrong" : one.state === "confirmed" ? "tone-done" : "tone-quiet"
                }
              >
                {` · ${t(`command_states.${one.state}`)}`}
                {one.ended_at !== null && one.sent_at !== null && ` (${span(one.sent_at, one.ended_at)})`}
              </span>
              <div className="dim">
                {[told.by(one.by), t(`levels.${one.level}`), cause(one)].join(" · ")}
                {one.detail !== null && <div>{one.detail_code ? t(`ends.${one.detail_code}`) : one.detail}</div>}
              </div>
            </div>
          </li>
        ))}
      </ul>
      {commands.hasNextPage && (
        <Button variant="subtle" size="sm" loading={commands.isFetchingNextPage} onClick={() => void commands.fetchNextPage()}>
          {t("devices.page.older")}
        </Button>
      )}
    </>
  );
}

/** From the wire to the end: "0.4 s". */
function span(from: string, to: string): string {
  const seconds = Math.max(0, (Date.parse(to) - Date.parse(from)) / 1000);
  return `${seconds < 10 ? seconds.toFixed(1) : Math.round(seconds)} s`;
}
