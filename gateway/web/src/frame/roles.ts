/** Who sees which page and may do what. The service decides; this only hides what it would refuse. */
import type { Role } from "../api/types";

export type Page = "arrivals" | "rooms" | "housekeeping" | "maintenance" | "comfort" | "devices" | "settings";
export type Deed =
  | "desk"
  | "control"
  | "hands_off"
  | "precondition"
  | "history"
  | "clean"
  | "inspect"
  | "approve"
  | "try_out"
  | "ask_housekeeping"
  | "resolve"
  | "off_sale"
  | "lead"
  | "keep_found"
  | "keep_goods"
  | "see_staff"
  | "keep_staff"
  | "keep_tablets"
  | "repair"
  | "keep_on_call"
  | "see_care"
  | "see_comfort"
  | "review";

const pageRoles: Record<Page, Role[] | "all"> = {
  arrivals: ["front_desk", "supervisor", "manager"],
  rooms: "all",
  housekeeping: ["attendant", "supervisor", "front_desk", "engineer", "manager"],
  maintenance: ["front_desk", "supervisor", "engineer", "manager"],
  comfort: ["front_desk", "engineer", "manager"],
  devices: ["engineer", "manager", "administrator"],
  settings: "all",
};

const deedRoles: Record<Deed, Role[]> = {
  desk: ["front_desk", "manager"],
  control: ["front_desk", "engineer", "manager", "administrator"],
  hands_off: ["engineer", "manager", "administrator"],
  precondition: ["front_desk", "supervisor", "engineer", "manager"],
  history: ["front_desk", "supervisor", "engineer", "manager", "administrator"],
  clean: ["front_desk", "attendant", "supervisor", "manager"],
  inspect: ["supervisor", "manager"],
  approve: ["engineer", "manager", "administrator"],
  try_out: ["engineer", "administrator"],
  ask_housekeeping: ["front_desk", "supervisor", "manager"],
  off_sale: ["front_desk", "supervisor", "engineer", "manager"],
  lead: ["supervisor", "manager"],
  resolve: ["front_desk", "supervisor", "manager"],
  keep_found: ["front_desk", "supervisor", "manager"],
  keep_goods: ["supervisor", "manager"],
  see_staff: ["supervisor", "manager", "administrator"],
  keep_staff: ["manager", "administrator"],
  keep_tablets: ["supervisor", "manager", "administrator"],
  see_care: ["front_desk", "attendant", "supervisor", "engineer", "manager"],
  see_comfort: ["front_desk", "engineer", "manager"],
  keep_on_call: ["manager"],
  repair: ["engineer", "manager"],
  review: ["supervisor", "manager"],
};

export const pages: Page[] = ["arrivals", "rooms", "housekeeping", "maintenance", "comfort", "devices", "settings"];

export function mayOpen(roles: Role[], page: Page): boolean {
  const allowed = pageRoles[page];
  return allowed === "all" || allowed.some((role) => roles.includes(role));
}

export function may(roles: Role[], deed: Deed): boolean {
  return deedRoles[deed].some((role) => roles.includes(role));
}

/** The page on which a role's work begins. */
export function landing(roles: Role[]): string {
  if (roles.includes("front_desk") || roles.includes("manager")) return "/arrivals";
  if (roles.includes("supervisor") || roles.includes("attendant")) return "/housekeeping";
  return roles.includes("engineer") ? "/maintenance" : "/rooms";
}
