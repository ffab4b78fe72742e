/** How the property keeps house, for supervisors: rules, checklists, settings. */
import { SegmentedControl } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useSearchParams } from "react-router";
import lists from "../../../parts/List.module.css";
import { ChecklistsPart } from "./ChecklistsPart";
import { RulesPart } from "./RulesPart";
import { SettingsPart } from "./SettingsPart";

const parts = ["rules", "checklists", "settings"] as const;

export function SetupPage() {
  const { t } = useTranslation();
  const [search, setSearch] = useSearchParams();
  const part = parts.find((one) => one === search.get("part")) ?? "rules";
  return (
    <>
      <div className={lists.bar}>
        <SegmentedControl
          value={part}
          onChange={(value) => setSearch(value === "rules" ? {} : { part: value }, { replace: true })}
          data={parts.map((one) => ({ value: one, label: t(`setup.parts.${one}`) }))}
          aria-label={t("setup.which")}
          data-testid="setup-parts"
        />
      </div>
      {part === "rules" ? <RulesPart /> : part === "checklists" ? <ChecklistsPart /> : <SettingsPart />}
    </>
  );
}
