/** Which room the word on equipment is for. */
import { Button, Group, Modal, Select, Stack } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useRoomOrder } from "../../../api/queries";

export function RoomScopeDialog({ onPick, onClose }: { onPick: (room: string) => void; onClose: () => void }) {
  const { t } = useTranslation();
  const rooms = useRoomOrder();
  const [room, setRoom] = useState<string | null>(null);
  return (
    <Modal opened onClose={onClose} title={t("equipment.one_room")} closeButtonProps={{ "aria-label": t("do.close") }}>
      <Stack>
        <Select
          label={t("equipment.room")}
          data={(rooms.data ?? []).map((one) => ({ value: one.number, label: `${one.number} · ${one.type.name}` }))}
          value={room}
          onChange={setRoom}
          searchable
          limit={60}
          nothingFoundMessage={t("picker.none")}
          data-autofocus
          data-testid="equipment-room"
        />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t("do.cancel")}
          </Button>
          <Button disabled={room === null} onClick={() => room !== null && onPick(room)}>
            {t("do.go_on")}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
