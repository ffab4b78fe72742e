import { Button, Group, Modal, Stack, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Arrival } from "../../api/types";
import { RoomPicker } from "../../parts/RoomPicker";
import { RoomSuggestions } from "./RoomSuggestions";

const LONGEST_REASON = 200;

export function MoveDialog({
  arrival,
  busy,
  onClose,
  onMove,
}: {
  arrival: Arrival;
  busy: boolean;
  onClose: () => void;
  onMove: (body: { room: string; reason?: string }) => void;
}) {
  const { t } = useTranslation();
  const [room, setRoom] = useState<string | null>(null);
  const [reason, setReason] = useState("");
  const who = arrival.guest ?? arrival.confirmation;
  return (
    <Modal
      opened
      onClose={onClose}
      size="lg"
      title={arrival.room === null ? t("move.assign_title", { who }) : t("move.title", { who, room: arrival.room })}
      closeButtonProps={{ "aria-label": t("do.close") }}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (room !== null) onMove({ room, ...(reason.trim() === "" ? {} : { reason: reason.trim() }) });
        }}
      >
        <Stack gap="md">
          <RoomPicker
            label={t("move.to")}
            value={room}
            onChange={setRoom}
            roomType={arrival.room_type}
            exclude={arrival.room}
          />
          <RoomSuggestions stayId={arrival.stay_id} value={room} onPick={setRoom} />
          <TextInput
            label={t("move.reason")}
            maxLength={LONGEST_REASON}
            value={reason}
            onChange={(event) => setReason(event.currentTarget.value)}
          />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t("do.cancel")}
            </Button>
            <Button type="submit" loading={busy} disabled={room === null} data-testid="move-confirm">
              {arrival.room === null ? t("do.assign_room") : t("do.move_room")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
