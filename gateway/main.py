"""The composition root: settings in, a running service out.

Every part is made here and nowhere else, in the order in which it is needed, and ended in the reverse
order. What the parts decide is in the slices; this file only knows who needs whom.
"""

from __future__ import annotations

import logging
import signal
import socket
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from types import FrameType

import controller.jobs
import frontdesk.jobs
import housekeeping.jobs
import maintenance.jobs
from gateway.heartbeats import Heartbeats
from gateway.house import House, build_house, open_database
from gateway.http import demo_api, files_api, qr_api
from gateway.http.app import AppParts, create_app
from gateway.http.events import LiveFeed
from gateway.http.server import HttpServer, listen
from gateway.http.staff_api import DemoSignIn
from gateway.instance import InstanceGuard, lease_holder
from gateway.interpreter import collect_rarely, keep_answers_short
from gateway.mqtt.broker import EmbeddedBroker
from gateway.mqtt.paho_link import PahoLink
from gateway.mqtt.room_state import OFFLINE, availability_topic
from gateway.room_states import RoomStateTeller
from gateway.secret_hasher import ArgonHasher
from gateway.settings import Settings
from gateway.telemetry.embedded import EmbeddedTelemetry
from gateway.telemetry.fan_out import FanOut
from gateway.telemetry.sink import Sink
from gateway.tls_files import RENEW, load_tls_files
from gateway.weather.source import weather_source
from gateway.workers import WorkerPool
from hotel.clock import Clock, SystemClock
from hotel.errors import Unavailable
from hotel.idempotency import forget_keys_before
from hotel.leases import claim_due, give_lease_back, take_lease
from hotel.outbox import forget_before
from hotel.staff_service import StaffService

log = logging.getLogger(__name__)

STATIC_DIR = Path(__file__).parent / "http" / "static"
LEASE = "controller"
LEASE_SECONDS = 30.0
LEASE_EVERY_SECONDS = 10.0
KEEP_MESSAGES = timedelta(days=7)
# A tablet whose battery died in the replay may come back after a weekend or a week's leave.
KEEP_KEYS = timedelta(days=14)
# A leak sensor that is wet is looked at this often, whatever the hotel's minute is.
DIAGNOSIS_EVERY_SECONDS = 10.0
CHECKPOINT_EVERY_SECONDS = 5.0


