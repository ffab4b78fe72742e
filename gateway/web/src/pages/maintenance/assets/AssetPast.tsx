/** Everything that happened to an asset, its own steps and those of its tickets in one line, newest first. */
import { Button, Skeleton } from "@mantine/core";
import {
  IconArrowsMove,
  IconCircleDashed,
  IconFile,
  IconLock,
  IconLockOpen,
  IconPencil,
  IconPlus,
  IconRefresh,
  IconTool,
  IconWifi,
  type Icon,
} from "@tabler/icons-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { type AssetDetail, type AssetTimelineEntry, useAssetTimeline } from "../../../api/assets";
import { useFormats } from "../../../frame/me";
import { useHotelNow } from "../../../time/clock";
import shared from "../Maintenance.module.css";
import { useTicketTitle } from "../useTicketWords";
import classes from "./Assets.module.css";

const icons: Record<string, Icon> = {
  made: IconPlus,
  edited: IconPencil,
  told: IconRefresh,
  moved: IconArrowsMove,
  device_gone: IconCircleDashed,
  device_back: IconWifi,
  device_moved: IconArrowsMove,
  lock_out: IconLock,
  lock_release: IconLockOpen,
  document_added: IconFile,
  document_dropped: IconFile,
  part_added: IconTool,
  part_dropped: IconTool,
};

export function AssetPast({ asset }: { asset: AssetDetail }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const now = useHotelNow();
  const past = useAssetTimeline(asset.id);
  const told = useTold();
  const entries = past.data?.pages.flatMap((page) => page.items);
  return (
    <section className="card" aria-label={t("timeline.title")} data-testid="asset-past">
      <h3 className={shared.partName}>{t("timeline.title")}</h3>
      {!entries ? (
        <Skeleton height={160} />
      ) : (
        <ul className={classes.past}>
          {entries.map((entry, index) => {
            const Glyph = entry.ticket_id !== null ? IconTool : (icons[entry.action] ?? IconPencil);
            return (
              <li key={`${entry.at}-${index}`}>
                <time dateTime={entry.at}>{formats.dayTime(entry.at, now)}</time>
                <Glyph size={17} stroke={1.7} aria-hidden className="tone-quiet" />
                <span>
                  {told(entry)} <span className="dim">· {entry.by}</span>
                </span>
              </li>
            );
          })}
        </ul>
      )}
      {past.hasNextPage && (
        <Button variant="subtle" loading={past.isFetchingNextPage} onClick={() => void past.fetchNextPage()}>
          {t("assets.more")}
        </Button>
      )}
    </section>
  );
}

function useTold(): (entry: AssetTimelineEntry) => ReactNode {
  const { t, i18n } = useTranslation();
  const title = useTicketTitle();
  return (entry) => {
    const detail = entry.detail;
    const text = (name: string) => (typeof detail[name] === "string" ? detail[name] : "");
    if (entry.ticket_id !== null) {
      const reason = text("reason");
      return (
        <>
          <Link to={`/maintenance/tickets/${entry.ticket_id}`}>#{entry.ticket_number}</Link>{" "}
          {title({ title_code: entry.title_code ?? "", title_params: entry.title_params })} · {t(`ticket_steps.${entry.action}`)}
          {reason !== "" && ` · ${i18n.exists(`hold_reasons.${reason}`) ? t(`hold_reasons.${reason}`) : reason}`}
          {text("comment") !== "" && ` · ${text("comment")}`}
        </>
      );
    }
    if (entry.action === "moved") {
      const place = (side: "from" | "to") => text(`${side}_room`) || text(`${side}_area`) || t("assets.no_place");
      return t("asset_steps.moved", { from: place("from"), to: place("to") });
    }
    if (entry.action === "device_moved") return t("asset_steps.device_moved", { to: text("to_room") || t("assets.no_place") });
    if (entry.action === "made") return t("asset_steps.made", { source: t(`asset_sources.${text("source") || "hand"}`) });
    const changed = detail.changed;
    const names =
      typeof changed === "object" && changed !== null
        ? Object.entries(changed as Record<string, [unknown, unknown]>).map(([field, [, value]]) =>
            i18n.exists(`asset_fields.${field}`)
              ? `${t(`asset_fields.${field}`)}: ${plain(value, field)}`
              : `${t("assets.software")}: ${plain(value, field)}`,
          )
        : [];
    const what = names.length > 0 ? names.join(", ") : text("title") || text("name") || text("reason");
    return `${t(`asset_steps.${entry.action}`)}${what === "" ? "" : `: ${what}`}`;

    function plain(value: unknown, field: string): string {
      if (value === null || value === "") return "–";
      if (field === "price_cents" && typeof value === "number") return (value / 100).toFixed(2);
      if (field === "kind") return t(`asset_kinds.${String(value)}`);
      if (field === "state") return t(`asset_states.${String(value)}`);
      return String(value);
    }
  };
}
