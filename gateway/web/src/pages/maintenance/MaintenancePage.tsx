/** The frame of maintenance's pages: one tab for each kind of work, each with its own address. */
import { useTranslation } from "react-i18next";
import { NavLink, Outlet } from "react-router";
import { useMe } from "../../frame/me";
import { useTitle } from "../../frame/title";
import { tabsFor } from "./tabs";
import classes from "./Maintenance.module.css";

export function MaintenancePage() {
  const { t } = useTranslation();
  const { staff } = useMe();
  useTitle(t("pages.maintenance"));
  return (
    <>
      <nav className={classes.tabs} aria-label={t("maintenance.parts")}>
        {tabsFor(staff.roles).map((tab) => (
          <NavLink key={tab} to={`/maintenance/${tab}`} className={classes.tab} data-testid={`tab-${tab}`}>
            {t(`maintenance.tabs.${tab}`)}
          </NavLink>
        ))}
      </nav>
      <Outlet />
    </>
  );
}
