import { IconBed, IconCpu, IconLogin2, IconSettings, IconTemperature, IconTool, IconVacuumCleaner, type Icon } from "@tabler/icons-react";
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
  maintenance: IconTool,
  comfort: IconTemperature,
  devices: IconCpu,
  settings: IconSettings,
};

/** A thumb finds at most five; what a manager rarely opens on a phone is found by name. */
const MOST_IN_BAR = 5;
const leftOutFirst: Page[] = ["comfort", "devices"];

function Entries({ most = pages.length }: { most?: number }) {
  const { t } = useTranslation();
  const { staff } = useMe();
  const mine = pages.filter((page) => mayOpen(staff.roles, page));
  const shown = mine.length > most ? mine.filter((page) => !leftOutFirst.includes(page)) : mine;
  return shown.map((page) => {
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
      <Entries most={MOST_IN_BAR} />
    </nav>
  );
}
