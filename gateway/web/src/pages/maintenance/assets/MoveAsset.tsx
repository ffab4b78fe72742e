/** Where an asset is now: a room, another place, or nowhere (the store). Open tickets stay where they happened. */
import { Button, Group, Modal, Select, Stack, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type AssetDetail, useMoveAsset } from "../../../api/assets";
import { useRoomOrder } from "../../../api/queries";
import { useTell } from "../../../parts/tell";

export function MoveAsset({ asset, onClose }: { asset: AssetDetail; onClose: () => void }) {
  const { t } = useTranslation();
  const tell = useTell();
  const move = useMoveAsset(asset.id);
  const rooms = useRoomOrder();
  const [room, setRoom] = useState(asset.room);
  const [area, setArea] = useState(asset.area ?? "");
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
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t("do.cancel")}
          </Button>
          <Button
            loading={move.isPending}
            onClick={() =>
              move.mutate(
                { room, area: area.trim() === "" ? null : area.trim() },
                {
                  onSuccess: () => {
                    tell.done(t("assets.moved", { name: asset.name }), () =>
                      move.mutate({ room: asset.room, area: asset.area }, { onError: tell.refused }),
                    );
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
