/** Which of housekeeping's tabs a role has, in their order. Pure. */
import type { Role } from "../../api/types";

export type Tab = "board" | "tasks" | "round" | "mine" | "discrepancies" | "found" | "counts" | "setup";

const tabRoles: Record<Tab, Role[]> = {
  board: ["supervisor", "manager"],
  tasks: ["supervisor", "manager", "front_desk"],
  round: ["supervisor", "manager"],
  mine: ["attendant", "supervisor", "manager"],
  discrepancies: ["front_desk", "supervisor", "manager"],
  found: ["attendant", "supervisor", "front_desk", "engineer", "manager"],
  counts: ["attendant", "supervisor", "front_desk", "manager"],
  setup: ["supervisor", "manager"],
};

export function tabsFor(roles: Role[]): Tab[] {
  return (Object.keys(tabRoles) as Tab[]).filter((tab) => tabRoles[tab].some((role) => roles.includes(role)));
}
