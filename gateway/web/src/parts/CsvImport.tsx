/** A drawer that takes a table: from a file or pasted, with an example above and what became of it below. */
import { Button, Code, Drawer, FileButton, Group, Stack, Text, Textarea } from "@mantine/core";
import { IconFileText } from "@tabler/icons-react";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";

export function CsvImport({
  title,
  about,
  example,
  size,
  csv,
  onChange,
  testId,
  options,
  buttons,
  children,
  onClose,
}: {
  title: string;
  about: string;
  /** the header line of the table */
  example: string;
  size: number;
  csv: string;
  /** the table is another one: what is said of the last one is old */
  onChange: (csv: string) => void;
  testId: string;
  options?: ReactNode;
  buttons: ReactNode;
  /** what became of it */
  children: ReactNode;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const [file, setFile] = useState<string | null>(null);
  return (
    <Drawer
      opened
      onClose={onClose}
      size={size}
      title={
        <Text fw={650} size="lg" span>
          {title}
        </Text>
      }
      closeButtonProps={{ "aria-label": t("do.close") }}
    >
      <Stack gap="md">
        <Text size="sm" c="dimmed">
          {about}
        </Text>
        <Code block style={{ whiteSpace: "pre-wrap", wordBreak: "break-all" }}>
          {example}
        </Code>
        <Group>
          <FileButton
            accept=".csv,text/csv"
            onChange={(chosen) =>
              void chosen?.text().then((text) => {
                setFile(chosen.name);
                onChange(text);
              })
            }
          >
            {(props) => (
              <Button {...props} variant="default" leftSection={<IconFileText size={18} />}>
                {t("import.choose")}
              </Button>
            )}
          </FileButton>
          {file !== null && <Text size="sm">{file}</Text>}
        </Group>
        <Textarea
          label={t("import.paste")}
          autosize
          minRows={4}
          maxRows={12}
          value={csv}
          styles={{ input: { fontFamily: "var(--mantine-font-family-monospace)", fontSize: "0.8rem" } }}
          onChange={(event) => {
            setFile(null);
            onChange(event.currentTarget.value);
          }}
          data-testid={testId}
        />
        {options}
        <Group justify="flex-end">{buttons}</Group>
        {children}
      </Stack>
    </Drawer>
  );
}
