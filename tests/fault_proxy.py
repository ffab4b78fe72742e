"""A bad network between two programs of this machine: a TCP proxy whose faults a test switches.

    with FaultProxy(broker.port) as network:
        link = PahoLink(network.url(broker.url), …)
        network.stall()      # half-open: no bytes, no FIN, in neither direction
        network.forward()    # healed: what was under way goes on

The faults: `stall` (also for connections made meanwhile: they are taken and hear nothing), `cut` (every
connection is reset, new ones are welcome), `refuse` (every connection is reset, new ones at once too),
`delay` (each chunk of bytes waits so long). It runs an event loop in a thread of its own, keeps at most
64 KiB for each direction (then TCP pushes back), and at most `MOST_CONNECTIONS`.
"""

from __future__ import annotations

import asyncio
import socket
import struct
import threading
from collections.abc import Callable
from dataclasses import replace
from types import TracebackType
from typing import Any, Self

from gateway.mqtt.broker_url import parse_broker_url

HOST = "127.0.0.1"
MOST_CONNECTIONS = 2_000
CHUNK_BYTES = 1 << 15
CONNECT_SECONDS = 5.0


class FaultProxy:
    """Forwards to `port` on this machine until told otherwise. Its methods may be called from any thread.

    Args:
        port: where the real one listens. It need not listen all the time.
    """

    def __init__(self, port: int) -> None:
        self._target = port
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="fault-proxy", daemon=True)
        self._open = asyncio.Event()
        self._refusing = False
        self._delay_seconds = 0.0
        self._writers: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None
        self.port = 0
        # Bytes that came out at the other side, by direction; and connections taken and turned away.
        self.bytes_to_target = 0
        self.bytes_from_target = 0
        self.taken = 0
        self.turned_away = 0

    def __enter__(self) -> Self:
        self._thread.start()
        self._run(self._listen())
        self.forward()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._run(self._close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._loop.close()

    def url(self, broker_url: str) -> str:
        """The broker's URL by way of this proxy."""
        return replace(parse_broker_url(broker_url), host=HOST, port=self.port).text

    @property
    def connections(self) -> int:
        """How many stand now."""
        return len(self._writers) // 2

    # ---- the weather

    def forward(self) -> None:
        """All is well: what was held goes on."""

        def heal() -> None:
            self._refusing = False
            self._delay_seconds = 0.0
            self._open.set()

        self._call(heal)

    def stall(self) -> None:
        """Nothing comes through any more, and nobody is told."""
        self._call(self._open.clear)

    def delay(self, seconds: float) -> None:
        """Each chunk of bytes waits so long before it goes on."""

        def slow() -> None:
            self._delay_seconds = seconds

        self._call(slow)

    def cut(self) -> None:
        """Reset every connection; new ones are as welcome as before."""
        self._call(self._abort_all)

    def refuse(self) -> None:
        """Reset every connection, and new ones as soon as they come."""

        def shut() -> None:
            self._refusing = True
            self._abort_all()

        self._call(shut)

    # ---- in the loop

    def _call(self, change: Callable[[], object]) -> None:
        async def do() -> None:
            change()

        self._run(do())

    def _run(self, work: Any) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(10)

    async def _listen(self) -> None:
        self._server = await asyncio.start_server(self._take, HOST, 0, limit=CHUNK_BYTES)
        self.port = self._server.sockets[0].getsockname()[1]

    async def _close(self) -> None:
        assert self._server is not None
        self._server.close()
        self._refusing = True
        self._open.set()
        self._abort_all()
        await asyncio.wait_for(asyncio.gather(*self._tasks, return_exceptions=True), CONNECT_SECONDS)

    def _abort_all(self) -> None:
        for writer in list(self._writers):
            _reset(writer)

    async def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        if self._refusing or self.connections >= MOST_CONNECTIONS:
            self.turned_away += 1
            _reset(writer)
            self._tasks.discard(task)
            return
        self.taken += 1
        self._writers.add(writer)
        ends = [writer]
        try:
            await self._open.wait()
            back, onward = await asyncio.wait_for(
                asyncio.open_connection(HOST, self._target, limit=CHUNK_BYTES), CONNECT_SECONDS
            )
            ends.append(onward)
            self._writers.add(onward)
            async with asyncio.TaskGroup() as ways:
                ways.create_task(self._carry(reader, onward, "to"))
                ways.create_task(self._carry(back, writer, "from"))
        except* (OSError, TimeoutError):
            # Reset by a side, or by the test: for the other side it is a reset as well.
            pass
        finally:
            for end in ends:
                _reset(end)
                self._writers.discard(end)
            self._tasks.discard(task)

    async def _carry(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter, way: str) -> None:
        while True:
            await self._open.wait()
            chunk = await source.read(CHUNK_BYTES)
            if self._delay_seconds:
                await asyncio.sleep(self._delay_seconds)
            # It may have been stalled while we read: then the chunk, or the goodbye, waits here.
            await self._open.wait()
            if not chunk:
                sink.write_eof()
                return
            sink.write(chunk)
            await sink.drain()
            if way == "to":
                self.bytes_to_target += len(chunk)
            else:
                self.bytes_from_target += len(chunk)


def _reset(writer: asyncio.StreamWriter) -> None:
    """End it with a reset: without this the kernel would say a polite goodbye for us."""
    end = writer.get_extra_info("socket")
    if not writer.transport.is_closing():
        end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        writer.transport.abort()
