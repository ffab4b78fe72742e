/** An edit that says which version it saw; when somebody was faster, both sides are kept for the person to choose. */
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { Problem } from "../api/client";

interface Versioned {
  version: number;
}

export interface VersionedEdit<Kept extends Versioned, Edit> {
  /** what the person saw when the editing began */
  seen: Kept;
  /** what somebody else made of it meanwhile; null as long as nobody has */
  theirs: Kept | null;
  save: (edit: Edit) => void;
  /** Go on from theirs: what was typed here is given up. */
  take: () => void;
  pending: boolean;
  /** a refusal for another reason */
  error: unknown;
}

/**
 * `kept`: the thing as it is when the editing begins. `put` saves over the version named, `read` asks for the
 * newest. A second `save` after a conflict goes over their version.
 */
export function useVersioned<Kept extends Versioned, Edit>({
  kept,
  put,
  read,
  onSaved,
  onTaken,
}: {
  kept: Kept;
  put: (version: number, edit: Edit) => Promise<Kept>;
  read: () => Promise<Kept>;
  onSaved: (saved: Kept) => void;
  onTaken: (theirs: Kept) => void;
}): VersionedEdit<Kept, Edit> {
  const [seen, setSeen] = useState(kept);
  const [theirs, setTheirs] = useState<Kept | null>(null);
  const saving = useMutation({
    mutationFn: async (edit: Edit): Promise<Kept | null> => {
      try {
        return await put((theirs ?? seen).version, edit);
      } catch (error) {
        if (!(error instanceof Problem) || error.status !== 412) throw error;
        setTheirs(await read());
        return null;
      }
    },
    onSuccess: (saved) => {
      if (saved === null) return;
      setSeen(saved);
      setTheirs(null);
      onSaved(saved);
    },
  });
  return {
    seen,
    theirs,
    save: saving.mutate,
    take: () => {
      if (theirs === null) return;
      setSeen(theirs);
      setTheirs(null);
      onTaken(theirs);
    },
    pending: saving.isPending,
    error: saving.error,
  };
}
