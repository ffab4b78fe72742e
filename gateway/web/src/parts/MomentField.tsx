import { Group } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { DayField, TimeField } from "./fields";

export interface Moment {
  /** YYYY-MM-DD, in the hotel's zone */
  date: string;
  /** HH:MM */
  time: string;
}

/** A day and a time of day, side by side. */
export function MomentField({ label, value, onChange }: { label: string; value: Moment; onChange: (value: Moment) => void }) {
  const { t } = useTranslation();
  return (
    <Group gap="xs" align="flex-end" wrap="nowrap">
      <DayField label={label} value={value.date} onChange={(date) => onChange({ ...value, date })} />
      <TimeField aria-label={t("fields.time_of", { what: label })} w={90} value={value.time} onChange={(time) => onChange({ ...value, time })} />
    </Group>
  );
}
