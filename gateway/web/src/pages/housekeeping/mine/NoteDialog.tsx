/** A photo or a few words on a task, for whoever comes after. Works offline. */
import { Button, Group, Modal, Stack, Textarea } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Task } from "../../../api/tasks";
import { PhotoField } from "../../../parts/PhotoField";
import { useTell } from "../../../parts/tell";
import { usePhotoOperations } from "../../../parts/usePhotoOperations";
import { useTaskOperation } from "../tasks/useActOnTask";

export function NoteDialog({ task, onClose }: { task: Task; onClose: () => void }) {
  const { t } = useTranslation();
  const tell = useTell();
  const keep = usePhotoOperations();
  const operation = useTaskOperation();
  const [photos, setPhotos] = useState<Blob[]>([]);
  const [note, setNote] = useState("");
  const where = task.room ?? task.area ?? "";
  const save = async () => {
    const kept = await keep(photos, operation(task, { action: "tick", note: note.trim() }));
    if (!kept) return;
    tell.done(t("mine.note_kept", { where }));
    onClose();
  };
  return (
    <Modal opened onClose={onClose} title={<b>{t("mine.note_on", { where })}</b>} closeButtonProps={{ "aria-label": t("do.close") }}>
      <Stack gap="md">
        <PhotoField photos={photos} onChange={setPhotos} />
        <Textarea
          label={t("mine.note_text")}
          value={note}
          maxLength={500}
          autosize
          minRows={2}
          onChange={(event) => setNote(event.currentTarget.value)}
          data-testid="note-text"
        />
        <Group justify="flex-end">
          <Button size="md" disabled={photos.length === 0 && note.trim() === ""} onClick={() => void save()} data-testid="note-save">
            {t("do.save")}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
