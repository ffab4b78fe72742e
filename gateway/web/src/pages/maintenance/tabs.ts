/** Which of maintenance's tabs a role has, in their order. Pure. */
import type { Role } from "../../api/types";

export type Tab = "mine" | "board" | "assets" | "diagnosis" | "preventive" | "replacement" | "codes" | "on-call" | "levels";

const tabRoles: Record<Tab, Role[]> = {
  board: ["front_desk", "supervisor", "engineer", "manager"],
  mine: ["engineer", "manager"],
  assets: ["front_desk", "supervisor", "engineer", "manager"],
  diagnosis: ["engineer", "manager"],
  preventive: ["supervisor", "engineer", "manager"],
  replacement: ["supervisor", "engineer", "manager"],
  "on-call": ["supervisor", "engineer", "manager"],
  codes: ["supervisor", "engineer", "manager"],
  levels: ["manager"],
};

export function tabsFor(roles: Role[]): Tab[] {
  return (Object.keys(tabRoles) as Tab[]).filter((tab) => tabRoles[tab].some((role) => roles.includes(role)));
}
