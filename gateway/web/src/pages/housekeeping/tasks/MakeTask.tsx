/** Asks housekeeping for something: what a guest wants, something special, a public area. */
import { Button, Chip, Group, Modal, SegmentedControl, Select, Stack, Textarea, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useStaff } from "../../../api/staff";
import { useMakeTask } from "../../../api/tasks";
import { useMe } from "../../../frame/me";
import { RoomPicker } from "../../../parts/RoomPicker";
import { useTell } from "../../../parts/tell";
import lists from "../../../parts/List.module.css";

const asked = ["guest_request", "special", "public_area"] as const;
const usual = ["water", "towels", "crib", "pillow", "slippers", "toiletries"] as const;

export function MakeTask({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const tell = useTell();
  const { may } = useMe();
  const make = useMakeTask();
  const staff = useStaff(may("see_staff"));
  const [kind, setKind] = useState<(typeof asked)[number]>("guest_request");
  const [room, setRoom] = useState<string | null>(null);
  const [area, setArea] = useState("");
  const [note, setNote] = useState("");
  const [who, setWho] = useState<string | null>(null);
  const inArea = kind === "public_area";
  const complete = inArea ? area.trim() !== "" : room !== null && note.trim() !== "";
  const attendants = (staff.data ?? []).filter((one) => one.active && one.roles.includes("attendant"));
  const kinds = may("see_staff") ? asked : asked.filter((one) => one !== "public_area");

  return (
    <Modal opened onClose={onClose} title={<b>{t("tasks.make")}</b>} size="lg" closeButtonProps={{ "aria-label": t("do.close") }}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (!complete) return;
          make.mutate(
            { kind, priority: "normal", supplies: [], ...(inArea ? { area: area.trim() } : { room }), note: note.trim() || null, attendant_id: who },
            {
              onSuccess: (task) => {
                tell.done(t("tasks.made", { where: task.room ?? task.area }));
                onClose();
              },
              onError: tell.refused,
            },
          );
        }}
      >
        <Stack gap="md">
          <SegmentedControl
            value={kind}
            onChange={(value) => setKind(value as (typeof asked)[number])}
            data={kinds.map((one) => ({ value: one, label: t(`task_kinds.${one}`) }))}
            aria-label={t("tasks.filters.kind")}
          />
          {inArea ? (
            <TextInput
              label={t("tasks.which_area")}
              value={area}
              maxLength={100}
              onChange={(event) => setArea(event.currentTarget.value)}
              data-testid="make-area"
            />
          ) : (
            <RoomPicker label={t("tasks.which_room")} value={room} onChange={setRoom} />
          )}
          {kind === "guest_request" && (
            <div className={lists.chips}>
              {usual.map((one) => (
                <Chip key={one} checked={note === t(`tasks.wishes.${one}`)} onChange={() => setNote(t(`tasks.wishes.${one}`))} size="md">
                  {t(`tasks.wishes.${one}`)}
                </Chip>
              ))}
            </div>
          )}
          <Textarea
            label={t(inArea ? "tasks.note" : "tasks.what")}
            value={note}
            maxLength={500}
            autosize
            minRows={2}
            onChange={(event) => setNote(event.currentTarget.value)}
            data-testid="make-note"
          />
          {attendants.length > 0 && (
            <Select
              label={t("tasks.who_does_it")}
              placeholder={t("tasks.nobody")}
              value={who}
              onChange={setWho}
              data={attendants.map((one) => ({ value: one.id, label: one.name }))}
              clearable
              clearButtonProps={{ "aria-label": t("do.clear") }}
            />
          )}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t("do.cancel")}
            </Button>
            <Button type="submit" disabled={!complete} loading={make.isPending} data-testid="make-save">
              {t("do.save")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
