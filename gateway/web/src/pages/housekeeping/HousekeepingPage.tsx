/** The frame of housekeeping's pages: one tab for each kind of work, each with its own address. */
import { useTranslation } from "react-i18next";
import { Outlet } from "react-router";
import { useHousekeepingSettings } from "../../api/housekeeping";
import { useMe } from "../../frame/me";
import { useTitle } from "../../frame/title";
import { PartTabs } from "../../parts/PartTabs";
import { tabsFor } from "./tabs";

export function HousekeepingPage() {
  const { t } = useTranslation();
  const { staff } = useMe();
  const small = useHousekeepingSettings().data?.small_house === true;
  useTitle(t("pages.housekeeping"));
  return (
    <>
      <PartTabs
        label={t("housekeeping.parts")}
        base="/housekeeping"
        coach="parts"
        tabs={tabsFor(staff.roles, small).map((tab) => ({
          key: tab,
          name: t(small && tab === "mine" ? "housekeeping.all_rooms" : `housekeeping.tabs.${tab}`),
        }))}
      />
      <Outlet />
    </>
  );
}
