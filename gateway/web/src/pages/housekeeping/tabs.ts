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

/** What a small house has no use for: one person does it all. */
const notInSmallHouse: Tab[] = ["board", "round"];

/** `small`: the property is kept by one person; everybody of housekeeping then begins with the one list. */
export function tabsFor(roles: Role[], small = false): Tab[] {
  const tabs = (Object.keys(tabRoles) as Tab[]).filter((tab) => tabRoles[tab].some((role) => roles.includes(role)));
  if (!small) return tabs;
  const left = tabs.filter((tab) => !notInSmallHouse.includes(tab));
  return left.includes("mine") ? ["mine", ...left.filter((tab) => tab !== "mine")] : left;
}
