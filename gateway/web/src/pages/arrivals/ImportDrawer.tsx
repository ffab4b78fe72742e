import { Alert, Button, Checkbox, Table } from "@mantine/core";
import { IconAlertTriangle, IconCheck } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Problem } from "../../api/client";
import { useImportStays } from "../../api/stays";
import type { ImportAnswer } from "../../api/types";
import { useSentence } from "../../frame/me";
import { CsvImport } from "../../parts/CsvImport";

const EXAMPLE = "confirmation,family_name,given_name,room_type,room,arrival_date,departure_date,eta,cooling_celsius";

interface Line {
  line: number;
  field: string | null;
  code: string;
  message: string;
  values?: Record<string, unknown>;
}

function linesOf(error: unknown): Line[] {
  if (!(error instanceof Problem)) return [];
  return (error.body?.errors ?? []).map((one) => ({
    line: one.line ?? 0,
    field: one.field ?? null,
    code: one.code,
    message: one.message,
    values: one.values,
  }));
}

export function ImportDrawer({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const sentence = useSentence();
  const load = useImportStays();
  const [csv, setCsv] = useState("");
  const [partial, setPartial] = useState(false);
  const answer: ImportAnswer | undefined = load.data;
  const refused = answer?.refused ?? linesOf(load.error);

  return (
    <CsvImport
      title={t("import.title")}
      about={t("import.about")}
      example={EXAMPLE}
      size={620}
      csv={csv}
      onChange={(text) => {
        setCsv(text);
        load.reset();
      }}
      testId="import-text"
      options={
        <Checkbox
          label={t("import.partial")}
          description={t("import.partial_hint")}
          checked={partial}
          onChange={(event) => setPartial(event.currentTarget.checked)}
        />
      }
      buttons={
        <>
          <Button variant="default" onClick={onClose}>
            {t("do.close")}
          </Button>
          <Button onClick={() => load.mutate({ csv, partial })} loading={load.isPending} disabled={csv.trim() === ""} data-testid="import-run">
            {t("import.run")}
          </Button>
        </>
      }
      onClose={onClose}
    >
      <div aria-live="polite">
        {answer && answer.imported > 0 && (
          <Alert color="teal" icon={<IconCheck />} data-testid="import-done">
            {t("import.done", { count: answer.imported })}
          </Alert>
        )}
        {load.error && refused.length === 0 && (
          <Alert color="orange" icon={<IconAlertTriangle />}>
            {sentence(load.error)}
          </Alert>
        )}
        {refused.length > 0 && (
          <>
            <Alert color="orange" icon={<IconAlertTriangle />} mb="sm" data-testid="import-refused">
              {answer?.imported ? t("import.some_refused", { count: refused.length }) : t("import.refused", { count: refused.length })}
            </Alert>
            <Table striped withTableBorder>
              <Table.Thead>
                <Table.Tr>
                  <Table.Th w={70}>{t("import.line")}</Table.Th>
                  <Table.Th w={150}>{t("import.column")}</Table.Th>
                  <Table.Th>{t("import.why")}</Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {refused.map((one, index) => (
                  <Table.Tr key={`${one.line}-${index}`}>
                    <Table.Td>{one.line}</Table.Td>
                    <Table.Td>{one.field}</Table.Td>
                    <Table.Td>{sentence(new Problem(422, one.code, one.message, null, one.values))}</Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </>
        )}
      </div>
    </CsvImport>
  );
}
