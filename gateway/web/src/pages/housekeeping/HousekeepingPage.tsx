/** The frame of housekeeping's pages: one tab for each kind of work, each with its own address. */
import { useTranslation } from "react-i18next";
import { NavLink, Outlet } from "react-router";
import { useHousekeepingSettings } from "../../api/housekeeping";
import { useMe } from "../../frame/me";
import { useTitle } from "../../frame/title";
import classes from "./Housekeeping.module.css";
import { tabsFor } from "./tabs";

export function HousekeepingPage() {
  const { t } = useTranslation();
  const { staff } = useMe();
  const small = useHousekeepingSettings().data?.small_house === true;
  useTitle(t("pages.housekeeping"));
  return (
    <>
      <nav className={classes.tabs} aria-label={t("housekeeping.parts")} data-coach="parts">
        {tabsFor(staff.roles, small).map((tab) => (
          <NavLink key={tab} to={`/housekeeping/${tab}`} className={classes.tab} data-testid={`tab-${tab}`}>
            {t(small && tab === "mine" ? "housekeeping.all_rooms" : `housekeeping.tabs.${tab}`)}
          </NavLink>
        ))}
      </nav>
      <Outlet />
    </>
  );
}
