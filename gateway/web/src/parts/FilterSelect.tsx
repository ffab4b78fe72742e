/** One filter of a list: nothing chosen means all. */
import { type ComboboxData, Select } from "@mantine/core";
import { useTranslation } from "react-i18next";

export function FilterSelect({
  label,
  value,
  data,
  onChange,
  width,
  testId,
}: {
  label: string;
  value: string | null;
  data: ComboboxData;
  onChange: (value: string | null) => void;
  width: number;
  testId?: string;
}) {
  const { t } = useTranslation();
  return (
    <Select
      aria-label={label}
      placeholder={label}
      value={value}
      onChange={onChange}
      data={data}
      clearable
      clearButtonProps={{ "aria-label": t("do.clear") }}
      w={width}
      data-testid={testId}
    />
  );
}
