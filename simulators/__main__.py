"""`python -m simulators`: the world outside, against any broker and, if told so, any front desk API."""

from __future__ import annotations

import argparse
import logging
import math
import signal
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from hotel.clock import SystemClock
from simulators.building import room_plans, rooms_csv
from simulators.gateways import BrokerAddress
from simulators.runner import Outside, read_sign_ins, read_tokens, run
from simulators.weather import climates

EXIT_WRONG_USE = 2
MOST_FAULTS_A_DAY = 1000


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no ISO 8601 time") from None
    if moment.tzinfo is None:
        raise argparse.ArgumentTypeError(f"{text!r} needs an offset, such as 2026-07-14T13:00:00+08:00")
    return moment.astimezone(UTC)


def _speed(text: str) -> float:
    try:
        speed = float(text)
    except ValueError:
        speed = math.nan
    if not 0.1 <= speed <= 3600:
        raise argparse.ArgumentTypeError("the speed must be between 0.1 and 3600")
    return speed


def _timezone(text: str) -> ZoneInfo:
    try:
        return ZoneInfo(text)
    except (ZoneInfoNotFoundError, ValueError):
        raise argparse.ArgumentTypeError(f"there is no time zone {text!r}") from None


def _broker(text: str) -> BrokerAddress:
    try:
        return BrokerAddress.parse(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m simulators",
        description="Simulated rooms, devices, weather and people of a hotel.",
    )
    parser.add_argument("--mqtt-url", type=_broker, metavar="mqtt://user:pass@host:port")
    parser.add_argument("--rooms", type=int, default=40)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--speed", type=_speed, default=1.0, help="hotel seconds in one real second")
    parser.add_argument("--epoch", type=_moment, help="hotel time at the anchor (default: now)")
    parser.add_argument("--anchor", type=_moment, help="real time at which hotel time was the epoch")
    parser.add_argument("--timezone", type=_timezone, default=ZoneInfo("Asia/Shanghai"))
    parser.add_argument("--climate", default="shanghai", choices=sorted(climates()))
    parser.add_argument("--http-url", help="the front desk's API; without, guests live by themselves")
    parser.add_argument("--token-file", type=Path, help="JSON object of role and bearer token")
    parser.add_argument(
        "--sign-in-file", type=Path, help="JSON: attendants and engineers, each logins and secrets"
    )
    parser.add_argument("--faults-a-day", type=float, default=0.0, help="how many things break by themselves")
    parser.add_argument("--discovery-prefix", default="homeassistant")
    parser.add_argument("--no-people", action="store_true", help="devices and weather alone, nobody comes")
    parser.add_argument("--print-rooms", action="store_true", help="print the room list as CSV and exit")
    return parser


def main(arguments: list[str] | None = None) -> int:
    """Run the program; returns its exit code."""
    parser = _parser()
    given = parser.parse_args(arguments)
    try:
        plans = room_plans(given.rooms)
        if given.seed < 0:
            raise ValueError("the seed must not be negative")
        if not 0 <= given.faults_a_day <= MOST_FAULTS_A_DAY:
            raise ValueError(f"faults a day are from 0 to {MOST_FAULTS_A_DAY}")
        if given.print_rooms:
            sys.stdout.write(rooms_csv(plans))
            return 0
        if given.mqtt_url is None:
            raise ValueError("--mqtt-url is needed")
        if (given.http_url is None) != (given.token_file is None):
            raise ValueError("--http-url and --token-file go together")
        tokens = read_tokens(given.token_file) if given.token_file else {}
        sign_ins = read_sign_ins(given.sign_in_file) if given.sign_in_file else {}
    except ValueError as error:
        sys.stderr.write(f"simulators: {error}.\n")
        return EXIT_WRONG_USE

    logging.basicConfig(level=logging.INFO, format="simulators: %(message)s", stream=sys.stderr)
    # httpx tells every request it makes.
    logging.getLogger("httpx").setLevel(logging.WARNING)
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    now = SystemClock().wall()
    anchor = given.anchor or now
    run(
        Outside(
            broker=given.mqtt_url,
            rooms=given.rooms,
            seed=given.seed,
            speed=given.speed,
            epoch=given.epoch or now,
            anchor=anchor,
            timezone=given.timezone,
            climate=given.climate,
            discovery_prefix=given.discovery_prefix,
            http_url=given.http_url,
            tokens=tokens,
            sign_ins=sign_ins,
            faults_a_day=given.faults_a_day,
            people=not given.no_people,
        ),
        stop,
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
