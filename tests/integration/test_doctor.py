"""The doctor's findings, one by one."""

from __future__ import annotations

import os
import socket
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest

from gateway import doctor
from gateway.instance import InstanceGuard
from gateway.migrate import upgrade
from gateway.settings import Settings, load_settings
from hotel.keyring import load_keyring

NOW = datetime(2026, 12, 1, tzinfo=UTC)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    data = tmp_path / "data"
    data.mkdir(mode=0o700)
    return load_settings({"INNKEEPER_DATA_DIR": str(data)}, tmp_path)


def test_a_fresh_machine_is_in_order_but_for_the_web_build(settings: Settings, tmp_path: Path) -> None:
    findings = {finding.name: finding for finding in doctor.examine(settings, tmp_path / "static", NOW)}
    assert set(findings) == {
        "data directory", "database", "broker", "telemetry", "web build", "clock", "https",
        "key file",
    }  # fmt: skip
    wrong = [name for name, finding in findings.items() if not finding.ok]
    assert wrong in (["web build"], ["broker", "web build"])  # 1883 may be taken on this machine
    assert findings["web build"].what_to_do == "Run `make build`."


def test_a_built_web_app(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text("")
    assert doctor.web_build(tmp_path).ok


def test_a_data_directory_that_others_may_read(settings: Settings) -> None:
    assert doctor.data_directory(settings.data_dir).ok
    with InstanceGuard(settings.data_dir):
        assert str(os.getpid()) in doctor.data_directory(settings.data_dir).found
    settings.data_dir.chmod(0o755)
    finding = doctor.data_directory(settings.data_dir)
    assert not finding.ok
    assert "chmod 700" in finding.what_to_do


def test_a_key_file_that_others_may_read_or_that_is_none(settings: Settings) -> None:
    load_keyring(settings.key_file)
    assert doctor.key_file(settings.key_file).ok
    settings.key_file.chmod(0o644)
    assert "chmod 600" in doctor.key_file(settings.key_file).what_to_do
    settings.key_file.write_bytes(b"not a key")
    settings.key_file.chmod(0o600)
    finding = doctor.key_file(settings.key_file)
    assert not finding.ok
    assert "backup" in finding.what_to_do


def test_a_clock_that_stands_before_its_own_writings(settings: Settings) -> None:
    assert doctor.clock(settings, NOW).ok
    assert "NTP" in doctor.clock(settings, datetime(1970, 1, 1, tzinfo=UTC)).what_to_do
    written = settings.data_dir / "innkeeper.db"
    written.write_text("")
    later = NOW.timestamp() + 3600
    os.utime(written, (later, later))
    assert "later than now" in doctor.clock(settings, NOW).found


def test_a_database_that_is_behind_and_one_that_is_not(settings: Settings, tmp_path: Path) -> None:
    sqlite3.connect(tmp_path / "data" / "innkeeper.db").close()
    (tmp_path / "data" / "innkeeper.db").touch()
    behind = doctor.database(settings.database_url)
    assert "another version" in behind.found
    upgrade(settings.database_url)
    assert doctor.database(settings.database_url) == doctor.Finding(
        "database", True, f"{settings.database_url} answers and is up to date"
    )


def test_a_database_without_our_tables(settings: Settings, tmp_path: Path) -> None:
    file = tmp_path / "data" / "innkeeper.db"
    file.write_bytes(b"this is no database, whatever its name says" * 10)
    assert not doctor.database(settings.database_url).ok
    finding = doctor.database("postgresql://inn:hunter2@127.0.0.1:1/innkeeper")
    assert not finding.ok
    assert "hunter2" not in finding.found
    assert "INNKEEPER_DATABASE_URL" in finding.what_to_do


def test_a_port_that_is_no_broker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "ANSWER_SECONDS", 0.3)
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        port = silent.getsockname()[1]
        settings = load_settings({"INNKEEPER_MQTT_URL": f"mqtt://127.0.0.1:{port}"}, tmp_path)
        assert "does not speak MQTT" in doctor.broker(settings).found
        ours = load_settings({"INNKEEPER_MQTT_PORT": str(port)}, tmp_path)
        assert "is taken" in doctor.broker(ours).found


def test_an_influxdb_that_is_away(tmp_path: Path) -> None:
    settings = load_settings({"INNKEEPER_INFLUX_URL": "http://127.0.0.1:1"}, tmp_path)
    assert "INNKEEPER_INFLUX_URL" in doctor.telemetry(settings).what_to_do
