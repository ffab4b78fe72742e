/** The frame of maintenance's pages: one tab for each kind of work, each with its own address. */
import { useTranslation } from "react-i18next";
import { Outlet } from "react-router";
import { useMe } from "../../frame/me";
import { useTitle } from "../../frame/title";
import { PartTabs } from "../../parts/PartTabs";
import { tabsFor } from "./tabs";

export function MaintenancePage() {
  const { t } = useTranslation();
  const { staff } = useMe();
  useTitle(t("pages.maintenance"));
  return (
    <>
      <PartTabs
        label={t("maintenance.parts")}
        base="/maintenance"
        tabs={tabsFor(staff.roles).map((tab) => ({ key: tab, name: t(`maintenance.tabs.${tab}`) }))}
      />
      <Outlet />
    </>
  );
}
