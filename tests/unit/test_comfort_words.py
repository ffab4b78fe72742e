"""Whatever comfort gives as a reason, screens can say in both languages."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
# Modules that give reasons, and how their codes stand there.
CODES = {
    "comfort.py": (r'reason_code="(\w+)"', r'"(\w+)" if facts\.hand_level', r'else "(desk_hand)"'),
    "climate_reading.py": (r'", "(\w+)", \{\}', r'code = "(\w+)"'),
    "plan_words.py": (r'"(plan_\w+)"',),
    "precondition.py": (r'code="(\w+)"',),
}


def given() -> set[str]:
    found = {"plan_done", "plan_dropped"}  # `precondition.finished`
    for name, patterns in CODES.items():
        text = (ROOT / "controller" / name).read_text(encoding="utf-8")
        for pattern in patterns:
            codes = set(re.findall(pattern, text))
            assert codes, f"{name} gives its reasons in another way than {pattern}"
            found |= codes
    return found


@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_every_reason_has_its_sentence(language: str) -> None:
    path = ROOT / "gateway" / "web" / "src" / "words" / f"{language}.json"
    reasons = json.loads(path.read_text(encoding="utf-8"))["reasons"]
    assert {code for code in given() if code not in reasons} == set()
