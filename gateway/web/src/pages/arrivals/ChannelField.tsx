/** How a stay was booked; the house learns by it when guests come who say no time. */
import { Select } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Stay } from "../../api/types";

export type Channel = NonNullable<Stay["channel"]>;
const channels: Channel[] = ["direct", "website", "agency", "corporate", "group", "walk_in"];

export function ChannelField({ value, disabled = false, onChange }: { value: Channel | null; disabled?: boolean; onChange: (channel: Channel | null) => void }) {
  const { t } = useTranslation();
  return (
    <Select
      label={t("stay.channel")}
      description={t("stay.channel_text")}
      inputWrapperOrder={["label", "input", "description", "error"]}
      placeholder={t("stay.channel_unknown")}
      data={channels.map((one) => ({ value: one, label: t(`channels.${one}`) }))}
      value={value}
      disabled={disabled}
      onChange={(one) => onChange(one as Channel | null)}
      clearable
      clearButtonProps={{ "aria-label": t("do.clear") }}
      data-testid="stay-channel"
    />
  );
}