class Service:
    """One running house.

    `prepare` opens the database and makes the parts; `start` sets them going; `run` serves HTTP until
    the process is told to end; `stop` ends everything, also after a half-done start.

    Args:
        settings: see `gateway.settings`.
        clock: hotel time; the demo's runs faster.
        demo_sign_ins: what the sign-in page of a demo offers; None outside the demo.
    """

    def __init__(
        self, settings: Settings, clock: Clock, demo_sign_ins: Sequence[DemoSignIn] | None = None
    ) -> None:
        self.settings = settings
        self.clock = clock
        self._demo_sign_ins = demo_sign_ins
        self._stops: list[tuple[str, Callable[[], object]]] = []
        self._socket: socket.socket | None = None
        self._server: HttpServer | None = None
        self._heartbeats = Heartbeats(clock)

    # -- making

    def prepare(self) -> None:
        """Open the database, make every part and the application over them; nothing runs afterwards.

        Raises:
            Refused: something is not to be had; one sentence.
        """
        collect_rarely()
        settings = self.settings
        self.tls_files = load_tls_files(settings)
        self.database = open_database(settings, self.clock)
        self._holder = lease_holder(settings.data_dir)
        self._stops.append(("database", self.database.close))
        workers = WorkerPool()
        self._stops.append(("workers", workers.close))
        self._hasher = ArgonHasher(workers)
        self.staff = StaffService(self.database, self.clock, self._hasher)
        self.broker = None
        if settings.mqtt_url is None:
            self.broker = EmbeddedBroker(settings.data_dir, settings.mqtt_port)
        self.mqtt_url = self.broker.url if self.broker else str(settings.mqtt_url)
        self.telemetry = EmbeddedTelemetry(self.database, self.clock)
        self._stops.append(("telemetry store", self.telemetry.close))
        self.sinks = FanOut(self._sinks())
        self.link = PahoLink(
            self.mqtt_url,
            # The same at every start: a broker then ends what a killed run left behind.
            f"innkeeper-{settings.property}",
            self.clock,
            will=(availability_topic(settings.property, birth_topic=settings.mqtt_birth_topic), OFFLINE),
            echo_topic=f"innkeeper/{settings.property}/echo",
            keepalive_seconds=settings.mqtt_keepalive_seconds,
            mqtt_5=self.broker is None or self.broker.speaks_mqtt_5,
        )
        self.weather = weather_source(settings.weather_file, settings.weather_url, self.clock)
        self.house: House = build_house(
            settings,
            self.clock,
            self.database,
            self.link,
            self.telemetry,
            self.sinks,
            heavy=workers,
            forecasts=self.weather,
            recorded=self.telemetry,
        )
        self.feed = LiveFeed(self.database, self.clock)
        self._teller = RoomStateTeller(self.house)
        self.house.controller.on_live(self.feed.hint)
        self.house.controller.on_live(self._teller.changed)
        self.app = create_app(
            AppParts(
                database=self.database,
                clock=self.clock,
                settings=settings,
                staff=self.staff,
                feed=self.feed,
                routers=[
                    *self.house.routers(),
                    files_api.routes(self.database, workers),
                    qr_api.routes(self.database, settings, self.house.tickets, self.house.assets),
                    demo_api.routes(self.database, self._tell_world if self._demo_sign_ins else None),
                ],
                metrics=self._metrics(),
                checks={"broker": self.link.trouble, "lease": self._lease_check},
                static_dir=STATIC_DIR if (STATIC_DIR / "index.html").exists() else None,
                demo_sign_ins=self._demo_sign_ins,
            )
        )

    def _tell_world(self, topic: str, payload: bytes) -> bool:
        return self.link.publish(topic, payload, qos=1)

    def _sinks(self) -> dict[str, Sink]:
        settings = self.settings
        sinks: dict[str, Sink] = {"embedded": self.telemetry}
        if settings.influx_url is not None:
            # Its client alone is four hundred modules, for those who have a server.
            from gateway.telemetry.influx import InfluxTelemetry

            sinks["influx"] = InfluxTelemetry(
                settings.influx_url,
                settings.influx_token.get_secret_value(),
                settings.influx_org,
                settings.influx_bucket,
                property_id=settings.property,
            )
        return sinks

    def _take_the_lease(self) -> None:
        """One process owns a property. One that was killed elsewhere has a lease that runs out while we
        wait; one that was killed on our own data directory held it under our name."""
        waiting = threading.Event()
        deadline = self.clock.monotonic() + LEASE_SECONDS + 2
        while not take_lease(self.database, LEASE, self._holder, LEASE_SECONDS):
            if self.clock.monotonic() > deadline:
                raise Unavailable(
                    "property_taken",
                    f"Another Innkeeper runs the property {self.settings.property!r} on this database.",
                )
            log.warning("Another Innkeeper holds this property; waiting for its lease to end.")
            waiting.wait(2)
        self._stops.append(("lease", lambda: give_lease_back(self.database, LEASE, self._holder)))

    # -- running

    @property
    def address(self) -> str:
        """Where the web app answers."""
        assert self._socket is not None
        host, port = self._socket.getsockname()[:2]
        shown = "127.0.0.1" if host in ("0.0.0.0", "::") else host  # noqa: S104 - told, not bound
        scheme = "https" if self.settings.http_tls_cert else "http"
        return f"{scheme}://{f'[{shown}]' if ':' in shown else shown}:{port}"

    def start(self) -> None:
        """Listen, own the property, and set everything but HTTP's answering going.

        Raises:
            Refused: a port is taken, the property is, or the broker does not come up; one sentence.
        """
        house = self.house
        self._socket = listen(self.settings)
        self._stops.append(("http socket", self._socket.close))
        self._look_at_the_certificate()
        self._take_the_lease()
        if self.broker is not None:
            self._stops.append(("broker", self.broker.stop))
            self.broker.start()
        # The first sign-in should not wait for a worker process to come up.
        threading.Thread(target=self._hasher.warm, name="warm-hasher", daemon=True).start()
        self.sinks.start()
        self._stops.append(("telemetry", self.sinks.stop))
        house.controller.start()
        self._stops.append(("controller", house.controller.stop))
        house.wire.restore(house.controller.known_configs())
        house.bus.start()
        self._stops.append(("bus", house.bus.stop))
        self.link.start()
        self._stops.append(("link", self._leave_the_broker))
        self._add_heartbeats()
        self._heartbeats.start()
        self._stops.append(("heartbeats", self._heartbeats.stop))

    def _leave_the_broker(self) -> None:
        self.house.wire.rooms.say_goodbye()
        self.link.stop()
        self.house.wire.close()

    def _add_heartbeats(self) -> None:
        # A minute of the hotel's day, but no more often than once a second.
        hotel_minute = max(1.0, 60.0 / self.clock.speed)
        for beat in controller.jobs.heartbeats(self.house.controller):
            self._heartbeats.every(beat.name, beat.seconds, beat.run)
        self._heartbeats.every(
            "frontdesk.night_audit", hotel_minute, frontdesk.jobs.night_audit(self.house.front_desk)
        )
        self._heartbeats.every(
            "housekeeping.status", hotel_minute, housekeeping.jobs.keep_status(self.house.housekeeping)
        )
        self._heartbeats.every(
            "housekeeping.tasks", hotel_minute, housekeeping.jobs.keep_tasks(self.house.task_day)
        )
        self._heartbeats.every(
            "housekeeping.watch", hotel_minute, housekeeping.jobs.keep_watch(self.house.watch)
        )
        self._heartbeats.every(
            # A mend may take two seconds of a processor, however fast a demo's day goes.
            "housekeeping.board",
            max(20.0, hotel_minute),
            housekeeping.jobs.keep_board(self.house.boards),
        )
        self._heartbeats.every(
            "maintenance.tickets", hotel_minute, maintenance.jobs.keep_tickets(self.house.ticket_watch)
        )
        # Transport time: a device answers in seconds, however fast a demo's day goes.
        self._heartbeats.every(
            "maintenance.self_tests", 2.0, maintenance.jobs.keep_self_tests(self.house.self_tests)
        )
        if self.weather is not None:
            self._heartbeats.every("weather.ask", 30.0, self.weather.beat)
        self._heartbeats.every(
            "maintenance.diagnosis",
            min(hotel_minute, DIAGNOSIS_EVERY_SECONDS),
            maintenance.jobs.keep_diagnosis(self.house.diagnosis),
        )
        self._heartbeats.every(
            "maintenance.assets", 5.0, maintenance.jobs.keep_assets(self.house.asset_follower)
        )
        self._heartbeats.every(
            "maintenance.meters", hotel_minute, maintenance.jobs.keep_meters(self.house.meters)
        )
        self._heartbeats.every(
            "maintenance.preventive",
            hotel_minute,
            maintenance.jobs.keep_preventive(self.house.preventive_watch),
        )
        # Transport time: who is to be called, and what did not go out, wait for no fast demo.
        self._heartbeats.every("maintenance.notices", 5.0, maintenance.jobs.keep_notices(self.house.notices))
        self._heartbeats.every("mqtt.room_states", 1.0, self._teller.beat)
        self._heartbeats.every("service.lease", LEASE_EVERY_SECONDS, self._keep_the_lease)
        self._heartbeats.every("service.tidy", 20.0, self._tidy)
        self._heartbeats.every("database.checkpoint", CHECKPOINT_EVERY_SECONDS, self.database.checkpoint)

    def _keep_the_lease(self) -> None:
        if not take_lease(self.database, LEASE, self._holder, LEASE_SECONDS):
            log.critical("Another Innkeeper has taken this property over; this one ends.")
            self.end()

    def _tidy(self) -> None:
        """Hourly (hotel time): condense telemetry, forget what nobody asks for any more."""
        if not claim_due(self.database, "tidy", self.clock.now() + timedelta(hours=1)):
            return
        self.telemetry.downsample(self.clock.now())
        self.staff.forget_old_sessions()
        wall = self.clock.wall()
        with self.database.write() as tx:
            forget_before(tx.session, tx.property_id, wall - KEEP_MESSAGES)
            forget_keys_before(tx.session, tx.property_id, wall - KEEP_KEYS)
        self._look_at_the_certificate()

    def _look_at_the_certificate(self) -> None:
        """Tell of a certificate that ends. It stops no service: the rooms need it more than the screens."""
        trouble = self.tls_files.trouble(self.clock.wall()) if self.tls_files is not None else None
        if trouble is not None:
            log.error("%s %s", trouble, RENEW)

    def run(self, began: Callable[[], None] = lambda: None) -> None:
        """Serve HTTP until SIGINT or SIGTERM. `began` is called once connections are taken."""
        # uvicorn hands the signal back when it is done; it must not kill us before `stop`.
        previous = signal.signal(signal.SIGTERM, _end)
        keep_answers_short()
        try:
            self.serve_http(began)
        except KeyboardInterrupt:
            pass
        finally:
            signal.signal(signal.SIGTERM, previous)

    def serve_http(self, began: Callable[[], None] = lambda: None) -> None:
        """Serve HTTP until `end` is called; in any thread."""
        assert self._socket is not None
        self._server = HttpServer(self.app, self.settings, self.feed)
        began()
        self._server.run(sockets=[self._socket])

    def end(self) -> None:
        """Have `run` or `serve_http` come to its end soon; from any thread."""
        if self._server is not None:
            self._server.should_exit = True

    def stop(self) -> None:
        """End everything in the reverse order of its start; one part that fails keeps no other up."""
        while self._stops:
            name, stop = self._stops.pop()
            try:
                stop()
            except Exception:
                log.exception("ending %s failed", name)

    # -- telling

    def _lease_check(self) -> str | None:
        pulse = next((pulse for pulse in self._heartbeats.pulses() if pulse.name == "service.lease"), None)
        return None if pulse and pulse.failures == 0 else "The controller's lease cannot be kept."

    def _metrics(self) -> Mapping[str, Callable[[], Mapping[str, float]]]:
        gauges = {
            *("entities", "topics", "not_supported", "wrong", "templates_waiting", "retained_commands"),
            "link_filters_unconfirmed",
        }

        def mqtt() -> dict[str, float]:
            counted = {
                f"innkeeper_mqtt_{name}" + ("" if name in gauges else "_total"): float(value)
                for name, value in self.house.wire.counters().items()
            }
            return {**counted, "innkeeper_mqtt_connected": float(self.link.connected)}

        def telemetry() -> dict[str, float]:
            return {
                f"innkeeper_telemetry_{name}_{figure}" + ("" if figure == "waiting" else "_total"): float(
                    value
                )
                for name, counters in self.sinks.counters().items()
                for figure, value in asdict(counters).items()
            }

        def bus() -> dict[str, float]:
            return {
                f"innkeeper_bus_{name}_passed_over_total": float(count)
                for name, count in self.house.bus.passed_over.items()
            }

        def heartbeats() -> dict[str, float]:
            found: dict[str, float] = {}
            for pulse in self._heartbeats.pulses():
                name = f"innkeeper_heartbeat_{pulse.name.replace('.', '_')}"
                found[f"{name}_runs_total"] = float(pulse.runs)
                found[f"{name}_failures_total"] = float(pulse.failures)
                found[f"{name}_last_seconds"] = pulse.last_seconds or 0.0
            return found

        def controlling() -> dict[str, float]:
            return {
                f"innkeeper_controller_{name}": float(value)
                for name, value in self.house.controller.counters().items()
            }

        return {
            "mqtt": mqtt,
            "telemetry": telemetry,
            "bus": bus,
            "heartbeats": heartbeats,
            "controller": controlling,
        }


def _end(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def serve(settings: Settings) -> None:
    """`innkeeper serve`: run until told to end.

    Raises:
        Refused: it cannot start; one sentence.
    """
    with InstanceGuard(settings.data_dir):
        service = Service(settings, SystemClock())
        try:
            service.prepare()
            service.start()
            print(f"Innkeeper runs at {service.address}", flush=True)
            if service.staff.needs_first_administrator():
                print("There are no accounts yet: make one with `innkeeper staff add`.", flush=True)
            service.run()
        finally:
            service.stop()
