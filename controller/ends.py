"""Why a command or a part of an action ended as it did: the sentences that Innkeeper itself says. Pure.

A command keeps the sentence; a screen in another language goes by its code. What a device or a person
said (a refusal, the reason of hands-off) has no code and is shown as it is.
"""

from __future__ import annotations

from collections.abc import Mapping

ENDS: Mapping[str, str] = {
    "already_so": "The device was so already.",
    "approval_withdrawn": "The approval was withdrawn.",
    "device_gone": "The device is not there any more.",
    "device_withdrew": "The device withdrew.",
    "newer_command": "A newer command took its place.",
    "no_report": "No report of it came back.",
    "not_begun_in_time": "It could not begin in time.",
    "not_running": "It ran out while Innkeeper was not running.",
    "not_sent_in_time": "It could not be sent in time.",
    "nothing_to_do": "It was so already.",
    "stay_over": "The stay that it was asked for is over here.",
    "went_back": "The device went back on its own.",
}

_CODES = {sentence: code for code, sentence in ENDS.items()}


def end_code(detail: str | None) -> str | None:
    """The code of a sentence of `ENDS`; None for what somebody else said."""
    return _CODES.get(detail) if detail is not None else None
