import { Button, Group, Modal, Stack, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useRooms } from "../../api/queries";
import type { Arrival } from "../../api/types";
import { BlockerMarks } from "../../parts/marks";
import { RoomPicker } from "../../parts/RoomPicker";
import { RoomSuggestions } from "./RoomSuggestions";
import classes from "./Arrivals.module.css";

const LONGEST_REASON = 200;

/** Check-in that needs a word more: which room, or why into one that is not ready. */
export function CheckInDialog({
  arrival,
  busy,
  onClose,
  onCheckIn,
}: {
  arrival: Arrival;
  busy: boolean;
  onClose: () => void;
  onCheckIn: (body: { room?: string; unready_reason?: string }) => void;
}) {
  const { t } = useTranslation();
  const rooms = useRooms();
  const [picked, setPicked] = useState<string | null>(null);
  const [reason, setReason] = useState("");
  const room = picked ?? arrival.room;
  const chosen = rooms.data?.find((one) => one.number === room);
  const ready = picked === null ? arrival.room !== null && arrival.ready : (chosen?.ready ?? false);
  const blockers = picked === null ? arrival.blocked_by : (chosen?.blocked_by ?? []);
  const complete = room !== null && (ready || reason.trim() !== "");
  return (
    <Modal
      opened
      onClose={onClose}
      title={t("check_in.title", { who: arrival.guest ?? arrival.confirmation })}
      closeButtonProps={{ "aria-label": t("do.close") }}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (!complete) return;
          onCheckIn({
            ...(picked === null ? {} : { room: picked }),
            ...(ready ? {} : { unready_reason: reason.trim() }),
          });
        }}
      >
        <Stack gap="md">
          <RoomPicker label={t("check_in.room")} value={room} onChange={setPicked} roomType={arrival.room_type} />
          {(arrival.room === null || !arrival.ready) && (
            <RoomSuggestions stayId={arrival.stay_id} value={picked} onPick={setPicked} />
          )}
          {room !== null && !ready && (
            <>
              <div>
                <Text size="sm" mb={6}>
                  {t("check_in.not_ready", { room })}
                </Text>
                <div className={classes.blocks}>
                  <BlockerMarks blockers={blockers} />
                </div>
              </div>
              <TextInput
                label={t("check_in.reason")}
                description={t("check_in.reason_hint")}
                maxLength={LONGEST_REASON}
                value={reason}
                onChange={(event) => setReason(event.currentTarget.value)}
                data-autofocus
                data-testid="unready-reason"
              />
            </>
          )}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t("do.cancel")}
            </Button>
            <Button type="submit" loading={busy} disabled={!complete} data-testid="check-in-confirm">
              {t("do.check_in")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
