import { IconArchive, IconHandStop, IconMailForward, IconSearch, IconTrash } from "@tabler/icons-react";
import type { ItemState } from "../../../api/finds";
import type { Look } from "../../../parts/marks";

/** Glyph and tone of what has become of a found thing. */
export const itemLook: Record<ItemState, Look> = {
  found: { icon: IconSearch, tone: "attention" },
  stored: { icon: IconArchive, tone: "under-way" },
  handed_over: { icon: IconHandStop, tone: "done" },
  sent: { icon: IconMailForward, tone: "done" },
  disposed: { icon: IconTrash, tone: "quiet" },
};
