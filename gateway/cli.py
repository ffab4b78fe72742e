"""The `innkeeper` command. Every error is one plain sentence on stderr and exit code 2, never a traceback.

Heavy modules are imported inside the commands, so that `--help` answers at once.
"""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from hotel.actor import Role
from hotel.errors import Invalid, NotFound, Refused, Unavailable

if TYPE_CHECKING:
    from frontdesk.service import FrontDeskService
    from gateway.local_authority import AuthorityFiles
    from gateway.settings import Settings
    from hotel.database import Database
    from hotel.staff_service import StaffService

EXIT_REFUSED = 2
EXIT_INTERRUPTED = 130
MOST_LINES_SHOWN = 20
MOST_FILE_BYTES = 50 * 1024 * 1024

app = typer.Typer(name="innkeeper", help="Innkeeper runs the rooms of a hotel.", add_completion=False)
rooms_app = typer.Typer(help="Rooms of the hotel.")
stays_app = typer.Typer(help="Stays of guests.")
staff_app = typer.Typer(help="Accounts of the staff.")
token_app = typer.Typer(help="Bearer tokens of machine clients.")
key_app = typer.Typer(help="The key that personal fields are encrypted with.")
tls_app = typer.Typer(help="HTTPS on the hotel's own network.")
for name, group in (
    ("rooms", rooms_app),
    ("stays", stays_app),
    ("staff", staff_app),
    ("token", token_app),
    ("key", key_app),
    ("tls", tls_app),
):
    app.add_typer(group, name=name)

CsvFile = Annotated[Path, typer.Argument(help="A CSV file in UTF-8.", metavar="FILE.csv")]
Partial = Annotated[bool, typer.Option("--partial", help="Import the right lines, leave out the wrong ones.")]


@app.callback(invoke_without_command=True)
def innkeeper(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
) -> None:
    if version:
        from importlib.metadata import version as version_of

        typer.echo(f"innkeeper {version_of('innkeeper')}")
    elif context.invoked_subcommand is None:
        typer.echo(context.get_help())


@app.command()
def serve() -> None:
    """Run the service; settings come from INNKEEPER_* and innkeeper.toml."""
    settings = _settings()
    settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    # After the settings: what is wrong with them is said at once.
    from gateway.logs import log_to
    from gateway.main import serve as serve_house

    log_to(settings.log_file, terminal=True)
    serve_house(settings)


@app.command()
def demo(
    rooms: Annotated[int, typer.Option(min=1, max=1000, help="How many rooms.")] = 40,
    speed: Annotated[float, typer.Option(min=0.1, max=3600, help="Hotel seconds in a real second.")] = 60.0,
    seed: Annotated[int, typer.Option(min=0, help="The same seed gives the same hotel.")] = 7,
    http_port: Annotated[
        int | None, typer.Option(min=0, max=65535, help="Default: 8000, or a free one when that is taken.")
    ] = None,
    mqtt_port: Annotated[
        int | None, typer.Option(min=0, max=65535, help="Default: 1883, or a free one when that is taken.")
    ] = None,
    data: Annotated[Path | None, typer.Option(help="Keep the demo's data here.", metavar="DIR")] = None,
    faults_a_day: Annotated[
        float,
        typer.Option(min=0, max=1000, help="What breaks by itself; 0: nothing, and no simulated engineers."),
    ] = 4.0,
) -> None:
    """Run a whole simulated hotel on this machine."""
    from rich.console import Console

    from gateway.demo import DemoOptions, run_demo

    options = DemoOptions(rooms, speed, seed, http_port, mqtt_port, data, faults_a_day)
    run_demo(options, Console())


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def simulate(
    context: typer.Context,
    mqtt_url: Annotated[str, typer.Option(help="Any broker, such as mqtt://user:password@host:1883.")],
    rooms: Annotated[int, typer.Option(min=1, max=10_000)] = 40,
    seed: Annotated[int, typer.Option(min=0)] = 7,
    speed: Annotated[float, typer.Option(min=0.1, max=3600)] = 1.0,
) -> None:
    """Run the simulated rooms and guests alone, against any broker."""
    import signal
    import subprocess

    from gateway.mqtt.broker_url import parse_broker_url

    parse_broker_url(mqtt_url)
    arguments = {"--mqtt-url": mqtt_url, "--rooms": rooms, "--seed": seed, "--speed": speed}
    command = [
        sys.executable,
        "-m",
        "simulators",
        *(str(word) for pair in arguments.items() for word in pair),
    ]
    child: subprocess.Popen[bytes] | None = None
    ending = False

    def end(*_: object) -> None:
        nonlocal ending
        ending = True
        if child is not None:
            child.terminate()

    # Before there is a child, so that none is left alone by a signal that comes early.
    signal.signal(signal.SIGTERM, end)
    child = subprocess.Popen([*command, *context.args])
    if ending:
        child.terminate()
    try:
        code = child.wait()
    except KeyboardInterrupt:
        # The terminal has told the child as well; it ends by itself.
        code = child.wait()
    if code:
        raise typer.Exit(code if code > 0 else EXIT_INTERRUPTED)


