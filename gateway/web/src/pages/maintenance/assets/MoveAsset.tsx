/** Where an asset is now: a room, another place, or nowhere (the store), and whether its device goes along. Open
 * tickets stay where they happened. */
import { Alert, Button, Checkbox, Group, Modal, Select, Stack, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { type AssetDetail, useMoveAsset } from "../../../api/assets";
import { useRoomOrder } from "../../../api/queries";
import { useMe } from "../../../frame/me";
import { useTell } from "../../../parts/tell";
import classes from "./Assets.module.css";

/** Where its device is approved; null when no device stands behind it. */
const placed = (asset: AssetDetail) => (asset.gone_since === null ? asset.device_room : null);

export function MoveAsset({ asset, onClose }: { asset: AssetDetail; onClose: () => void }) {
  const { t } = useTranslation();
  const tell = useTell();
  const move = useMoveAsset(asset.id);
  const rooms = useRoomOrder();
  const [room, setRoom] = useState(asset.room);
  const [area, setArea] = useState(asset.area ?? "");
  const [along, setAlong] = useState(true);
  const device = placed(asset);
  const follows = device !== null && device !== room;
  return (
    <Modal opened onClose={onClose} title={t("assets.move_title", { name: asset.name })} closeButtonProps={{ "aria-label": t("do.close") }}>
      <Stack>
        <Select
          label={t("assets.room")}
          data={(rooms.data ?? []).map((one) => one.number)}
          value={room}
          onChange={setRoom}
          searchable
          limit={80}
          clearable
          clearButtonProps={{ "aria-label": t("do.clear") }}
          disabled={area.trim() !== ""}
          data-testid="asset-move-room"
        />
        <TextInput label={t("assets.area")} value={area} maxLength={100} disabled={room !== null} onChange={(event) => setArea(event.currentTarget.value)} />
        {asset.open_tickets > 0 && <span className="dim">{t("assets.move_tickets", { count: asset.open_tickets })}</span>}
        {follows && (
          <Checkbox
            label={t("assets.move_device", { room: device })}
            description={t(!along ? "assets.move_device_left" : room === null ? "assets.move_device_store" : "assets.move_device_room", { room: device })}
            checked={along}
            onChange={(event) => setAlong(event.currentTarget.checked)}
            data-testid="asset-move-device"
          />
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t("do.cancel")}
          </Button>
          <Button
            loading={move.isPending}
            onClick={() =>
              move.mutate(
                { room, area: area.trim() === "" ? null : area.trim(), with_device: follows && along },
                {
                  onSuccess: () => {
                    const back = { room: asset.room, area: asset.area, with_device: follows && along };
                    // Where its device was elsewhere, or has lost its approval, this way back would be another one.
                    const undo = back.with_device && (room === null || device !== asset.room) ? undefined : () => move.mutate(back, { onError: tell.refused });
                    tell.done(t("assets.moved", { name: asset.name }), undo);
                    onClose();
                  },
                  onError: tell.refused,
                },
              )
            }
            data-testid="asset-move-save"
          >
            {t("do.save")}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

/** Says what is left to do where an asset was moved and its device was not, and does it. */
export function DeviceElsewhere({ asset }: { asset: AssetDetail }) {
  const { t } = useTranslation();
  const { may } = useMe();
  const tell = useTell();
  const move = useMoveAsset(asset.id);
  const device = placed(asset);
  if (device === null || device === asset.room) return null;
  return (
    <Alert color="orange" data-testid="device-elsewhere">
      <p>
        {t("assets.device_elsewhere", { room: device })} <Link to={`/devices/${asset.device_id ?? ""}`}>{t("assets.to_device")}</Link>
      </p>
      {may("repair") && (
        <div className={classes.links}>
          <Button
            variant="default"
            loading={move.isPending}
            onClick={() => move.mutate({ room: asset.room, area: asset.area, with_device: true }, { onError: tell.refused })}
            data-testid="device-along"
          >
            {asset.room === null ? t("assets.device_withdrawn") : t("assets.device_along", { room: asset.room })}
          </Button>
        </div>
      )}
    </Alert>
  );
}
