/** Preventive work: what is open in its windows and what comes, the plans, and how well each class is kept. */
import { SegmentedControl } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useSearchParams } from "react-router";
import { CompliancePart } from "./CompliancePart";
import { PlansPart } from "./PlansPart";
import classes from "./Preventive.module.css";
import { TakeFile } from "./TakeFile";
import { WorkPart } from "./WorkPart";

const shows = ["work", "plans", "compliance"] as const;
type Show = (typeof shows)[number];

export function PreventivePage() {
  const { t } = useTranslation();
  const [search, setSearch] = useSearchParams();
  const show: Show = shows.find((one) => one === search.get("show")) ?? "work";
  return (
    <>
      <div className={classes.bar}>
        <SegmentedControl
          value={show}
          onChange={(value) => setSearch(value === "work" ? {} : { show: value }, { replace: true })}
          data={shows.map((one) => ({ value: one, label: t(`preventive.shows.${one}`) }))}
          aria-label={t("maintenance.tabs.preventive")}
          data-testid="preventive-show"
        />
        <span className={classes.push} />
        {show !== "plans" && <TakeFile table={show} />}
      </div>
      {show === "work" && <WorkPart />}
      {show === "plans" && <PlansPart />}
      {show === "compliance" && <CompliancePart />}
    </>
  );
}
