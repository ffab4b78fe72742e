"""The weather from a file or a service: what is told is used, what is wrong is said in one sentence."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from controller.weather import Forecast
from gateway.settings import load_settings
from gateway.weather import service
from gateway.weather.files import read_weather_file
from gateway.weather.service import ask_weather_service
from gateway.weather.source import WeatherSource, weather_source
from hotel.clock import ManualClock
from hotel.errors import Invalid, Refused, Unavailable

NOW = datetime(2026, 7, 14, 4, 0, tzinfo=UTC)


def test_a_csv_tells_the_hours_ahead(tmp_path: Path) -> None:
    path = tmp_path / "weather.csv"
    lines = ["at,outdoor_celsius,irradiance_watts_per_square_metre"]
    for hour in range(-30, 60):
        lines.append(f"{(NOW + timedelta(hours=hour)).isoformat()},{30 + hour % 5},{500 if hour % 2 else ''}")
    lines.insert(40, "half a li")
    path.write_text("\n".join(lines), encoding="utf-8")
    told = read_weather_file(path, NOW)
    assert told.faults == ()
    assert told.points[0].at == NOW - timedelta(hours=6)
    assert told.points[-1].at == NOW + timedelta(hours=48)
    assert {point.irradiance_watts_per_square_metre for point in told.points} == {None, 500.0}


def test_an_epw_year_is_taken_for_this_one(tmp_path: Path) -> None:
    path = tmp_path / "shanghai.epw"
    header = ["LOCATION,Shanghai,-,CHN,SWERA,583670,31.17,121.43,8.0,7.0", *["X"] * 7]
    body = []
    for day in (13, 14, 15, 16):
        for hour in range(1, 25):
            fields = ["2001", "7", str(day), str(hour), "60", "?", f"{25 + hour / 10}", "20", "60", "101000"]
            body.append(",".join([*fields, "0", "0", "350", "9999" if hour == 3 else "120", "0"]))
    path.write_text("\n".join([*header, *body]), encoding="utf-8")
    told = read_weather_file(path, NOW)
    at_noon = next(point for point in told.points if point.at == NOW)
    assert at_noon.outdoor_celsius == pytest.approx(26.2), "the hour that ends at 12:00 there"
    assert at_noon.irradiance_watts_per_square_metre == 120.0


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("a,b\n1,2\n", "bad_weather_file"),
        ("at,outdoor_celsius\n2026-07-14T04:00:00,30\n", "bad_weather_file"),
        ("LOCATION,nowhere\n", "bad_weather_file"),
    ],
)
def test_a_file_that_is_none_is_refused_with_a_sentence(tmp_path: Path, text: str, code: str) -> None:
    path = tmp_path / "weather.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(Invalid) as refused:
        read_weather_file(path, NOW)
    assert refused.value.code == code
    with pytest.raises(Invalid):
        read_weather_file(tmp_path / "none.csv", NOW)


@contextmanager
def answering(body: bytes, status: int = 200) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            return

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/forecast"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def points(hours: int) -> list[dict[str, object]]:
    return [
        {"at": (NOW + timedelta(hours=hour)).isoformat(), "outdoor_celsius": 31.0, "humidity": 60}
        for hour in range(hours)
    ]


def test_a_service_in_the_neutral_shape_is_understood() -> None:
    ahead = (NOW + timedelta(hours=3)).isoformat()
    with answering(json.dumps({"made_at": ahead, "points": points(12)}).encode()) as url:
        told = ask_weather_service(url, NOW)
    assert len(told.points) == 12
    assert told.made_at == NOW, "nobody is from the future"


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"<html>", 200, "weather_not_understood"),
        (json.dumps({"points": points(500)}).encode(), 200, "weather_not_understood"),
        (b'{"points": [{"at": "2026-07-14T04:00:00", "outdoor_celsius": 3}]}', 200, "weather_not_understood"),
        (b"{}", 503, "weather_unreachable"),
    ],
)
def test_a_service_that_errs_is_refused(body: bytes, status: int, code: str) -> None:
    with answering(body, status) as url, pytest.raises(Unavailable) as refused:
        ask_weather_service(url, NOW)
    assert refused.value.code == code


def test_a_service_that_says_too_much_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "MOST_BYTES", 100)
    with answering(b" " * 5000) as url, pytest.raises(Unavailable) as refused:
        ask_weather_service(url, NOW)
    assert refused.value.code == "weather_too_much"


def test_the_last_good_answer_stays_while_the_source_fails(clock: ManualClock) -> None:
    answers: list[Forecast | Refused] = [
        Forecast(NOW, ()),
        Unavailable("weather_unreachable", "The weather service did not answer."),
    ]
    asked = 0

    def ask(now: datetime) -> Forecast:
        nonlocal asked
        asked += 1
        answer = answers.pop(0)
        if isinstance(answer, Refused):
            raise answer
        return answer

    source = WeatherSource(clock, ask)
    source.beat()
    source.beat()
    assert asked == 1, "not before its time"
    clock.advance(1900)
    source.beat()
    assert source.newest() is not None
    assert source.failures == 1
    assert source.trouble == "The weather service did not answer."
    clock.advance(10)
    source.beat()
    assert asked == 2


def test_settings_name_the_source_and_the_place(tmp_path: Path, clock: ManualClock) -> None:
    settings = load_settings({"INNKEEPER_WEATHER_FILE": "w.csv", "INNKEEPER_LATITUDE": "31.2"}, tmp_path)
    assert settings.weather_file == tmp_path / "w.csv"
    assert weather_source(settings.weather_file, None, clock) is not None
    assert weather_source(None, None, clock) is None
    with pytest.raises(Invalid):
        load_settings({"INNKEEPER_LATITUDE": "100"}, tmp_path)
    with pytest.raises(Invalid):
        load_settings({"INNKEEPER_WEATHER_URL": "ftp://x"}, tmp_path)
