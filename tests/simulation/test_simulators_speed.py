"""The simulated world is quick enough for benches: forty rooms, three days."""

from __future__ import annotations

from datetime import timedelta
from time import process_time

import pytest

from simulators.world import WorldOptions
from tests.unit.simulators_fakes import House, ScriptedDesk


@pytest.mark.slow
def test_forty_rooms_and_three_days_cost_less_than_twenty_seconds() -> None:
    begin = process_time()
    house = House(rooms=40, desk=ScriptedDesk(), options=WorldOptions(people=True))
    house.after(hours=72)
    assert process_time() - begin < 20
    assert house.world.arrivals[-1].at - house.world.arrivals[0].at > timedelta(days=2)
