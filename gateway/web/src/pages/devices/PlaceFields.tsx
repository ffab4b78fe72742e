/** Where a device is and what it is for. */
import { Select } from "@mantine/core";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useRoomOrder } from "../../api/queries";
import type { Purpose } from "../../api/types";
import { purposes } from "../../api/values";

export function RoomField({
  value,
  onChange,
  hideLabel = false,
  testId,
}: {
  value: string | null;
  onChange: (room: string | null) => void;
  hideLabel?: boolean;
  testId?: string;
}) {
  const { t } = useTranslation();
  const rooms = useRoomOrder();
  const numbers = useMemo(() => (rooms.data ?? []).map((room) => room.number), [rooms.data]);
  return (
    <Select
      {...(hideLabel ? { "aria-label": t("devices.room") } : { label: t("devices.room") })}
      searchable
      data={numbers}
      value={value}
      onChange={onChange}
      limit={50}
      placeholder={t("picker.placeholder")}
      nothingFoundMessage={t("picker.none")}
      data-testid={testId}
    />
  );
}

export function PurposeField({
  value,
  onChange,
  hideLabel = false,
}: {
  value: Purpose;
  onChange: (purpose: Purpose) => void;
  hideLabel?: boolean;
}) {
  const { t } = useTranslation();
  return (
    <Select
      {...(hideLabel ? { "aria-label": t("devices.purpose") } : { label: t("devices.purpose") })}
      data={purposes.map((one) => ({ value: one, label: t(`purposes.${one}`) }))}
      value={value}
      onChange={(chosen) => chosen !== null && onChange(chosen as Purpose)}
      allowDeselect={false}
    />
  );
}
