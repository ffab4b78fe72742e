import { Navigate } from "react-router";
import { useHousekeepingSettings } from "../../api/housekeeping";
import { useMe } from "../../frame/me";
import { tabsFor } from "./tabs";

/** Housekeeping without a tab is the first one of the person's role. */
export function HousekeepingHome() {
  const { staff } = useMe();
  const settings = useHousekeepingSettings();
  // Where the settings cannot be had, the first tab of the role is as good.
  if (settings.isPending && settings.error === null) return null;
  return <Navigate to={`/housekeeping/${tabsFor(staff.roles, settings.data?.small_house)[0] ?? "found"}`} replace />;
}