@rooms_app.command("import")
def import_rooms(file: CsvFile, partial: Partial = False) -> None:
    """Add rooms, or bring those with the same numbers up to date."""
    _import("import_rooms", "rooms", file, partial)


@stays_app.command("import")
def import_stays(file: CsvFile, partial: Partial = False) -> None:
    """Add stays with their guests; all or nothing, unless --partial."""
    _import("import_stays", "stays", file, partial)


@staff_app.command("add")
def add_staff(
    code: Annotated[str, typer.Option(help="Staff code, such as 31.")],
    name: Annotated[str, typer.Option(help="The name that others see.")],
    role: Annotated[list[Role], typer.Option(help="May be given several times.")],
    login: Annotated[str | None, typer.Option(help="A login or e-mail address besides the code.")] = None,
    pin: Annotated[str | None, typer.Option(help="Six digits; asked for when left out.")] = None,
    password: Annotated[str | None, typer.Option(help="Asked for (or read from stdin) if left out.")] = None,
) -> None:
    """Make an account; the first administrator is made like this, on the machine itself."""
    from hotel.staff import CONSOLE, PIN_ROLES, StaffWish

    if pin is None and password is None:
        if all(one in PIN_ROLES for one in role):
            pin = _ask_secret("PIN (six digits)")
        else:
            password = _ask_secret("Password")
    wish = StaffWish(code, name, tuple(role), login=login, pin=pin, password=password)
    with _staff_service() as staff:
        made = staff.add(CONSOLE, wish)

    roles = ", ".join(one.value for one in made.roles)
    typer.echo(f"{made.name} ({roles}) signs in with staff code {made.code}.")


@staff_app.command("list")
def list_staff() -> None:
    """Show every account."""
    from rich.console import Console
    from rich.table import Table

    with _staff_service() as staff:
        accounts = staff.staff()
    table = Table("code", "name", "roles", "login", "state")
    for one in accounts:
        state = "locked" if one.locked else "active" if one.active else "left"
        table.add_row(one.code, one.name, ", ".join(role.value for role in one.roles), one.login or "", state)
    Console().print(table)


@staff_app.command("unlock")
def unlock_staff(code: Annotated[str, typer.Option(help="Staff code.")]) -> None:
    """Let an account try again after five failures (when no supervisor can)."""
    from hotel.staff import CONSOLE

    with _staff_service() as staff:
        staff.unlock(CONSOLE, staff.find_staff_by_code(code).id)
    typer.echo(f"{code} can sign in again.")


