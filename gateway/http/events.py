"""Live events: committed messages to every open screen, over server-sent events.

What a commit of this process announced goes to the event loop at once, by the thread that
committed. What that cannot know of (commits of other processes, or two that overtook each other) one
thread reads from the outbox for all clients. A client is a bounded queue and nothing more. No database
session is held while streaming. Events are hints: a client that falls behind, or comes back after too
long, is told `reset` and fetches anew.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import logging
import threading
from collections import Counter, deque
from collections.abc import Callable, Iterable, Sequence
from typing import Annotated

import orjson
from fastapi import APIRouter, Header, Query, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from hotel.actor import Actor
from hotel.clock import Clock
from hotel.database import Database
from hotel.errors import TooMany, Unavailable
from hotel.outbox import Announced, messages_after, newest_id, oldest_id
from hotel.requests import CurrentActor
from hotel.staff_service import Caller, StaffService

log = logging.getLogger(__name__)

HEARTBEAT_SECONDS = 15.0
HEARTBEAT = b": still here\n\n"
# A commit of another process wakes nobody here; this is how soon it is seen all the same.
IDLE_SECONDS = 1.0
HINT_SECONDS = 1.0
BATCH = 200
MOST_REPLAYED = 2000
MOST_QUEUED = 256
BLOCK_BYTES = 16 * 1024
MOST_CLIENTS = 500
MOST_CLIENTS_PER_ACTOR = 20
# A room.live that would name more rooms names none: "many".
MOST_HINTED = 1000
CLOSING_SECONDS = 0.3
JOIN_SECONDS = 2.0
ROOM_LIVE = "room.live"
RESET = "reset"


def frame(event: str, data: object, event_id: int | None = None) -> bytes:
    """One event as it goes over the wire."""
    head = f"id: {event_id}\n" if event_id is not None else ""
    return f"{head}event: {event}\n".encode() + b"data: " + orjson.dumps(data) + b"\n\n"


def position_frame(event_id: int) -> bytes:
    """Tells a browser where it stands, without an event that a page would see."""
    return f"id: {event_id}\n\n".encode()


def message_frame(row: Announced) -> bytes:
    return frame(row.kind, row.body, row.id)


class LiveClient:
    """One open stream. Everything here happens on the event loop."""

    def __init__(self, actor: Actor) -> None:
        self.actor = actor
        self.waiting: deque[bytes] = deque()
        self.something = asyncio.Event()
        self.closing = asyncio.Event()

    def push(self, sent: bytes, newest: int) -> bool:
        """Queue a frame; when the queue is full, forget it all and tell the client to fetch anew (False)."""
        fits = len(self.waiting) < MOST_QUEUED
        if not fits:
            self.waiting.clear()
            sent = frame(RESET, {"reason": "slow"}, newest)
        self.waiting.append(sent)
        self.something.set()
        return fits

    def close(self) -> None:
        self.closing.set()
        self.something.set()

    async def next(self, timeout_seconds: float) -> bytes | None:
        """What waits, up to a block; None when nothing came within the time.

        Blocks are small because the server buffers the one that a stalled client does not take.
        """
        if not self.waiting:
            self.something.clear()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.something.wait(), timeout_seconds)
        if not self.waiting:
            return None
        block = self.waiting.popleft()
        while self.waiting and len(block) + len(self.waiting[0]) <= BLOCK_BYTES:
            block += self.waiting.popleft()
        return block


class LiveFeed:
    """Reads the outbox once for all clients, and gathers hints.

    Args:
        database: where the messages are; its commits wake the feed.
        clock: for the pace of hints (transport time).
        heartbeat_seconds: silence after which a client gets a comment and its session is looked at.
    """

    def __init__(
        self, database: Database, clock: Clock, *, heartbeat_seconds: float = HEARTBEAT_SECONDS
    ) -> None:
        self.heartbeat_seconds = heartbeat_seconds
        self._database = database
        self._clock = clock
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._wake = threading.Event()
        self._stopping = threading.Event()
        # Touched on the loop only.
        self._clients: set[LiveClient] = set()
        self._position = 0
        # How far messages were handed to the loop; None before the start. Its lock keeps them in order.
        self._read_to: int | None = None
        self._reading = threading.Lock()
        # Touched by any thread, under the lock.
        self._lock = threading.Lock()
        self._hinted: set[str] = set()
        self._hinted_many = False
        self._last_hint = -HINT_SECONDS
        self.slow_clients = 0
        self.turned_away = 0
        database.on_announced(self._announced)

    def start(self, loop: asyncio.AbstractEventLoop) -> None:
        """Begin at the newest message. The application's lifespan calls this."""
        if self._thread is not None:
            return
        self._loop = loop
        self._position = self._newest_id()
        with self._reading:
            self._read_to = self._position
        self._thread = threading.Thread(target=self._run, name="live-feed", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End every stream at once; from any thread, also more than once. New streams are refused."""
        self._stopping.set()
        self._wake.set()
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._close_all)

    def join(self) -> None:
        """Wait, a moment at most, until the database is no longer read. After `stop`."""
        if self._thread is not None:
            self._thread.join(timeout=JOIN_SECONDS)

    def hint(self, rooms: Iterable[str]) -> None:
        """Something about these rooms changed that is no message (climate, devices). From any thread.

        Told as `room.live`, at most once a second, gathered.
        """
        with self._lock:
            was_quiet = not self._hinted and not self._hinted_many
            if not self._hinted_many:
                self._hinted.update(rooms)
            if len(self._hinted) > MOST_HINTED:
                self._hinted.clear()
                self._hinted_many = True
        if was_quiet:
            self._wake.set()

    def figures(self) -> dict[str, float]:
        """For /metrics."""
        return {
            "innkeeper_live_clients": float(len(self._clients)),
            "innkeeper_live_slow_clients_total": float(self.slow_clients),
            "innkeeper_live_turned_away_total": float(self.turned_away),
        }

    # On the loop

    def attach(self, actor: Actor) -> tuple[LiveClient, int]:
        """Open a stream; returns it and the id after which it will hear messages.

        Raises:
            TooMany: this actor, or the house, has too many open.
            Unavailable: the service is stopping.
        """
        if self._stopping.is_set():
            raise Unavailable("stopping", "The service is stopping.")
        of_actor = Counter(client.actor.id for client in self._clients)[actor.id]
        if len(self._clients) >= MOST_CLIENTS or of_actor >= MOST_CLIENTS_PER_ACTOR:
            self.turned_away += 1
            raise TooMany("too_many_streams", "Too many live connections are open.")
        client = LiveClient(actor)
        self._clients.add(client)
        return client, self._position

    def detach(self, client: LiveClient) -> None:
        self._clients.discard(client)

    def replay(self, last_id: int, until: int) -> list[bytes]:
        """The frames of messages after `last_id` up to `until`; a reset when they are not all kept.

        Blocks on the database; not on the loop.
        """
        property_id = self._database.property_id
        with self._database.read() as session:
            oldest = oldest_id(session, property_id)
            if last_id > until or (last_id < until and (oldest == 0 or oldest > last_id + 1)):
                return [frame(RESET, {"reason": "too_old"}, until)]
            rows = messages_after(session, property_id, last_id, MOST_REPLAYED + 1)
        missed = [row for row in rows if row.id <= until]
        if len(missed) > MOST_REPLAYED:
            return [frame(RESET, {"reason": "too_many"}, until)]
        return [message_frame(row) for row in missed]

    def _fan_out(self, frames: Sequence[bytes], position: int) -> None:
        self._position = max(self._position, position)
        for client, sent in itertools.product(self._clients, frames):
            if not client.push(sent, self._position):
                self.slow_clients += 1

    def _close_all(self) -> None:
        for client in self._clients:
            client.close()

    # In the thread of a commit

    def _announced(self, messages: list[Announced]) -> None:
        with self._reading:
            following = self._read_to is not None and messages[0].id == self._read_to + 1
            # Another process may have written between two of ours.
            if following and messages[-1].id - messages[0].id == len(messages) - 1:
                self._read_to = messages[-1].id
                self._hand_over([message_frame(message) for message in messages], messages[-1].id)
                return
        self._wake.set()

    # In the feed's thread

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._wake.wait(self._pause_seconds())
            self._wake.clear()
            try:
                self._read()
            except Exception as error:
                log.warning("live events: the messages cannot be read (%s)", type(error).__name__)
                self._stopping.wait(IDLE_SECONDS)
            self._tell_hints()

    def _pause_seconds(self) -> float:
        with self._lock:
            if not self._hinted and not self._hinted_many:
                return IDLE_SECONDS
            due = self._last_hint + HINT_SECONDS - self._clock.monotonic()
        return min(max(due, 0.0), IDLE_SECONDS)

    def _read(self) -> None:
        while not self._stopping.is_set():
            start = self._read_to or 0
            with self._database.read() as session:
                rows = messages_after(session, self._database.property_id, start, BATCH)
            with self._reading:
                # A commit may have handed over the first of these meanwhile.
                fresh = [row for row in rows if row.id > (self._read_to or 0)]
                if fresh:
                    self._read_to = fresh[-1].id
                    self._hand_over([message_frame(row) for row in fresh], fresh[-1].id)
            if len(rows) < BATCH:
                return

    def _tell_hints(self) -> None:
        now = self._clock.monotonic()
        with self._lock:
            if not (self._hinted or self._hinted_many) or now - self._last_hint < HINT_SECONDS:
                return
            rooms = sorted(self._hinted)
            self._hinted = set()
            self._hinted_many = False
            self._last_hint = now
        self._hand_over([frame(ROOM_LIVE, {"rooms": rooms})], 0)

    def _hand_over(self, frames: list[bytes], position: int) -> None:
        if self._loop is None or self._loop.is_closed():
            return
        with contextlib.suppress(RuntimeError):  # the loop closed between the two lines
            self._loop.call_soon_threadsafe(self._fan_out, frames, position)

    def _newest_id(self) -> int:
        with self._database.read() as session:
            return newest_id(session, self._database.property_id)


class EventStream(Response):
    """The response that stays open until the client, the session or the service goes.

    Args:
        feed: where the frames come from.
        client: this stream's queue.
        first: what to send before anything live.
        still_valid: whether the session still is; asked at each heartbeat, may block.
    """

    media_type = "text/event-stream"

    def __init__(
        self, feed: LiveFeed, client: LiveClient, first: Sequence[bytes], still_valid: Callable[[], bool]
    ) -> None:
        super().__init__(headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"})
        del self.headers["content-length"]
        self._feed = feed
        self._client = client
        self._first = b"".join(first)
        self._still_valid = still_valid

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        pump = asyncio.create_task(self._pump(send))
        gone = asyncio.create_task(_until_disconnected(receive))
        closing = asyncio.create_task(self._client.closing.wait())
        try:
            await asyncio.wait({pump, gone, closing}, return_when=asyncio.FIRST_COMPLETED)
            if not gone.done():
                # A client that does not read must not hold up the service's end.
                await asyncio.wait({pump, gone}, timeout=CLOSING_SECONDS, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._feed.detach(self._client)
            for task in (pump, gone, closing):
                task.cancel()
            await asyncio.gather(pump, gone, closing, return_exceptions=True)

    async def _pump(self, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
        await send({"type": "http.response.body", "body": self._first, "more_body": True})
        loop = asyncio.get_running_loop()
        looked_at = loop.time()
        while not self._client.closing.is_set():
            sent = await self._client.next(self._feed.heartbeat_seconds)
            if sent is not None:
                await send({"type": "http.response.body", "body": sent, "more_body": True})
            if self._client.closing.is_set():
                break
            if sent is not None and loop.time() - looked_at < self._feed.heartbeat_seconds:
                continue
            looked_at = loop.time()
            if not await self._is_signed_in():
                break
            if sent is None:
                await send({"type": "http.response.body", "body": HEARTBEAT, "more_body": True})
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _is_signed_in(self) -> bool:
        try:
            return await asyncio.to_thread(self._still_valid)
        except Exception as error:
            # The database may be away for a moment; the next heartbeat asks again.
            log.warning("live events: a session could not be looked up (%s)", type(error).__name__)
            return True


async def _until_disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        continue


def routes(feed: LiveFeed, staff: StaffService) -> APIRouter:
    """GET /api/events."""
    router = APIRouter(tags=["events"])

    @router.get(
        "/api/events",
        response_class=Response,
        responses={200: {"content": {"text/event-stream": {"schema": {"type": "string"}}}}},
    )
    async def events(
        request: Request,
        actor: CurrentActor,
        last_event_id: Annotated[str | None, Header(alias="Last-Event-ID")] = None,
        last_id: Annotated[str | None, Query(alias="last_event_id")] = None,
    ) -> Response:
        """Committed messages as server-sent events; `room.live` hints; a heartbeat each 15 s.

        With `Last-Event-ID` (or `?last_event_id=`) what was missed comes first, or `reset` when that
        is no longer kept.
        """
        caller: Caller = request.state.caller
        client, position = feed.attach(actor)
        try:
            first = await _first_frames(feed, last_event_id or last_id, position)
        except BaseException:
            feed.detach(client)
            raise
        return EventStream(feed, client, first, lambda: staff.still_valid(caller))

    return router


async def _first_frames(feed: LiveFeed, said: str | None, position: int) -> list[bytes]:
    if said is None:
        return [position_frame(position)]
    if not said.isdecimal() or len(said) > 18:
        return [frame(RESET, {"reason": "unknown_id"}, position)]
    missed = await asyncio.to_thread(feed.replay, int(said), position)
    return missed or [position_frame(position)]
