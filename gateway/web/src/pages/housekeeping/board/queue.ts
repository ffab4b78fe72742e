/** For which rooms a guest waits in the lobby, and since when: by the rooms' numbers. */
import { createContext } from "react";

export const QueueContext = createContext<ReadonlyMap<string, string>>(new Map());