@staff_app.command("secret")
def set_secret(
    code: Annotated[str, typer.Option(help="Staff code.")],
    pin: Annotated[bool, typer.Option("--pin", help="A new PIN instead of a new password.")] = False,
) -> None:
    """Give an account a new password or PIN; it is asked for, or read from stdin."""
    from hotel.staff import CONSOLE

    secret = _ask_secret("PIN (six digits)" if pin else "Password")
    with _staff_service() as staff:
        account = staff.find_staff_by_code(code)
        staff.set_secret(CONSOLE, account.id, pin=secret if pin else None, password=None if pin else secret)
    typer.echo(f"{account.name} signs in with the new {'PIN' if pin else 'password'} from now on.")


@token_app.command("create")
def create_token(
    role: Annotated[Role, typer.Option(help="What the client may do.")],
    name: Annotated[str | None, typer.Option(help="What it is called in histories.")] = None,
) -> None:
    """Make a machine client; its bearer token stands alone on the last line and is never shown again."""
    from hotel.staff import CONSOLE

    with _staff_service() as staff:
        client, token = staff.make_client(CONSOLE, role, name or f"{role.value} client")
    typer.echo(f"Machine client {client.name!r} ({client.role.value}), id {client.id}. Its token:")
    typer.echo(token)


@token_app.command("list")
def list_tokens() -> None:
    """Show the machine clients (not their tokens: nobody has them)."""
    from rich.console import Console
    from rich.table import Table

    with _staff_service() as staff:
        clients = staff.clients()
    table = Table("id", "name", "role", "state")
    for one in clients:
        table.add_row(one.id, one.name, one.role.value, "revoked" if one.revoked else "active")
    Console().print(table)


@token_app.command("revoke")
def revoke_token(client_id: Annotated[str, typer.Argument(metavar="ID")]) -> None:
    """Make a client's token worthless."""
    from hotel.staff import CONSOLE

    with _staff_service() as staff:
        staff.revoke_client(CONSOLE, client_id)
    typer.echo("The token is worth nothing any more.")


@key_app.command("rotate")
def rotate_key() -> None:
    """Put a new key in front and encrypt every personal field anew with it."""
    from hotel.keyring import rotate_keyring
    from hotel.staff import CONSOLE

    settings = _settings()
    with _front_desk(settings) as front_desk:
        # The old key stays in the file: a kill between the two steps leaves everything readable.
        keyring = rotate_keyring(settings.key_file)
        with front_desk.database.write() as tx:
            count = front_desk.guests.reseal_all(tx, keyring)
            tx.audit(CONSOLE, "key.rotated", "keyring", records=count)
    typer.echo(f"A new key is in {settings.key_file}; {count} records were encrypted anew with it.")


Hosts = Annotated[
    list[str] | None,
    typer.Option("--host", help="A name or address by which tablets reach this machine; several times."),
]


@tls_app.command("init")
def init_tls(
    host: Hosts = None,
    force: Annotated[
        bool,
        typer.Option("--force", help="Replace the authority; every tablet needs the new one."),
    ] = False,
) -> None:
    """Make the hotel's own certificate authority and a certificate for this server."""
    import socket

    from gateway.local_authority import make_authority
    from hotel.clock import SystemClock

    settings = _settings()
    # What the machine calls itself, when nobody says more; local networks find it with .local behind.
    name = socket.gethostname().partition(".")[0]
    hosts = host or [f"{name}.local", "localhost", "127.0.0.1"]
    settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    made = make_authority(settings.tls_dir, settings.property_name, hosts, SystemClock().wall(), force=force)
    _tell_tls(made)
    typer.echo(f"Install {made.authority_certificate} on every tablet as a certificate authority;")
    typer.echo("over HTTPS it can be fetched from /api/tls/authority. Settings for the service:")
    typer.echo(f"INNKEEPER_HTTP_TLS_CERT={made.server_certificate}")
    typer.echo(f"INNKEEPER_HTTP_TLS_KEY={made.server_key}")


