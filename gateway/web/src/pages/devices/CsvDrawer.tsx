/** Many approvals at once: a filled-in table is looked at line by line, then the good lines are done. */
import { Alert, Button, Table, Text } from "@mantine/core";
import {
  IconAlertTriangle,
  IconArrowsExchange,
  IconCheck,
  IconCircleDashed,
  IconEqual,
  IconRefreshAlert,
} from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Problem } from "../../api/client";
import { useImportApprovals } from "../../api/deviceQueries";
import type { ApprovalLine, ApprovalReport } from "../../api/types";
import { useSentence } from "../../frame/me";
import { CsvImport } from "../../parts/CsvImport";
import { type Look, Mark } from "../../parts/marks";

const EXAMPLE = "key,unique_id,room,purpose";
const FIRST_SHOWN = 100;

const looks: Record<ApprovalLine["outcome"], Look> = {
  approve: { icon: IconCheck, tone: "done" },
  again: { icon: IconRefreshAlert, tone: "done" },
  move: { icon: IconArrowsExchange, tone: "under-way" },
  unchanged: { icon: IconEqual, tone: "quiet" },
  left: { icon: IconCircleDashed, tone: "quiet" },
  refused: { icon: IconAlertTriangle, tone: "wrong" },
};

export function CsvDrawer({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const sentence = useSentence();
  const load = useImportApprovals();
  const [csv, setCsv] = useState("");
  const report = load.data;
  const good = report ? (report.counts.approve ?? 0) + (report.counts.again ?? 0) + (report.counts.move ?? 0) : 0;
  return (
    <CsvImport
      title={t("devices.csv.title")}
      about={t("devices.csv.about")}
      example={EXAMPLE}
      size={720}
      csv={csv}
      onChange={(text) => {
        setCsv(text);
        load.reset();
      }}
      testId="csv-text"
      buttons={
        <>
          <Button
            variant="default"
            onClick={() => load.mutate({ csv, apply: false })}
            loading={load.isPending}
            disabled={csv.trim() === ""}
            data-testid="csv-check"
          >
            {t("devices.csv.check")}
          </Button>
          <Button
            onClick={() => load.mutate({ csv, apply: true })}
            loading={load.isPending}
            disabled={report === undefined || report.applied || good === 0}
            data-testid="csv-apply"
          >
            {t("devices.csv.apply", { count: good })}
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
          <Alert color="teal" icon={<IconCheck />} mb="sm" data-testid="csv-done">
            {t("devices.csv.done", { count: good })}
          </Alert>
        )}
      </div>
      {report && <Lines report={report} />}
    </CsvImport>
  );
}

function Lines({ report }: { report: ApprovalReport }) {
  const { t } = useTranslation();
  const sentence = useSentence();
  const [shown, setShown] = useState(FIRST_SHOWN);
  // What needs a person stands first.
  const lines = [...report.lines].sort((a, b) => Number(b.outcome === "refused") - Number(a.outcome === "refused"));
  return (
    <>
      <Table striped withTableBorder data-testid="csv-lines">
        <Table.Thead>
          <Table.Tr>
            <Table.Th w={60}>{t("import.line")}</Table.Th>
            <Table.Th>{t("devices.device")}</Table.Th>
            <Table.Th w={80}>{t("devices.room")}</Table.Th>
            <Table.Th>{t("devices.csv.outcome")}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {lines.slice(0, shown).map((line) => (
            <Table.Tr key={line.line}>
              <Table.Td>{line.line}</Table.Td>
              <Table.Td style={{ wordBreak: "break-word" }}>{line.name ?? line.key ?? ""}</Table.Td>
              <Table.Td>{line.room ?? ""}</Table.Td>
              <Table.Td>
                <Mark look={looks[line.outcome]} word={t(`devices.csv.outcomes.${line.outcome}`)} />
                {line.code !== null && (
                  <Text size="xs">{sentence(new Problem(422, line.code ?? "", line.message ?? "", null, line.values))}</Text>
                )}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      {lines.length > shown && (
        <Button variant="subtle" onClick={() => setShown(shown + FIRST_SHOWN)}>
          {t("timeline.more", { count: lines.length - shown })}
        </Button>
      )}
    </>
  );
}
