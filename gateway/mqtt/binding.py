"""How one entity hangs on the wire: which topics it speaks at, and how to speak to it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from controller.entities import EntityDescription, Value
from gateway.mqtt.decode import Message
from gateway.mqtt.link import Outgoing

AvailabilityMode = Literal["all", "any", "latest"]

# What a payload says of an entity: (property, value) each. Raises decode.Unreadable or RenderFailed.
Read = Callable[[Message], Sequence[tuple[str, Value]]]
# Messages, in their order, that ask for these values. Raises encode.Unsendable or RenderFailed.
Encode = Callable[[Mapping[str, Value]], list[Outgoing]]


@dataclass(frozen=True, slots=True)
class Reader:
    """One topic that an entity speaks at."""

    topic: str
    qos: int
    read: Read


@dataclass(frozen=True, slots=True)
class AvailabilitySource:
    """One topic that tells whether an entity is reachable; None: the payload says nothing of it."""

    topic: str
    read: Callable[[Message], bool | None]


@dataclass(frozen=True, slots=True)
class Binding:
    """A usable entity. `config` is its config with long names, as JSON."""

    entity: EntityDescription
    readers: tuple[Reader, ...]
    encode: Encode
    availability: tuple[AvailabilitySource, ...] = ()
    availability_mode: AvailabilityMode = "latest"
    expire_after_seconds: float | None = None
    off_delay_seconds: float | None = None
    unique_id: str | None = None
    config: str = ""
    command_topics: frozenset[str] = frozenset()

    @property
    def timed(self) -> bool:
        """Whether its values run out."""
        return self.expire_after_seconds is not None or self.off_delay_seconds is not None

    @property
    def topics(self) -> frozenset[str]:
        """All topics to listen at."""
        return frozenset(
            [reader.topic for reader in self.readers] + [source.topic for source in self.availability]
        )


def nothing_to_send(values: Mapping[str, Value]) -> list[Outgoing]:
    """The encoder of what cannot be told anything."""
    return []