@tls_app.command("renew")
def renew_tls(host: Hosts = None) -> None:
    """Make a new server certificate by the authority that is there; tablets need nothing new."""
    from gateway.local_authority import renew
    from hotel.clock import SystemClock

    _tell_tls(renew(_settings().tls_dir, host or [], SystemClock().wall()))
    typer.echo("Start the service anew to use it.")


def _tell_tls(files: AuthorityFiles) -> None:
    from cryptography import x509

    from gateway.local_authority import fingerprint, hosts_of

    leaf = x509.load_pem_x509_certificates(files.server_certificate.read_bytes())[0]
    names = ", ".join(str(host) for host in hosts_of(files.server_certificate))
    typer.echo(f"Certificate for {names}, until {leaf.not_valid_after_utc:%Y-%m-%d}; renew it before.")
    typer.echo(f"The authority's fingerprint (SHA-256): {fingerprint(files.authority_certificate)}")


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def bench(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="board, comfort, ingest, coldstart, tap or fuzz.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    seed: Annotated[int, typer.Option(min=0)] = 7,
    quick: Annotated[bool, typer.Option("--quick", help="A small run, to see that it works.")] = False,
) -> None:
    """Measure what we claim. Further options are the bench's own."""
    from rich.console import Console

    from benchmarks.report import Options

    run_bench = _bench(name)
    console = Console(stderr=True)
    with console.status(f"bench {name} …") as status:
        report = run_bench(
            Options(
                seed=seed,
                quick=quick,
                progress=lambda stage, done: status.update(f"{stage} {done:.0%}"),
                extra=list(context.args),
            )
        )
    if as_json:
        typer.echo(report.to_json())
    else:
        Console().print(report.to_table())


@app.command()
def doctor() -> None:
    """Look at everything that the house needs, and say what is wrong and what to do."""
    settings = _settings()
    from rich.console import Console
    from rich.table import Column, Table
    from rich.text import Text

    from gateway.doctor import examine

    findings = examine(settings)
    wide = (Column(header, overflow="fold") for header in ("found", "what to do"))
    table = Table("what", "state", *wide)
    for finding in findings:
        state = Text("ok", "green") if finding.ok else Text("problem", "red")
        # Text, not str: what was found is no markup.
        table.add_row(finding.name, state, Text(finding.found), Text(finding.what_to_do))
    Console().print(table)
    if not all(finding.ok for finding in findings):
        raise typer.Exit(EXIT_REFUSED)


def _settings() -> Settings:
    from gateway.settings import load_settings

    return load_settings(os.environ, Path.cwd())


def _bench(name: str) -> Callable[..., Any]:
    from importlib.util import find_spec

    if not name.isidentifier() or name == "report" or find_spec(f"benchmarks.{name}") is None:
        raise NotFound("unknown_bench", f"There is no bench {name!r}.")
    run_bench = getattr(importlib.import_module(f"benchmarks.{name}"), "run", None)
    if run_bench is None:
        raise NotFound("unknown_bench", f"There is no bench {name!r}.")
    return run_bench  # type: ignore[no-any-return]


@contextmanager
def _staff_service() -> Iterator[StaffService]:
    """The accounts of the database that the settings name; works beside a running service."""
    from gateway.secret_hasher import ArgonHasher
    from hotel.staff_service import StaffService

    with _database(_settings()) as database:
        yield StaffService(database, database.clock, ArgonHasher())


@contextmanager
def _database(settings: Settings) -> Iterator[Database]:
    from gateway.house import open_database
    from hotel.clock import SystemClock

    database = open_database(settings, SystemClock())
    try:
        yield database
    finally:
        database.close()


@contextmanager
def _front_desk(settings: Settings) -> Iterator[FrontDeskService]:
    """The front desk over the settings' database; works beside a running service."""
    from gateway.house import build_front_desk

    with _database(settings) as database:
        yield build_front_desk(settings, database)


