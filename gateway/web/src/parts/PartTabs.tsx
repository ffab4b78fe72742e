/** Tabs between the parts of a page, each with its own address. */
import { NavLink } from "react-router";
import classes from "./PartTabs.module.css";

export function PartTabs({ label, base, tabs, coach }: { label: string; base: string; tabs: { key: string; name: string }[]; coach?: string }) {
  return (
    <nav className={classes.tabs} aria-label={label} data-coach={coach}>
      {tabs.map((tab) => (
        <NavLink key={tab.key} to={`${base}/${tab.key}`} className={classes.tab} data-testid={`tab-${tab.key}`}>
          {tab.name}
        </NavLink>
      ))}
    </nav>
  );
}
