import { ActionIcon, Group } from "@mantine/core";
import { IconMinus, IconPlus } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";

const MOST = 999;

/** A number with a button on each side, large enough for a gloved thumb. */
export function Stepper({ label, value, onChange }: { label: string; value: number; onChange: (value: number) => void }) {
  const { t } = useTranslation();
  return (
    <Group gap={6} wrap="nowrap" role="group" aria-label={label}>
      <ActionIcon
        size={44}
        variant="default"
        radius="md"
        disabled={value <= 0}
        aria-label={t("counts.less", { what: label })}
        onClick={() => onChange(value - 1)}
      >
        <IconMinus size={20} />
      </ActionIcon>
      <output style={{ minWidth: 34, textAlign: "center", fontWeight: 650, fontSize: "1.1rem" }}>{value}</output>
      <ActionIcon
        size={44}
        variant="default"
        radius="md"
        disabled={value >= MOST}
        aria-label={t("counts.more", { what: label })}
        onClick={() => onChange(value + 1)}
      >
        <IconPlus size={20} />
      </ActionIcon>
    </Group>
  );
}
