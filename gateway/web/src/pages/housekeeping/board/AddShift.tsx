/** One small form for a shift: somebody of the house, or an agency attendant by name alone. */
import { Button, Group, Modal, Stack } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type Shift, useAddShift } from "../../../api/board";
import { useFormats, useMe } from "../../../frame/me";
import { useTell } from "../../../parts/tell";
import { hotelNow } from "../../../time/clock";
import { isComplete, newShift, toPut } from "./shiftDraft";
import { ShiftForm } from "./ShiftForm";

export function AddShift({ others, onClose }: { others: Shift[]; onClose: () => void }) {
  const { t } = useTranslation();
  const { property } = useMe();
  const { zone } = useFormats();
  const tell = useTell();
  const add = useAddShift();
  const [draft, setDraft] = useState(() => newShift(others, zone, hotelNow()));
  const complete = isComplete(draft);
  return (
    <Modal opened onClose={onClose} title={<b>{t("shifts.add")}</b>} closeButtonProps={{ "aria-label": t("do.close") }}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (complete) add.mutate(toPut(draft, property.business_date, zone), { onSuccess: onClose, onError: tell.refused });
        }}
      >
        <Stack gap="md">
          <ShiftForm draft={draft} onChange={setDraft} others={others} />
          <Group justify="flex-end">
            <Button type="submit" disabled={!complete} loading={add.isPending} data-testid="shift-save">
              {t("shifts.add")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
