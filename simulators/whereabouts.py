"""Who is in which room: what its motion sensor sees, and its air feels."""

from __future__ import annotations

import random

from simulators.lives import Scene


class Whereabouts:
    """People in rooms. `guests_in`: rooms whose guest is there now."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._inside: dict[str, dict[str, tuple[int, bool]]] = {}
        self.guests_in: set[str] = set()

    def put(self, room: str, who: str, people: int, moving: bool) -> None:
        """`who` is in the room with so many people; 0 people: no longer."""
        inside = self._inside.setdefault(room, {})
        moved_before = any(moving for _, moving in inside.values())
        if people:
            inside[who] = (people, moving)
        else:
            inside.pop(who, None)
        self._scene.rooms.use.people[self._scene.index(room)] = sum(count for count, _ in inside.values())
        moves = any(moving for _, moving in inside.values())
        if moves != moved_before:
            self._scene.devices(room).sense_people(moves)

    def through_door(self, room: str, draw: random.Random) -> None:
        """Somebody opens the door, and it falls shut behind them."""
        devices = self._scene.devices(room)
        devices.door(True)
        self._scene.after(draw.uniform(5.0, 14.0), lambda: devices.door(False))
