"""Settings: the environment wins, unknown keys are refused, a wrong value is named with what is right."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.settings import load_settings
from hotel.errors import Invalid


def test_nothing_said_means_embedded_everything_on_this_machine(tmp_path: Path) -> None:
    settings = load_settings({}, tmp_path)
    assert settings.database_url == f"sqlite:///{tmp_path / 'innkeeper-data' / 'innkeeper.db'}"
    assert settings.mqtt_url is None
    assert settings.influx_url is None
    assert (settings.http_host, settings.http_port, settings.mqtt_port) == ("127.0.0.1", 8000, 1883)
    assert settings.discovery_prefix == "homeassistant"
    assert not settings.auto_approve


def test_the_environment_wins_over_both_files(tmp_path: Path) -> None:
    (tmp_path / "innkeeper.toml").write_text('http_port = 8100\ntimezone = "Asia/Shanghai"\n')
    inside = tmp_path / "innkeeper-data"
    inside.mkdir()
    (inside / "innkeeper.toml").write_text('http_port = 8200\nproperty = "harbour"\n')
    settings = load_settings({"INNKEEPER_HTTP_PORT": "8300", "INNKEEPER_TIMEZONE": ""}, tmp_path)
    assert settings.http_port == 8300
    assert settings.timezone == "Asia/Shanghai"
    assert settings.property == "harbour"
    assert load_settings({}, tmp_path).http_port == 8100


def test_the_database_lies_in_the_data_directory_that_was_named(tmp_path: Path) -> None:
    settings = load_settings({"INNKEEPER_DATA_DIR": str(tmp_path / "elsewhere")}, tmp_path)
    assert settings.database_url == f"sqlite:///{tmp_path / 'elsewhere' / 'innkeeper.db'}"


@pytest.mark.parametrize(
    ("name", "value", "right"),
    [
        ("TIMEZONE", "Mars/Olympus", "Asia/Shanghai"),
        ("TIMEZONE", "../etc/passwd", "tz database"),
        ("MQTT_URL", "http://broker:1883", "mqtt://"),
        ("MQTT_URL", "mqtt://broker:99999", "mqtt://"),
        ("MQTT_URL", "mqtt://", "mqtt://"),
        ("INFLUX_URL", "influx:8086", "http://"),
        ("DATABASE_URL", "mysql://db/innkeeper", "postgresql://"),
        ("DATABASE_URL", "sqlite:///:memory:", "sqlite:////"),
        ("DATABASE_URL", "postgresql:///innkeeper", "postgresql://"),
        ("HTTP_PORT", "80000", "a port from 0 to 65535"),
        ("HTTP_PORT", "http", "a port from 0 to 65535"),
        ("MQTT_PORT", "-1", "a port from 0 to 65535"),
        ("DISCOVERY_PREFIX", "home/#", "without wildcards"),
        ("DISCOVERY_PREFIX", "/home", "without wildcards"),
        ("AUTO_APPROVE", "perhaps", "true or false"),
        ("PROPERTY", "Hotel/1", "small letters"),
    ],
)
def test_a_wrong_value_is_named_with_what_would_be_right(
    name: str, value: str, right: str, tmp_path: Path
) -> None:
    with pytest.raises(Invalid) as refused:
        load_settings({f"INNKEEPER_{name}": value}, tmp_path)
    assert refused.value.message.startswith(f"INNKEEPER_{name} must be ")
    assert right in refused.value.message
    assert "\n" not in refused.value.message


def test_a_wrong_value_in_the_file_is_named_as_the_file_writes_it(tmp_path: Path) -> None:
    (tmp_path / "innkeeper.toml").write_text('timezone = "Moon"\n')
    with pytest.raises(Invalid, match=r"timezone in innkeeper\.toml must be a zone"):
        load_settings({}, tmp_path)


def test_a_password_in_a_url_is_not_repeated(tmp_path: Path) -> None:
    with pytest.raises(Invalid) as refused:
        load_settings({"INNKEEPER_DATABASE_URL": "oracle://sa:hunter2@db/x"}, tmp_path)
    assert "hunter2" not in refused.value.message


def test_unknown_and_broken_files_are_refused(tmp_path: Path) -> None:
    (tmp_path / "innkeeper.toml").write_text("htp_port = 1\n")
    with pytest.raises(Invalid, match="unknown key 'htp_port'"):
        load_settings({}, tmp_path)
    (tmp_path / "innkeeper.toml").write_text("http_port = = 1\n")
    with pytest.raises(Invalid, match="not valid TOML"):
        load_settings({}, tmp_path)


def test_a_data_directory_cannot_name_another(tmp_path: Path) -> None:
    (tmp_path / "innkeeper-data").mkdir()
    (tmp_path / "innkeeper-data" / "innkeeper.toml").write_text('data_dir = "/somewhere"\n')
    with pytest.raises(Invalid, match="cannot name another"):
        load_settings({}, tmp_path)


def test_a_token_does_not_show_itself(tmp_path: Path) -> None:
    settings = load_settings({"INNKEEPER_INFLUX_TOKEN": "s3cret-token"}, tmp_path)
    assert "s3cret-token" not in repr(settings)
    assert settings.influx_token.get_secret_value() == "s3cret-token"
