import { Select } from "@mantine/core";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useRooms } from "../api/queries";
import type { Room } from "../api/types";

/** A room by number, ready ones first, each with its state in words. */
export function RoomPicker({
  value,
  onChange,
  roomType,
  exclude,
  label,
  clearable = false,
}: {
  value: string | null;
  onChange: (room: string | null) => void;
  roomType?: string | null;
  exclude?: string | null;
  label: string;
  clearable?: boolean;
}) {
  const { t } = useTranslation();
  const rooms = useRooms();
  const groups = useMemo(() => {
    const told = (room: Room) => ({
      value: room.number,
      label: `${room.number} · ${room.type.name} · ${t(`axes.front_office.${room.front_office}`)} · ${
        room.availability.state === "sellable"
          ? t(`axes.cleanliness.${room.cleanliness}`)
          : t(`axes.availability.${room.availability.state}`)
      }`,
    });
    const there = (rooms.data ?? []).filter((room) => room.number !== exclude);
    const ofType = (room: Room) => !roomType || room.type.code === roomType;
    const parts: [string, Room[]][] = [
      [t("picker.ready"), there.filter((room) => room.ready && ofType(room))],
      [t("picker.not_ready"), there.filter((room) => !room.ready && ofType(room))],
      [t("picker.other_type"), there.filter((room) => !ofType(room))],
    ];
    return parts.filter(([, items]) => items.length > 0).map(([group, items]) => ({ group, items: items.map(told) }));
  }, [rooms.data, roomType, exclude, t]);
  return (
    <Select
      label={label}
      data={groups}
      value={value}
      onChange={onChange}
      searchable
      clearable={clearable}
      clearButtonProps={{ "aria-label": t("do.clear") }}
      limit={60}
      maxDropdownHeight={280}
      nothingFoundMessage={t("picker.none")}
      placeholder={t("picker.placeholder")}
      data-testid="room-picker"
    />
  );
}
