/** Isolates an asset for work and gives it back; always says what that does not do. */
import { Alert, Button, Stack, TextInput } from "@mantine/core";
import { IconLock, IconLockOpen } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { type AssetDetail, useLockOutAsset, useReleaseAsset } from "../../../api/assets";
import { useFormats, useMe } from "../../../frame/me";
import { useTell } from "../../../parts/tell";
import { useHotelNow } from "../../../time/clock";
import shared from "../Maintenance.module.css";

const MOST_REASON = 200;

export function Isolation({ asset }: { asset: AssetDetail }) {
  const { t } = useTranslation();
  const { may } = useMe();
  const tell = useTell();
  const formats = useFormats();
  const now = useHotelNow();
  const lock = useLockOutAsset(asset.id);
  const release = useReleaseAsset(asset.id);
  const [asking, setAsking] = useState(false);
  const [reason, setReason] = useState("");
  const on = asset.lock_out;

  if (on !== null) {
    const own = on.asset_id === asset.lock_asset_id;
    return (
      <section className={`card ${shared.locked}`} aria-label={t("lock_out.title")} data-testid="asset-locked">
        <b className="tone-wrong">
          <IconLock size={18} aria-hidden /> {t("lock_out.on", { what: own ? asset.name : on.asset_id })}
        </b>
        <span>
          {on.reason} · {on.by} · {formats.dayTime(on.since, now)}
        </span>
        <span className="dim">{t("lock_out.warning")}</span>
        {on.ticket_id !== null && <Link to={`/maintenance/tickets/${on.ticket_id}`}>{t("assets.to_ticket")}</Link>}
        {!own && <span className="dim">{t("lock_out.of_above")}</span>}
        {own && may("repair") && (
          <Button
            variant="default"
            leftSection={<IconLockOpen size={18} />}
            loading={release.isPending}
            onClick={() => release.mutate(undefined, { onError: tell.refused })}
            className={shared.noPrint}
            data-testid="asset-release-lock"
          >
            {t("lock_out.release")}
          </Button>
        )}
      </section>
    );
  }
  // Without a device the house sends nothing to it.
  if (asset.lock_asset_id === null || !may("repair")) return null;
  if (!asking) {
    return (
      <Button variant="default" leftSection={<IconLock size={18} />} onClick={() => setAsking(true)} className={shared.noPrint} data-testid="asset-lock-out">
        {t("lock_out.set")}
      </Button>
    );
  }
  return (
    <section className={`card ${shared.noPrint}`} aria-label={t("lock_out.title")}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          lock.mutate(reason.trim(), {
            onSuccess: () => {
              setAsking(false);
              setReason("");
            },
            onError: tell.refused,
          });
        }}
      >
        <Stack gap="sm">
          <Alert color="orange">{t("lock_out.warning")}</Alert>
          <TextInput
            label={t("maintenance.reason")}
            value={reason}
            maxLength={MOST_REASON}
            onChange={(event) => setReason(event.currentTarget.value)}
            data-testid="asset-lock-reason"
          />
          <Button type="submit" disabled={reason.trim() === ""} loading={lock.isPending} data-testid="asset-lock-send">
            {t("lock_out.set")}
          </Button>
        </Stack>
      </form>
    </section>
  );
}
