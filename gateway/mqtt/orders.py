"""Orders out: from the house's words to messages on the wire, each with the time it has left.

Never retained, never after its time. An order whose payload only the template worker can make is taken,
and goes out when it is made.
"""

from __future__ import annotations

import logging
import math
import threading
from collections import Counter
from collections.abc import Callable

from controller.entities import Order
from gateway.mqtt.binding import Binding
from gateway.mqtt.encode import Unsendable
from gateway.mqtt.link import MqttLink, Outgoing
from gateway.mqtt.slow_lane import SlowLane
from gateway.mqtt.template_values import MustWait, RenderFailed
from hotel.clock import Clock

log = logging.getLogger(__name__)


class Orders:
    """Sends orders; may be called from any thread.

    Args:
        binding: who is known, by entity key.
        troubled: told when an entity's own template fails.
        counts: "orders_sent", "orders_refused", "orders_not_taken", "orders_expired" are counted here.
    """

    def __init__(
        self,
        link: MqttLink,
        clock: Clock,
        lane: SlowLane | None,
        counts: Counter[str],
        binding: Callable[[str], Binding | None],
        troubled: Callable[[str, RenderFailed], None],
    ) -> None:
        self._link = link
        self._clock = clock
        self._lane = lane
        self._counts = counts
        self._binding = binding
        self._troubled = troubled
        self._lock = threading.Lock()

    def send(self, order: Order) -> bool:
        """Put it on the wire. False: not taken, nothing was sent."""
        binding = self._binding(order.entity_key)
        seconds = order.expires_monotonic - self._clock.monotonic()
        with self._lock:
            if seconds <= 0:
                self._counts["orders_expired"] += 1
                return False
            if binding is None:
                self._counts["orders_refused"] += 1
                return False
            try:
                messages = binding.encode(dict(order.values))
            except MustWait:
                return self._send_later(order, binding)
            except (Unsendable, RenderFailed) as error:
                self._refuse(order, error)
                return False
            return self._publish(messages, seconds)

    def refusal(self, order: Order) -> str | None:
        """Why the entity could never take this order; None when it can."""
        binding = self._binding(order.entity_key)
        if binding is None:
            return "the device is not known on the broker"
        try:
            return None if binding.encode(dict(order.values)) else "the device takes no orders"
        except MustWait:
            return None
        except (Unsendable, RenderFailed) as error:
            return str(error)

    def _publish(self, messages: list[Outgoing], seconds: float) -> bool:
        expiry = max(1, math.ceil(seconds))
        sendable = [message._replace(retain=False, expiry_seconds=expiry) for message in messages]
        if not sendable or not self._link.publish_all(sendable):
            self._counts["orders_not_taken"] += 1
            return False
        self._counts["orders_sent"] += 1
        return True

    def _refuse(self, order: Order, error: Exception) -> None:
        self._counts["orders_refused"] += 1
        log.warning("mqtt: order %s to %s cannot be sent: %s", order.command_id, order.entity_key, error)
        if isinstance(error, RenderFailed):
            self._troubled(order.entity_key, error)

    def _send_later(self, order: Order, binding: Binding) -> bool:
        if self._lane is None or not self._link.connected:
            self._counts["orders_not_taken"] += 1
            return False

        def send() -> None:
            try:
                messages = binding.encode(dict(order.values))
            except (Unsendable, RenderFailed) as error:
                self._refuse(order, error)
                return
            with self._lock:
                seconds = order.expires_monotonic - self._clock.monotonic()
                if seconds <= 0:
                    self._counts["orders_expired"] += 1
                else:
                    self._publish(messages, seconds)

        if not self._lane.put(f"{order.entity_key} takes", send, shed=False):
            self._counts["orders_not_taken"] += 1
            return False
        return True
