/** Changes somebody's shift: hours, breaks, where, with whom, what, how much. */
import { Button, Group, Modal, Stack } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { putShift, readShift, type Shift, type ShiftToPut, useBoardIsOld } from "../../../api/board";
import { useFormats } from "../../../frame/me";
import { ConflictNote } from "../../../parts/ConflictNote";
import { useTell } from "../../../parts/tell";
import { useVersioned } from "../../../parts/useVersioned";
import { draftOf, isComplete, toPut } from "./shiftDraft";
import { ShiftForm } from "./ShiftForm";
import { useShiftWords } from "./useShiftWords";

const fields = [
  "name",
  "starts_at",
  "ends_at",
  "breaks",
  "floors",
  "section",
  "pair_with",
  "skills",
  "max_credits",
  "max_minutes",
  "max_area_square_metres",
  "state",
] as const;

export function EditShift({ shift, others, onClose }: { shift: Shift; others: Shift[]; onClose: () => void }) {
  const { t } = useTranslation();
  const { zone } = useFormats();
  const tell = useTell();
  const words = useShiftWords(others);
  const boardIsOld = useBoardIsOld();
  const [draft, setDraft] = useState(() => draftOf(shift, zone));
  const edit = useVersioned<Shift, ShiftToPut>({
    kept: shift,
    put: (version, body) => putShift(shift.id, version, body),
    read: () => readShift(shift.id),
    onSaved: () => {
      boardIsOld();
      tell.done(t("shifts.changed", { name: shift.name }));
      onClose();
    },
    onTaken: (theirs) => setDraft(draftOf(theirs, zone)),
  });
  const save = () => edit.save(toPut(draft, shift.business_date, zone));
  const complete = isComplete(draft);
  return (
    <Modal opened onClose={onClose} title={<b>{t("shifts.edit", { name: shift.name })}</b>} closeButtonProps={{ "aria-label": t("do.close") }}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (complete && edit.theirs === null) save();
        }}
      >
        <Stack gap="md">
          <ShiftForm draft={draft} onChange={setDraft} others={others} fixedPerson more />
          <ConflictNote edit={edit} fields={fields} name={words.name} tell={words.tell} onKeepMine={save} />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t("do.cancel")}
            </Button>
            <Button type="submit" disabled={!complete || edit.theirs !== null} loading={edit.pending} data-testid="shift-save">
              {t("do.save")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
