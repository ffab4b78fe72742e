import { Navigate } from "react-router";
import { useMe } from "./me";
import { landing } from "./roles";

export function Landing() {
  const { staff } = useMe();
  return <Navigate to={landing(staff.roles)} replace />;
}
