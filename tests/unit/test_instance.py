"""One service on one data directory."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from gateway.instance import LOCK_NAME, InstanceGuard, lease_holder, running_process
from hotel.errors import Conflict, Unavailable


def test_a_second_start_is_refused_with_the_first_ones_process(tmp_path: Path) -> None:
    data = tmp_path / "data"
    assert running_process(data) is None
    with InstanceGuard(data):
        assert running_process(data) == str(os.getpid())
        with pytest.raises(Conflict, match=f"process {os.getpid()}"):
            InstanceGuard(data)
    assert running_process(data) is None
    InstanceGuard(data).release()


def test_what_a_killed_service_leaves_behind_stops_nobody(tmp_path: Path) -> None:
    (tmp_path / LOCK_NAME).write_text("99999999\n")
    assert running_process(tmp_path) is None
    with InstanceGuard(tmp_path):
        assert (tmp_path / LOCK_NAME).read_text() == f"{os.getpid()}\n"


def test_the_data_directory_is_for_its_owner(tmp_path: Path) -> None:
    with InstanceGuard(tmp_path / "data"):
        assert (tmp_path / "data").stat().st_mode & 0o077 == 0


def test_a_directory_that_cannot_be_made_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(Unavailable, match="INNKEEPER_DATA_DIR"):
        InstanceGuard(tmp_path / "file" / "data")


def test_a_data_directory_holds_its_property_under_one_name_and_a_copy_under_another(tmp_path: Path) -> None:
    first, copy = tmp_path / "first", tmp_path / "copy"
    first.mkdir()
    assert lease_holder(first) == lease_holder(first)
    shutil.copytree(first, copy)
    assert lease_holder(copy) != lease_holder(first)
