import { Navigate } from "react-router";
import { useMe } from "../../frame/me";
import { tabsFor } from "./tabs";

/** Housekeeping without a tab is the first one of the person's role. */
export function HousekeepingHome() {
  const { staff } = useMe();
  return <Navigate to={`/housekeeping/${tabsFor(staff.roles)[0] ?? "found"}`} replace />;
}
