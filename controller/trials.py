"""Trying a device out before anybody vouches for it: one command of an engineer's, and what came back.

A trial approves nothing, leaves no lasting wish and belongs to no room. It goes to a device that waits,
where nothing else goes, and ends like every command: confirmed by a report, assumed, timed out, …
"""

from __future__ import annotations

from controller import store
from controller.arbitration import level_for
from controller.asked import check_hands_off
from controller.core import Core
from controller.dispatch import TRIAL, LiveCommand
from controller.entities import Value
from controller.lock_out import check_lock_out
from controller.readings import Command
from controller.rounds import Rounds
from controller.rows import command_values
from controller.values import valid_value
from hotel.actor import Actor
from hotel.database import Transaction
from hotel.errors import Conflict, NotFound
from hotel.messages import CommandChanged


class Trials:
    """Takes engineers' trials, each in its caller's transaction."""

    def __init__(self, core: Core, rounds: Rounds) -> None:
        self._core = core
        self._rounds = rounds

    def try_out(self, tx: Transaction, actor: Actor, device_id: str, property: str, value: Value) -> Command:
        """Ask one property of a device that waits for approval; sent after the commit.

        Raises:
            NotFound: no such device.
            Forbidden: only an engineer tries devices out.
            Conflict: it is approved (it is commanded in its room), it has gone, or hands are off there.
            Invalid: the device has no such property, or does not take this value.
        """
        self._core.load()
        level = level_for(actor, "engineer")
        with self._core.lock:
            twin = self._core.register.by_id.get(device_id)
            if twin is None:
                raise NotFound("unknown_device", "There is no such device.", device=device_id)
            if twin.withdrawn:
                raise Conflict("device_gone", "This device has taken itself back.", device=device_id)
            if not twin.waits:
                raise Conflict(
                    "approved_already", "This device is approved: command it in its room.", room=twin.room
                )
            check_hands_off(self._core.register.hands_off_over(twin))
            check_lock_out(self._core.register.lock_over(twin))
            name, value = valid_value(twin, property, value)
            live = self._core.flight.new_command(
                None, twin, name, value, level=level, cause=TRIAL, by=actor.name
            )
            live.automatic = False
        store.insert_all(
            tx.session,
            store.CommandRow,
            [{"property_id": tx.property_id, "id": live.id, **command_values(live)}],
        )
        tx.audit(actor, "device.tried", live.id, device=twin.id, property=name)
        tx.announce(CommandChanged(live.id, None, "queued"))
        tx.after_commit(lambda: self._sent(live))
        return live.reading()

    def _sent(self, live: LiveCommand) -> None:
        with self._core.lock:
            live.saved = True
            self._core.flight.enqueue(live, first=True)
        self._rounds.send_at_once(live)
