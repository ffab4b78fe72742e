import { Navigate } from "react-router";
import { useMe } from "../../frame/me";
import { tabsFor } from "./tabs";

/** Maintenance without a tab is the first one of the person's role. */
export function MaintenanceHome() {
  const { staff } = useMe();
  return <Navigate to={`/maintenance/${tabsFor(staff.roles)[0] ?? "board"}`} replace />;
}
