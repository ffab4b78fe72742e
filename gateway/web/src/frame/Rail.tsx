import { IconBed, IconCpu, IconLogin2, IconSettings, IconVacuumCleaner, type Icon } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { NavLink } from "react-router";
import { Brand } from "../parts/Brand";
import classes from "./Frame.module.css";
import { useMe } from "./me";
import { mayOpen, type Page, pages } from "./roles";

const icons: Record<Page, Icon> = {
  arrivals: IconLogin2,
  rooms: IconBed,
  housekeeping: IconVacuumCleaner,
  devices: IconCpu,
  settings: IconSettings,
};

function Entries() {
  const { t } = useTranslation();
  const { staff } = useMe();
  return pages
    .filter((page) => mayOpen(staff.roles, page))
    .map((page) => {
      const Glyph = icons[page];
      return (
        <NavLink key={page} to={`/${page}`} className={classes.entry} data-testid={`nav-${page}`}>
          <Glyph size={23} stroke={1.7} aria-hidden />
          {t(`pages.${page}`)}
        </NavLink>
      );
    });
}

export function Rail() {
  const { t } = useTranslation();
  return (
    <nav className={classes.rail} aria-label={t("frame.pages")}>
      <div className={classes.brand}>
        <Brand size={34} />
      </div>
      <Entries />
    </nav>
  );
}

export function BottomBar() {
  const { t } = useTranslation();
  return (
    <nav className={classes.bar} aria-label={t("frame.pages")}>
      <Entries />
    </nav>
  );
}
