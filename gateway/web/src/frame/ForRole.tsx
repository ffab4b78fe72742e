import { Outlet } from "react-router";
import { Lost } from "./Lost";
import { useMe } from "./me";
import { mayOpen, type Page } from "./roles";

/** A page of another role is, to this one, no page. */
export function ForRole({ page }: { page: Page }) {
  const { staff } = useMe();
  return mayOpen(staff.roles, page) ? <Outlet /> : <Lost />;
}
