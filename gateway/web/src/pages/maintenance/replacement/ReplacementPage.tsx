/** What is worth replacing, with its arithmetic, and how reliable each model is. */
import { SegmentedControl } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useSearchParams } from "react-router";
import classes from "../preventive/Preventive.module.css";
import { TakeFile } from "../preventive/TakeFile";
import { ReliabilityTable } from "./ReliabilityTable";
import { ReplaceList } from "./ReplaceList";

const shows = ["replace", "reliability"] as const;

export function ReplacementPage() {
  const { t } = useTranslation();
  const [search, setSearch] = useSearchParams();
  const show = shows.find((one) => one === search.get("show")) ?? "replace";
  return (
    <>
      <div className={classes.bar}>
        <SegmentedControl
          value={show}
          onChange={(value) => setSearch(value === "replace" ? {} : { show: value }, { replace: true })}
          data={shows.map((one) => ({ value: one, label: t(`replacement.shows.${one}`) }))}
          aria-label={t("maintenance.tabs.replacement")}
          data-testid="replacement-show"
        />
        <span className={classes.push} />
        <TakeFile table={show === "replace" ? "replacements" : "reliability"} />
      </div>
      {show === "replace" ? <ReplaceList /> : <ReliabilityTable />}
    </>
  );
}
