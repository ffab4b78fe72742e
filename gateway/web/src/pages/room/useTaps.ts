import { useEffect, useRef, useState } from "react";
import type { JsonValue } from "../../api/types";
import type { Control } from "./control";

const TAPS_MILLISECONDS = 700;

/** Gathers quick taps into one request; the shown value moves at once. */
export function useTaps(control: Control): { shown: JsonValue; tap: (value: number) => void } {
  const [draft, setDraft] = useState<number | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const tap = (value: number) => {
    setDraft(value);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => {
      setDraft(null);
      control.ask(value);
    }, TAPS_MILLISECONDS);
  };
  return { shown: draft ?? control.shown, tap };
}
