import { type RefObject, useEffect, useRef } from "react";

const FLASH_MILLISECONDS = 1_400;

/** Flashes the element once, softly, when `facts` changes; not at first sight, not when motion is unwanted. */
export function useFlash<T extends HTMLElement>(facts: string): RefObject<T | null> {
  const element = useRef<T>(null);
  const known = useRef(facts);
  useEffect(() => {
    if (known.current === facts) return;
    known.current = facts;
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) return;
    element.current?.animate([{ boxShadow: "inset 0 0 0 999px var(--flash)" }, { boxShadow: "inset 0 0 0 999px transparent" }], {
      duration: FLASH_MILLISECONDS,
      easing: "ease-out",
    });
  }, [facts]);
  return element;
}
