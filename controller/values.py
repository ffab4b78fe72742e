"""What a device takes: a property and a value put into its own terms, or why not."""

from __future__ import annotations

from controller.entities import FLAGS, Value
from controller.twin import Twin
from hotel.errors import Conflict, Invalid

_PERCENT = ("_percent", "percentage")


def check_vouched(twin: Twin) -> None:
    """Raises Conflict while the device waits to be approved again: nothing is sent to it then."""
    if twin.waits:
        raise Conflict(
            "asks_again",
            f"{twin.description.name} has changed how it is commanded and must be approved again.",
            device=twin.id,
        )


def valid_value(twin: Twin, name: str, value: Value) -> tuple[str, Value]:
    """The property and value in the device's own terms.

    Raises:
        Invalid: the device does not take it; says what it takes.
    """
    entity = twin.description
    if name == "action" and value in ("open", "close") and "position_percent" in entity.accepts:
        name, value = "position_percent", 100.0 if value == "open" else 0.0
    if name not in entity.accepts:
        raise Invalid(
            "unknown_property",
            f"{entity.name} has no {name} that can be set.",
            property=name,
            accepts=sorted(entity.accepts),
        )
    limits = entity.limits.get(name)
    if name.endswith(_PERCENT) and limits is None:
        low, high = 0.0, 100.0
    elif limits is not None:
        low, high = limits.low, limits.high
    else:
        low, high = float("-inf"), float("inf")
    if limits is not None or name.endswith((*_PERCENT, "_celsius")):
        if isinstance(value, bool) or not isinstance(value, (int, float)) or value != value:
            raise Invalid("not_a_number", f"{name} is a number.", property=name, low=low, high=high)
        if not low <= value <= high:
            raise Invalid(
                "out_of_range",
                f"{entity.name} takes {low:g} to {high:g} for {name}, not {value:g}.",
                property=name,
                low=low,
                high=high,
            )
        return name, float(value)
    if name in FLAGS:
        if not isinstance(value, bool):
            raise Invalid("not_yes_or_no", f"{name} is true or false.", property=name)
        if name == "press" and not value:
            raise Invalid("not_yes_or_no", "A button can only be pressed.", property=name)
        return name, value
    options = entity.options.get(name) or (("open", "close", "stop") if name == "action" else ())
    if not isinstance(value, str) or (options and value not in options):
        raise Invalid(
            "unknown_option",
            f"{entity.name} takes {', '.join(options)} for {name}.",
            property=name,
            options=list(options),
        )
    return name, value
