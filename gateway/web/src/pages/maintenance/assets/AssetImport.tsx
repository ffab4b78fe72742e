/** Many assets at once: a table is looked at line by line; it is taken whole, or nothing of it. */
import { Alert, Button, Table, Text } from "@mantine/core";
import { IconAlertTriangle, IconCheck, IconEqual, IconPencil, IconPlus } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type AssetImportReport, useImportAssets } from "../../../api/assets";
import { Problem } from "../../../api/client";
import { useSentence } from "../../../frame/me";
import { CsvImport } from "../../../parts/CsvImport";
import { type Look, Mark } from "../../../parts/marks";

const EXAMPLE =
  "asset,kind,name,maker,model,serial,room,area,parent,installed_on,warranty_until,life_years,price,state,note";
const FIRST_SHOWN = 100;

type Outcome = AssetImportReport["lines"][number]["outcome"];

const looks: Record<Outcome, Look> = {
  make: { icon: IconPlus, tone: "done" },
  update: { icon: IconPencil, tone: "under-way" },
  unchanged: { icon: IconEqual, tone: "quiet" },
  refused: { icon: IconAlertTriangle, tone: "wrong" },
};

export function AssetImport({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const sentence = useSentence();
  const load = useImportAssets();
  const [csv, setCsv] = useState("");
  const report = load.data;
  const good = report ? (report.counts.make ?? 0) + (report.counts.update ?? 0) : 0;
  const refused = report?.counts.refused ?? 0;
  return (
    <CsvImport
      title={t("assets.csv.title")}
      about={t("assets.csv.about")}
      example={EXAMPLE}
      size={720}
      csv={csv}
      onChange={(text) => {
        setCsv(text);
        load.reset();
      }}
      testId="asset-csv"
      buttons={
        <>
          <Button
            variant="default"
            onClick={() => load.mutate({ csv, apply: false })}
            loading={load.isPending}
            disabled={csv.trim() === ""}
            data-testid="asset-csv-check"
          >
            {t("assets.csv.check")}
          </Button>
          <Button
            onClick={() => load.mutate({ csv, apply: true })}
            loading={load.isPending}
            disabled={report === undefined || report.applied || good === 0 || refused > 0}
            data-testid="asset-csv-apply"
          >
            {t("assets.csv.apply", { count: good })}
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
          <Alert color="teal" icon={<IconCheck />} data-testid="asset-csv-done">
            {t("assets.csv.done", { count: good })}
          </Alert>
        )}
        {refused > 0 && (
          <Alert color="orange" icon={<IconAlertTriangle />}>
            {t("assets.csv.refused", { count: refused })}
          </Alert>
        )}
      </div>
      {report && <Lines report={report} />}
    </CsvImport>
  );
}

function Lines({ report }: { report: AssetImportReport }) {
  const { t } = useTranslation();
  const sentence = useSentence();
  const [shown, setShown] = useState(FIRST_SHOWN);
  // What needs a person stands first.
  const lines = [...report.lines].sort((a, b) => Number(b.outcome === "refused") - Number(a.outcome === "refused"));
  return (
    <>
      <Table striped withTableBorder data-testid="asset-csv-lines">
        <Table.Thead>
          <Table.Tr>
            <Table.Th w={60}>{t("import.line")}</Table.Th>
            <Table.Th>{t("assets.asset")}</Table.Th>
            <Table.Th>{t("assets.csv.outcome")}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {lines.slice(0, shown).map((line) => (
            <Table.Tr key={line.line}>
              <Table.Td>{line.line}</Table.Td>
              <Table.Td style={{ wordBreak: "break-word" }}>{line.name ?? ""}</Table.Td>
              <Table.Td>
                <Mark look={looks[line.outcome]} word={t(`assets.csv.outcomes.${line.outcome}`)} />
                {line.code !== null && (
                  <Text size="xs">{sentence(new Problem(422, line.code, line.message ?? "", null, line.values))}</Text>
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
