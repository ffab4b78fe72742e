"""How a guest's name is written for whom."""

from __future__ import annotations

import pytest

from frontdesk.names import NameAccess, shown_name


@pytest.mark.parametrize(
    ("given", "family", "full", "masked"),
    [
        ("Wei", "Chen", "Wei Chen", "W. C***"),
        ("伟", "陈", "陈伟", "陈**"),
        ("", "Okafor", "Okafor", "O***"),
        ("Anna", "", "Anna", "A."),
    ],
)
def test_a_name_is_shown_as_its_people_write_it(given: str, family: str, full: str, masked: str) -> None:
    assert shown_name(given, family, NameAccess.FULL) == full
    assert shown_name(given, family, NameAccess.MASKED) == masked
    assert shown_name(given, family, NameAccess.NONE) is None
