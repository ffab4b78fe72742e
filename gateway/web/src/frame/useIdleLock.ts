import { useEffect } from "react";
import { tablet } from "../oplog/tablet";

/** A tablet that lies on a trolley this long is locked. */
const IDLE_MILLISECONDS = 15 * 60_000;
const TOUCHES = ["pointerdown", "keydown"] as const;

/** Locks the tablet of somebody with a PIN when nobody has touched it for a while. */
export function useIdleLock(): void {
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const touched = () => {
      clearTimeout(timer);
      timer = setTimeout(() => tablet().lock(), IDLE_MILLISECONDS);
    };
    touched();
    for (const touch of TOUCHES) window.addEventListener(touch, touched, { passive: true });
    return () => {
      clearTimeout(timer);
      for (const touch of TOUCHES) window.removeEventListener(touch, touched);
    };
  }, []);
}
