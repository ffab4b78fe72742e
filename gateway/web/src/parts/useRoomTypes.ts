import { useMemo } from "react";
import { useRoomOrder } from "../api/queries";

/** The room types that the property has, by code and name. */
export function useRoomTypes() {
  const rooms = useRoomOrder();
  return useMemo(() => {
    const names = new Map((rooms.data ?? []).map((room) => [room.type.code, room.type.name]));
    return {
      options: [...names].map(([value, label]) => ({ value, label })).sort((a, b) => a.label.localeCompare(b.label)),
      name: (code: string): string => names.get(code) ?? code,
    };
  }, [rooms.data]);
}
