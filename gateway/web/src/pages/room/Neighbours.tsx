/** The rooms before and after this one, as in a corridor: with the arrows of the page or of the keyboard. */
import { ActionIcon } from "@mantine/core";
import { IconChevronLeft, IconChevronRight, type Icon } from "@tabler/icons-react";
import { useEffect, useMemo } from "react";
import { useTranslation } from "react-i18next";
import { Link, useNavigate } from "react-router";
import { useRoomOrder } from "../../api/queries";
import { byFloor } from "../../parts/roomFacts";

export function Neighbours({ number }: { number: string }) {
  const { t } = useTranslation();
  const { before, after } = useNeighbours(number);
  return (
    <>
      <Neighbour to={before} label={t("room.before")} icon={IconChevronLeft} />
      <Neighbour to={after} label={t("room.after")} icon={IconChevronRight} />
    </>
  );
}

/** Left and right go to the next room, as in a corridor. */
function useNeighbours(number: string): { before: string | null; after: string | null } {
  const rooms = useRoomOrder();
  const navigate = useNavigate();
  const neighbours = useMemo(() => {
    const order = byFloor(rooms.data ?? []).flatMap(([, there]) => there.map((room) => room.number));
    const place = order.indexOf(number);
    return place < 0
      ? { before: null, after: null }
      : { before: order[place - 1] ?? null, after: order[place + 1] ?? null };
  }, [rooms.data, number]);
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      const target = event.target;
      if (event.metaKey || event.ctrlKey || event.altKey) return;
      // Arrows belong to sliders, fields and menus first.
      if (target instanceof HTMLElement && target.closest("input,textarea,select,[role=slider],[role=menu],[role=dialog]")) return;
      const to = event.key === "ArrowLeft" ? neighbours.before : event.key === "ArrowRight" ? neighbours.after : null;
      if (to !== null) void navigate(`/rooms/${encodeURIComponent(to)}`);
    };
    window.addEventListener("keydown", pressed);
    return () => window.removeEventListener("keydown", pressed);
  }, [neighbours, navigate]);
  return neighbours;
}

function Neighbour({ to, label, icon: Glyph }: { to: string | null; label: string; icon: Icon }) {
  return to === null ? (
    <ActionIcon variant="default" size={40} aria-label={label} disabled>
      <Glyph size={20} />
    </ActionIcon>
  ) : (
    <ActionIcon variant="default" size={40} aria-label={label} component={Link} to={`/rooms/${encodeURIComponent(to)}`}>
      <Glyph size={20} />
    </ActionIcon>
  );
}
