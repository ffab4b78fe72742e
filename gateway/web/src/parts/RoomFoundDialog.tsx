/** Somebody was in the room and says whether it is lived in, and by how many. Works offline. */
import { Button, Group, Modal, NumberInput, SegmentedControl, Stack } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useReportRoom } from "../api/discrepancies";
import { useTell } from "./tell";

const MOST_PEOPLE = 30;

export function RoomFoundDialog({ room, onClose }: { room: string; onClose: () => void }) {
  const { t } = useTranslation();
  const tell = useTell();
  const report = useReportRoom(room);
  const [occupied, setOccupied] = useState<string>("vacant");
  const [people, setPeople] = useState<number | null>(null);
  return (
    <Modal opened onClose={onClose} title={<b>{t("room_found.title", { room })}</b>} closeButtonProps={{ "aria-label": t("do.close") }}>
      <Stack gap="md">
        <SegmentedControl
          size="md"
          fullWidth
          value={occupied}
          onChange={setOccupied}
          data={[
            { value: "vacant", label: t("room_found.vacant") },
            { value: "occupied", label: t("room_found.occupied") },
          ]}
          aria-label={t("room_found.which")}
        />
        {occupied === "occupied" && (
          <NumberInput
            label={t("room_found.people")}
            description={t("room_found.people_hint")}
            value={people ?? ""}
            min={1}
            max={MOST_PEOPLE}
            allowDecimal={false}
            onChange={(value) => setPeople(typeof value === "number" ? value : null)}
          />
        )}
        <Group justify="flex-end">
          <Button
            size="md"
            data-testid="room-found-save"
            onClick={() =>
              void report({ occupied: occupied === "occupied", people: occupied === "occupied" ? people : null }).then((kept) => {
                if (!kept) return;
                tell.done(t("room_found.kept", { room }));
                onClose();
              })
            }
          >
            {t("room_found.send")}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
