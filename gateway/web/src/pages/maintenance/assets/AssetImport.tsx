/** Many assets at once: a table is looked at line by line; it is taken whole, or nothing of it. */
import { IconAlertTriangle, IconEqual, IconPencil, IconPlus } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { type AssetImportReport, useImportAssets } from "../../../api/assets";
import { CsvCheckedImport } from "../../../parts/CsvCheckedImport";
import type { Look } from "../../../parts/marks";

const EXAMPLE =
  "asset,kind,name,maker,model,serial,room,area,parent,installed_on,warranty_until,life_years,price,state,note";

type Line = AssetImportReport["lines"][number];

const looks: Record<Line["outcome"], Look> = {
  make: { icon: IconPlus, tone: "done" },
  update: { icon: IconPencil, tone: "under-way" },
  unchanged: { icon: IconEqual, tone: "quiet" },
  refused: { icon: IconAlertTriangle, tone: "wrong" },
};

export function AssetImport({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <CsvCheckedImport<Line>
      load={useImportAssets()}
      words={{
        title: t("assets.csv.title"),
        about: t("assets.csv.about"),
        check: t("assets.csv.check"),
        apply: (count) => t("assets.csv.apply", { count }),
        done: (count) => t("assets.csv.done", { count }),
        refused: (count) => t("assets.csv.refused", { count }),
        outcome: t("assets.csv.outcome"),
        outcomes: (outcome) => t(`assets.csv.outcomes.${outcome}`),
      }}
      example={EXAMPLE}
      columns={[{ name: t("assets.asset"), value: (line) => line.name ?? "" }]}
      looks={looks}
      done={["make", "update"]}
      textTestId="asset-csv"
      testId="asset-csv"
      onClose={onClose}
    />
  );
}