def _import(method: str, things: str, file: Path, partial: bool) -> None:
    from hotel.staff import CONSOLE

    text = _read_text(file)
    with _front_desk(_settings()) as front_desk:
        act = front_desk.import_rooms if method == "import_rooms" else front_desk.import_stays
        with front_desk.database.write() as tx:
            report = act(tx, CONSOLE, text, partial)
    _show_lines(report.refused)
    left_out = f", {len(report.refused)} lines left out" if report.refused else ""
    typer.echo(f"{report.imported} {things} imported{left_out}.")


def _read_text(file: Path) -> str:
    if file.stat().st_size > MOST_FILE_BYTES:
        raise Invalid("file_too_large", f"{file} is larger than {MOST_FILE_BYTES // 1024**2} MB.")
    try:
        return file.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Invalid("not_utf8", f"{file} is not UTF-8 (byte {error.start}).") from error


def _show_lines(refused: Sequence[Any]) -> None:
    for row in refused[:MOST_LINES_SHOWN]:
        typer.echo(f"line {row.line}: {row.message}", err=True)
    if len(refused) > MOST_LINES_SHOWN:
        typer.echo(f"… and {len(refused) - MOST_LINES_SHOWN} more lines", err=True)


def _ask_secret(what: str) -> str:
    """A secret, hidden and twice from a person, or one line from a pipe."""
    if sys.stdin.isatty():
        return str(typer.prompt(what, hide_input=True, confirmation_prompt=True))
    secret = sys.stdin.readline().rstrip("\r\n")
    if not secret:
        raise Invalid("no_secret", f"{what}: nothing came on stdin; give it there or as an option.")
    return secret


def _database_fault(error: Exception) -> Refused | None:
    """What to say when the database cannot be used; None when the error is another one."""
    if "sqlalchemy" not in sys.modules:
        return None
    from sqlalchemy.exc import DBAPIError

    if not isinstance(error, DBAPIError):
        return None
    reason = str(error.orig).strip().splitlines()[0] if str(error.orig).strip() else type(error.orig).__name__
    return Unavailable(
        "database_unavailable", f"The database cannot be used: {reason}. Look at INNKEEPER_DATABASE_URL."
    )


def _unexpected(error: Exception) -> str:
    """Write where it broke into the log file; the sentence that says so."""
    from datetime import UTC, datetime

    from gateway.logs import places

    told = f"Something went wrong inside Innkeeper ({type(error).__name__})"
    try:
        log_file = _settings().log_file
        log_file.parent.mkdir(parents=True, exist_ok=True)
        with log_file.open("a", encoding="utf-8") as log:
            log.write(f"{datetime.now(UTC).isoformat()} fault {type(error).__name__}\n")
            log.write(places(error.__traceback__) + "\n")
    except (OSError, Refused):
        return f"{told}, and the log file could not be written."
    return f"{told}; {log_file} says where."


def _sentence(error: Exception) -> str:
    if isinstance(error, Refused):
        _show_lines(getattr(getattr(error, "report", None), "refused", ()))
        return error.message
    if isinstance(error, OSError):
        place = f"{error.filename}: " if error.filename else ""
        return f"{place}{error.strerror or error}."
    fault = _database_fault(error)
    return fault.message if fault is not None else _unexpected(error)


def _fail(sentence: str) -> NoReturn:
    # One line, whatever a driver or a parser put into it.
    typer.echo(" ".join(sentence.split()), err=True)
    sys.exit(EXIT_REFUSED)


def run(arguments: Sequence[str] | None = None) -> None:
    """The entry point of the `innkeeper` command; ends the process with its exit code."""
    try:
        code = app(arguments, standalone_mode=False)
    except typer.TyperException as error:  # wrong usage
        _fail(f"{error.format_message()} Try 'innkeeper --help'.")
    except (typer.Abort, KeyboardInterrupt):
        sys.exit(EXIT_INTERRUPTED)
    except Exception as error:
        _fail(_sentence(error))
    sys.exit(code if isinstance(code, int) else 0)


if __name__ == "__main__":
    run()
