/** Many approvals at once: a filled-in table is looked at line by line, then the good lines are done. */
import {
  IconAlertTriangle,
  IconArrowsExchange,
  IconCheck,
  IconCircleDashed,
  IconEqual,
  IconRefreshAlert,
} from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useImportApprovals } from "../../api/deviceQueries";
import type { ApprovalLine } from "../../api/types";
import { CsvCheckedImport } from "../../parts/CsvCheckedImport";
import type { Look } from "../../parts/marks";

const EXAMPLE = "key,unique_id,room,purpose";

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
  return (
    <CsvCheckedImport<ApprovalLine>
      load={useImportApprovals()}
      words={{
        title: t("devices.csv.title"),
        about: t("devices.csv.about"),
        check: t("devices.csv.check"),
        apply: (count) => t("devices.csv.apply", { count }),
        done: (count) => t("devices.csv.done", { count }),
        outcome: t("devices.csv.outcome"),
        outcomes: (outcome) => t(`devices.csv.outcomes.${outcome}`),
      }}
      example={EXAMPLE}
      columns={[
        { name: t("devices.device"), value: (line) => line.name ?? line.key ?? "" },
        { name: t("devices.room"), value: (line) => line.room ?? "", width: 80 },
      ]}
      looks={looks}
      done={["approve", "again", "move"]}
      textTestId="csv-text"
      testId="csv"
      onClose={onClose}
    />
  );
}
