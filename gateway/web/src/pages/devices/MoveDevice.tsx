/** Another room or another purpose for a device that is approved already. */
import { Button, Group, Modal, Stack } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useApproveDevices } from "../../api/deviceQueries";
import type { Device, Purpose } from "../../api/types";
import { useTell } from "../../parts/tell";
import { PurposeField, RoomField } from "./PlaceFields";

export function MoveDevice({ device, onClose }: { device: Device; onClose: () => void }) {
  const { t } = useTranslation();
  const tell = useTell();
  const approve = useApproveDevices();
  const [room, setRoom] = useState<string | null>(device.room);
  const [purpose, setPurpose] = useState<Purpose>(device.purpose);
  const before = { device_id: device.id, room: device.room, purpose: device.purpose };
  return (
    <Modal opened onClose={onClose} title={t("devices.move_title", { device: device.name })} closeButtonProps={{ "aria-label": t("do.close") }}>
      <Stack>
        <RoomField value={room} onChange={setRoom} testId="move-room" />
        <PurposeField value={purpose} onChange={setPurpose} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t("do.cancel")}
          </Button>
          <Button
            disabled={room === null && purpose !== "outdoor_temperature"}
            loading={approve.isPending}
            onClick={() =>
              approve.mutate([{ device_id: device.id, room, purpose }], {
                onSuccess: () => {
                  tell.done(t("devices.moved", { device: device.name }), () => approve.mutate([before], { onError: tell.refused }));
                  onClose();
                },
                onError: tell.refused,
              })
            }
            data-testid="move-save"
          >
            {t("do.save")}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
