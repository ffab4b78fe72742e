/** A table that is looked at line by line first, and taken after that: what would become of each line, then the doing. */
import { Alert, Button, Table, Text } from "@mantine/core";
import { IconAlertTriangle, IconCheck } from "@tabler/icons-react";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { Problem } from "../api/client";
import { useSentence } from "../frame/me";
import { CsvImport } from "./CsvImport";
import { type Look, Mark } from "./marks";

const FIRST_SHOWN = 100;

interface CheckedLine {
  line: number;
  outcome: string;
  code?: string | null;
  message?: string | null;
  values?: Record<string, unknown>;
}

interface Checked<Line> {
  applied: boolean;
  counts: Record<string, number>;
  lines: Line[];
}

/** The part of a mutation that is needed here. */
interface Load<Line> {
  mutate: (asked: { csv: string; apply: boolean }) => void;
  reset: () => void;
  isPending: boolean;
  error: Error | null;
  data: Checked<Line> | undefined;
}

interface CsvWords {
  title: string;
  about: string;
  check: string;
  apply: (count: number) => string;
  done: (count: number) => string;
  /** said when one line that is refused keeps all others */
  refused?: (count: number) => string;
  outcome: string;
  outcomes: (outcome: string) => string;
}

interface Column<Line> {
  name: string;
  value: (line: Line) => ReactNode;
  width?: number;
}

export function CsvCheckedImport<Line extends CheckedLine>({
  load,
  words,
  example,
  columns,
  looks,
  done,
  textTestId,
  testId,
  onClose,
}: {
  load: Load<Line>;
  words: CsvWords;
  example: string;
  columns: Column<Line>[];
  looks: Record<Line["outcome"], Look>;
  /** the outcomes that are done when it is taken */
  done: Line["outcome"][];
  textTestId: string;
  testId: string;
  onClose: () => void;
}) {
  const sentence = useSentence();
  const [csv, setCsv] = useState("");
  const report = load.data;
  const good = done.reduce((count, outcome) => count + (report?.counts[outcome] ?? 0), 0);
  const refused = words.refused === undefined ? 0 : (report?.counts.refused ?? 0);
  return (
    <CsvImport
      title={words.title}
      about={words.about}
      example={example}
      size={720}
      csv={csv}
      onChange={(text) => {
        setCsv(text);
        load.reset();
      }}
      testId={textTestId}
      buttons={
        <>
          <Button
            variant="default"
            onClick={() => load.mutate({ csv, apply: false })}
            loading={load.isPending}
            disabled={csv.trim() === ""}
            data-testid={`${testId}-check`}
          >
            {words.check}
          </Button>
          <Button
            onClick={() => load.mutate({ csv, apply: true })}
            loading={load.isPending}
            disabled={report === undefined || report.applied || good === 0 || refused > 0}
            data-testid={`${testId}-apply`}
          >
            {words.apply(good)}
          </Button>
        </>
      }
      onClose={onClose}
    >
      <div aria-live="polite">
        {load.error && (
          <Alert color="orange" icon={<IconAlertTriangle />}>
            {sentence(load.error)}
          </Alert>
        )}
        {report?.applied && (
          <Alert color="teal" icon={<IconCheck />} data-testid={`${testId}-done`}>
            {words.done(good)}
          </Alert>
        )}
        {refused > 0 && (
          <Alert color="orange" icon={<IconAlertTriangle />}>
            {words.refused?.(refused)}
          </Alert>
        )}
      </div>
      {report && <Lines lines={report.lines} columns={columns} looks={looks} words={words} testId={testId} />}
    </CsvImport>
  );
}

function Lines<Line extends CheckedLine>({
  lines,
  columns,
  looks,
  words,
  testId,
}: {
  lines: Line[];
  columns: Column<Line>[];
  looks: Record<Line["outcome"], Look>;
  words: CsvWords;
  testId: string;
}) {
  const { t } = useTranslation();
  const sentence = useSentence();
  const [shown, setShown] = useState(FIRST_SHOWN);
  // What needs a person stands first.
  const ordered = [...lines].sort((a, b) => Number(b.outcome === "refused") - Number(a.outcome === "refused"));
  return (
    <>
      <Table striped withTableBorder data-testid={`${testId}-lines`}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th w={60}>{t("import.line")}</Table.Th>
            {columns.map((column) => (
              <Table.Th key={column.name} w={column.width}>
                {column.name}
              </Table.Th>
            ))}
            <Table.Th>{words.outcome}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {ordered.slice(0, shown).map((line) => (
            <Table.Tr key={line.line}>
              <Table.Td>{line.line}</Table.Td>
              {columns.map((column) => (
                <Table.Td key={column.name} style={{ wordBreak: "break-word" }}>
                  {column.value(line)}
                </Table.Td>
              ))}
              <Table.Td>
                <Mark look={looks[line.outcome as Line["outcome"]]} word={words.outcomes(line.outcome)} />
                {line.code != null && <Text size="xs">{sentence(new Problem(422, line.code, line.message ?? "", null, line.values))}</Text>}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      {ordered.length > shown && (
        <Button variant="subtle" onClick={() => setShown(shown + FIRST_SHOWN)}>
          {t("timeline.more", { count: ordered.length - shown })}
        </Button>
      )}
    </>
  );
}
