import { useEffect } from "react";

const MOST_PLACES = 16;

/**
 * Gives the focus back when a dialog goes that had it: to the last place that is still there, mostly the
 * button that opened it. Dialogs here are taken away whole, and the browser leaves the focus nowhere then.
 */
export function useFocusKept(): void {
  useEffect(() => {
    const places: HTMLElement[] = [];
    let inDialog = false;
    const focused = ({ target }: FocusEvent) => {
      if (!(target instanceof HTMLElement)) return;
      const dialog = target.closest("[role=dialog]");
      inDialog = dialog !== null;
      // One place for a dialog, however long somebody goes round in it: what opened it stays remembered.
      if (inDialog && places.at(-1)?.closest("[role=dialog]") === dialog) places.pop();
      places.push(target);
      if (places.length > MOST_PLACES) places.shift();
    };
    const changed = new MutationObserver(() => {
      if (!inDialog || document.activeElement !== document.body) return;
      inDialog = false;
      for (let place = places.pop(); place !== undefined; place = places.pop()) {
        if (!place.isConnected) continue;
        place.focus();
        return;
      }
    });
    document.addEventListener("focusin", focused);
    changed.observe(document.body, { childList: true, subtree: true });
    return () => {
      document.removeEventListener("focusin", focused);
      changed.disconnect();
    };
  }, []);
}
