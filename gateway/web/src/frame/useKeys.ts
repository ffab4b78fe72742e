import { useEffect } from "react";
import { useNavigate } from "react-router";
import { useMe } from "./me";
import { mayOpen, type Page } from "./roles";

const LEADER_MILLISECONDS = 1_200;

/** g then one of these goes to a page. */
export const goKeys: Record<string, Page> = { a: "arrivals", r: "rooms", h: "housekeeping", m: "maintenance", d: "devices", s: "settings" };

function typing(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
}

/** The keys that work on every page. */
export function useKeys({ find, help }: { find: () => void; help: () => void }): void {
  const navigate = useNavigate();
  const { staff } = useMe();
  const roles = staff.roles;
  useEffect(() => {
    let leadAt = -Infinity;
    const pressed = (event: KeyboardEvent) => {
      if ((event.metaKey || event.ctrlKey) && event.key.toLowerCase() === "k") {
        event.preventDefault();
        find();
        return;
      }
      if (event.metaKey || event.ctrlKey || event.altKey || typing(event.target)) return;
      if (event.key === "?") help();
      else if (event.key === "/") {
        const field = document.querySelector<HTMLInputElement>("[data-search]");
        if (field) {
          event.preventDefault();
          field.focus();
        }
      } else if (event.key === "g") leadAt = event.timeStamp;
      else if (event.timeStamp - leadAt < LEADER_MILLISECONDS) {
        const page = goKeys[event.key];
        leadAt = -Infinity;
        if (page && mayOpen(roles, page)) void navigate(`/${page}`);
      }
    };
    window.addEventListener("keydown", pressed);
    return () => window.removeEventListener("keydown", pressed);
  }, [find, help, navigate, roles]);
}
