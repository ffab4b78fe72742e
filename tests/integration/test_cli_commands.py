"""The `innkeeper` command: what it does, and that each error is one plain sentence and exit code 2."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType, SimpleNamespace

import psutil
import pytest

import gateway.house
import gateway.main
import hotel.audit
import hotel.staff_store  # noqa: F401 - its tables belong to the MetaData
from benchmarks.report import BenchReport, Figure, Options, at_least
from gateway import cli
from gateway.instance import InstanceGuard
from hotel.clock import SystemClock
from hotel.database import Database
from hotel.keyring import load_keyring
from tests.http_house import House
from tests.waiting import wait_until

ROOT = Path(__file__).parents[2]


@dataclass
class Outcome:
    code: int
    out: str
    err: str


Innkeeper = Callable[..., Outcome]


@pytest.fixture
def data_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty hotel; its tables are made like in tests, since migrations have tests of their own."""
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("INNKEEPER_")]:
        monkeypatch.delenv(name)

    def make_tables(url: str) -> None:
        database = Database(url, SystemClock())
        database.create_all()
        database.close()

    monkeypatch.setattr(gateway.house, "upgrade", make_tables)
    return tmp_path / "innkeeper-data"


@pytest.fixture
def innkeeper(
    data_dir: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Innkeeper:
    """The command, run in this process: `innkeeper("token", "list")`."""

    def run(*arguments: str, stdin: str = "") -> Outcome:
        monkeypatch.setattr(sys, "stdin", io.StringIO(stdin))
        with pytest.raises(SystemExit) as ended:
            cli.run(arguments)
        captured = capsys.readouterr()
        return Outcome(int(ended.value.code or 0), captured.out, captured.err)

    return run


def as_a_process(
    *arguments: str, cwd: Path, environ: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("INNKEEPER_")}
    return subprocess.run(
        [sys.executable, "-m", "gateway.cli", *arguments],
        cwd=cwd,
        env={**clean, "PYTHONPATH": str(ROOT), **(environ or {})},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def is_one_sentence(text: str) -> bool:
    return text.count("\n") == 1 and text.endswith(".\n") and "Traceback" not in text


@pytest.mark.parametrize(
    ("arguments", "environ", "says"),
    [
        (["frobnicate"], {}, "No such command 'frobnicate'"),
        (["token", "create"], {}, "--role"),
        (["token", "create", "--role", "king"], {}, "king"),
        (["doctor"], {"INNKEEPER_TIMEZONE": "Mars/Base"}, "INNKEEPER_TIMEZONE must be"),
        (["serve"], {"INNKEEPER_MQTT_URL": "amqp://x"}, "INNKEEPER_MQTT_URL must be"),
        (["serve"], {"INNKEEPER_DATA_DIR": "/proc/nowhere"}, "/proc/nowhere"),
        (["simulate", "--mqtt-url", "http://x"], {}, "must look like mqtt://"),
        (["simulate"], {}, "--mqtt-url"),
        (["bench", "sleep"], {}, "There is no bench 'sleep'"),
        (["bench", "../x"], {}, "There is no bench"),
        (["rooms", "import", "none.csv"], {}, "none.csv: No such file or directory"),
        (["demo", "--rooms", "0"], {}, "--rooms"),
    ],
)
def test_an_error_is_one_sentence_and_exit_code_2(
    arguments: list[str], environ: dict[str, str], says: str, tmp_path: Path
) -> None:
    ended = as_a_process(*arguments, cwd=tmp_path, environ=environ)
    assert ended.returncode == 2
    assert says in ended.stderr
    assert is_one_sentence(ended.stderr), ended.stderr
    assert ended.stdout == ""


def test_help_is_quick_and_names_the_commands(tmp_path: Path) -> None:
    ended = as_a_process("--help", cwd=tmp_path)
    assert ended.returncode == 0
    for command in (
        "serve",
        "demo",
        "simulate",
        "rooms",
        "stays",
        "staff",
        "token",
        "key",
        "bench",
        "doctor",
    ):
        assert command in ended.stdout
    loaded = subprocess.run(
        [sys.executable, "-c", "import gateway.cli, sys; print(*sys.modules)"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert {"fastapi", "sqlalchemy", "numpy", "paho"}.isdisjoint(loaded.stdout.split())


def test_without_arguments_it_shows_its_help(innkeeper: Innkeeper) -> None:
    shown = innkeeper()
    assert shown.code == 0
    assert "serve" in shown.out


def test_the_first_administrator_is_made_at_the_machine(innkeeper: Innkeeper, data_dir: Path) -> None:
    made = innkeeper(
        "staff", "add", "--code", "61", "--name", "Per", "--role", "administrator", "--login", "per",
        stdin="corridor lamp\n",
    )  # fmt: skip
    assert (made.code, made.err) == (0, "")
    assert "Per (administrator) signs in with staff code 61." in made.out
    assert data_dir.stat().st_mode & 0o077 == 0
    database = Database(f"sqlite:///{data_dir / 'innkeeper.db'}", SystemClock())
    house = House(database, database.clock, data_dir)
    assert house.sign_in("per", "corridor lamp").get("/api/session").json()["staff"]["roles"] == [
        "administrator"
    ]
    database.close()


def test_accounts_at_the_command_line(innkeeper: Innkeeper) -> None:
    add = ("staff", "add", "--code", "31", "--name", "Lan", "--role", "attendant", "--role", "supervisor")
    assert innkeeper(*add, "--pin", "310031").code == 0
    again = innkeeper(*add, "--pin", "310031")
    assert (again.code, again.err) == (2, "The staff code 31 is taken.\n")
    shown = innkeeper("staff", "list").out
    assert "Lan" in shown
    assert "supervisor" in shown
    assert innkeeper("staff", "unlock", "--code", "31").code == 0
    assert innkeeper("staff", "unlock", "--code", "99").err == "Nobody has the staff code 99.\n"
    assert innkeeper("staff", "secret", "--code", "31", "--pin", stdin="310032\n").code == 0


@pytest.mark.parametrize(
    ("options", "stdin", "says"),
    [
        (["--role", "attendant"], "1234\n", "A PIN has exactly 6 digits."),
        (["--role", "manager"], "short\n", "A password has 8 to 128 characters."),
        (["--role", "manager"], "", "nothing came on stdin"),
        (["--role", "manager", "--pin", "310031"], "", "signs in with a password"),
    ],
)
def test_accounts_that_are_refused(
    innkeeper: Innkeeper, options: Sequence[str], stdin: str, says: str
) -> None:
    refused = innkeeper("staff", "add", "--code", "31", "--name", "Lan", *options, stdin=stdin)
    assert refused.code == 2
    assert says in refused.err
    assert is_one_sentence(refused.err)


def test_a_token_works_beside_a_running_service(innkeeper: Innkeeper, data_dir: Path) -> None:
    """The service has the data directory and the database open all the while."""
    assert innkeeper("token", "list").code == 0  # makes the database
    database = Database(f"sqlite:///{data_dir / 'innkeeper.db'}", SystemClock())
    house = House(database, database.clock, data_dir)
    with InstanceGuard(data_dir), house.serving():
        made = innkeeper("token", "create", "--role", "engineer", "--name", "building control")
        assert made.code == 0
        token = made.out.splitlines()[-1]
        assert " " not in token
        headers = {"Authorization": f"Bearer {token}"}
        said = house.client().get("/api/session", headers=headers).json()
        assert (said["staff"]["name"], said["staff"]["roles"]) == ("building control", ["engineer"])
        client_id = house.staff.clients()[0].id
        assert innkeeper("token", "revoke", client_id).code == 0
        assert house.staff.client_caller(token) is None
    shown = innkeeper("token", "list").out
    assert "revoked" in shown
    assert token not in shown
    database.close()


def test_a_database_that_is_away_is_one_sentence(
    innkeeper: Innkeeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INNKEEPER_DATABASE_URL", "postgresql://inn:hunter2@127.0.0.1:1/innkeeper")
    refused = innkeeper("token", "create", "--role", "engineer")
    assert refused.code == 2
    assert "The database" in refused.err
    assert "hunter2" not in refused.err
    assert refused.err.count("\n") == 1


def test_a_file_of_rooms_is_imported_or_refused_by_line(innkeeper: Innkeeper, tmp_path: Path) -> None:
    file = tmp_path / "rooms.csv"
    file.write_text(
        "\ufeffnumber,floor,type,area_square_metres\n401,4,king,28\n402,4,king,many\n403,4,king,30\n"
    )
    refused = innkeeper("rooms", "import", str(file))
    assert refused.code == 2
    lines = refused.err.splitlines()
    assert lines[0].startswith("line 3: ")
    assert lines[-1].startswith("Nothing was imported: 1 of 3 lines is wrong.")
    partly = innkeeper("rooms", "import", str(file), "--partial")
    assert (partly.code, partly.out) == (0, "2 rooms imported, 1 lines left out.\n")
    assert partly.err.startswith("line 3: ")
    file.write_bytes(b"number\n\xff\n")
    assert "is not UTF-8" in innkeeper("rooms", "import", str(file)).err


def test_a_rotated_key_opens_what_the_old_one_sealed(innkeeper: Innkeeper, data_dir: Path) -> None:
    rotated = innkeeper("key", "rotate")
    assert (rotated.code, rotated.err) == (0, "")
    assert "0 records" in rotated.out
    keys = data_dir / "innkeeper.key"
    assert keys.stat().st_mode & 0o077 == 0
    sealed = load_keyring(keys).seal("Zebediah")
    assert innkeeper("key", "rotate").code == 0
    assert load_keyring(keys).open(sealed) == "Zebediah"


def test_a_fault_of_ours_is_one_sentence_and_in_the_log(
    innkeeper: Innkeeper, data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def serve(settings: object) -> None:
        raise KeyError("Zebediah Quillfeather")

    monkeypatch.setattr(gateway.main, "serve", serve)
    broken = innkeeper("serve")
    assert broken.code == 2
    assert broken.err == (
        f"Something went wrong inside Innkeeper (KeyError); {data_dir / 'innkeeper.log'} says where.\n"
    )
    log = (data_dir / "innkeeper.log").read_text()
    assert "in serve" in log or " serve" in log
    assert "Zebediah" not in log


def test_a_bench_prints_one_object(innkeeper: Innkeeper, monkeypatch: pytest.MonkeyPatch) -> None:
    with fake_bench(monkeypatch):
        answer = innkeeper("bench", "nap", "--json", "--seed", "3", "--rooms", "10")
        assert json.loads(answer.out) == {
            "bench": "nap",
            "seed": 3,
            "figures": [
                {"name": "slept", "value": 0.95, "unit": "share", "goal": 0.9, "met": True},
                {"name": "options", "value": 2.0, "unit": "words", "goal": None, "met": None},
            ],
        }
        shown = innkeeper("bench", "nap").out
        assert "slept" in shown
        assert "yes" in shown


@contextmanager
def fake_bench(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    bench = ModuleType("benchmarks.nap")
    bench.__spec__ = SimpleNamespace(name="benchmarks.nap")  # type: ignore[assignment]

    def run(options: Options) -> BenchReport:
        figures = [
            at_least("slept", 0.95, "share", 0.9),
            Figure("options", float(len(options.extra)), "words"),
        ]
        return BenchReport("nap", options.seed, figures)

    bench.run = run  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "benchmarks.nap", bench)
    yield


def test_the_doctor_says_what_is_wrong_and_what_to_do(
    innkeeper: Innkeeper, data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setenv("INNKEEPER_MQTT_URL", "mqtt://user:hunter2@127.0.0.1:1")
    examined = innkeeper("doctor")
    assert examined.code == 2
    assert "mqtt://127.0.0.1:1: Connection refused" in examined.out
    assert "INNKEEPER_MQTT_URL" in examined.out
    assert "hunter2" not in examined.out
    assert not data_dir.exists()  # it only looks


def test_the_simulators_run_as_a_process_of_their_own_and_end_with_it(tmp_path: Path) -> None:
    """Without a broker they keep trying; ending the command ends them."""
    command = [sys.executable, "-m", "gateway.cli", "simulate", "--mqtt-url", "mqtt://127.0.0.1:1"]
    with subprocess.Popen(
        [*command, "--rooms", "1"], cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as running:
        parent = psutil.Process(running.pid)
        wait_until(lambda: parent.children(), seconds=20)
        child = parent.children()[0]
        wait_until(lambda: "simulators" in child.cmdline())
        running.terminate()
        running.wait(20)
        wait_until(lambda: not child.is_running())
