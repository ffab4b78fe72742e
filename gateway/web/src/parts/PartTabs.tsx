/** Tabs between the parts of a page, each with its own address. */
import { useEffect, useRef } from "react";
import { NavLink, useLocation } from "react-router";
import classes from "./PartTabs.module.css";

export function PartTabs({ label, base, tabs, coach }: { label: string; base: string; tabs: { key: string; name: string }[]; coach?: string }) {
  const strip = useRef<HTMLElement>(null);
  const { pathname } = useLocation();
  // On a phone the strip is longer than the screen: the tab that is open is never out of sight.
  useEffect(() => {
    const nav = strip.current;
    const open = nav?.querySelector<HTMLElement>("[aria-current=page]");
    if (!nav || !open) return;
    const hidden = open.offsetLeft < nav.scrollLeft || open.offsetLeft + open.offsetWidth > nav.scrollLeft + nav.clientWidth;
    if (hidden) nav.scrollLeft = open.offsetLeft - (nav.clientWidth - open.offsetWidth) / 2;
  }, [pathname, tabs.length]);
  return (
    <nav ref={strip} className={classes.tabs} aria-label={label} data-coach={coach}>
      {tabs.map((tab) => (
        <NavLink key={tab.key} to={`${base}/${tab.key}`} className={classes.tab} data-testid={`tab-${tab.key}`}>
          {tab.name}
        </NavLink>
      ))}
    </nav>
  );
}
