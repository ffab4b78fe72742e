"""The process that renders the templates which may loop: little memory, little time, no files.

It reads requests from its standard input and answers on its standard output, one at a time; a frame is
four bytes of length and JSON. It ends with its pipe. Its parent kills it when it does not answer.
"""

from __future__ import annotations

import contextlib
import resource
import signal
import sys
from typing import Any, BinaryIO
from zoneinfo import ZoneInfo

import orjson

from gateway.mqtt.render_environment import Renderer
from gateway.mqtt.render_refusals import NotDefined, Refused

MEMORY_BYTES = 16 * 1024 * 1024
# Of the processor's time, not of the wall's: a busy machine must not make an honest template fail.
SOFT_SECONDS = 0.08
FRAME_BYTES = 4
# Whatever a template may use for the first time is loaded before the limits hold.
_WARM_UP = """\
{% set n = namespace(x=0) %}\
{% for a, b in zip([1], ['a']) %}{% set n.x = n.x + a %}{% endfor %}\
{{ now().isoformat() }}{{ strptime('2026-01-01', '%Y-%m-%d') }}\
{{ 0 | timestamp_custom('%H:%M', true) }}{{ value_json.a }}\
{{ 'a1' | regex_findall('[0-9]') | to_json }}{{ [1, 2] | average }}{{ 'é' | slugify }}\
{{ 'x' | md5 }}{{ 'x' | sha256 }}{{ 'x' | urlencode }}{{ 'x' | tojson }}{{ '%s' | format(1) }}"""


class _TooSlow(BaseException):
    """Not an Exception, so that nothing on the way catches it."""


class _Watch:
    """Raises `_TooSlow` when a template has used up its time."""

    def __init__(self) -> None:
        self._running = False
        signal.signal(signal.SIGPROF, self._ring)

    def _ring(self, *_: Any) -> None:
        if self._running:
            self._running = False
            raise _TooSlow

    def __enter__(self) -> None:
        self._running = True
        signal.setitimer(signal.ITIMER_PROF, SOFT_SECONDS)

    def __exit__(self, *_: Any) -> None:
        self._running = False
        signal.setitimer(signal.ITIMER_PROF, 0.0)


def main(timezone: str) -> None:
    """The whole life of the worker."""
    # Ctrl-C reaches every process of the terminal; the service decides when its workers end.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    renderer = Renderer(ZoneInfo(timezone))
    renderer.render(_WARM_UP, {"value": '{"a": 1}'}, 0.0, json=True)
    for failing in ("{{ x.y }}", "{{ 'x' | float }}", "{{ 'x'.format(**1) }}"):
        with contextlib.suppress(Exception):
            renderer.render(failing, {}, 0.0, json=False)
    watch = _Watch()
    _confine()
    source, sink = sys.stdin.buffer, sys.stdout.buffer
    _write(sink, {"ready": True})
    while True:
        head = source.read(FRAME_BYTES)
        if len(head) < FRAME_BYTES:
            return
        answer = _answer(renderer, watch, source.read(int.from_bytes(head, "big")))
        _write(sink, answer)
        if answer.get("code") == "memory":
            return  # what a full heap leaves behind is not worth keeping


def _answer(renderer: Renderer, watch: _Watch, body: bytes) -> dict[str, Any]:
    try:
        request = orjson.loads(body)
        with watch:
            text = renderer.render(
                request["source"], request["variables"], request["now"], json=request["json"]
            )
        return {"text": text}
    except _TooSlow:
        return {"code": "time", "detail": "it took too long"}
    except MemoryError:
        return {"code": "memory", "detail": "it took too much memory"}
    except NotDefined as error:
        return {"code": "not_defined", "detail": str(error)}
    except Refused as error:
        return {"code": "refused", "detail": str(error)}
    except RecursionError:
        return {"code": "refused", "detail": "it goes too deep"}
    except Exception as error:
        return {"code": "failed", "detail": f"{type(error).__name__}: {str(error)[:200]}"}


def _write(sink: BinaryIO, answer: dict[str, Any]) -> None:
    try:
        body = orjson.dumps(answer)
    except TypeError:
        body = orjson.dumps({"code": "failed", "detail": "the text is no Unicode"})
    sink.write(len(body).to_bytes(FRAME_BYTES, "big") + body)
    sink.flush()


def _confine() -> None:
    """From here on: 16 MB more than now, and nothing on disk."""
    most_bytes = _address_space_bytes() + MEMORY_BYTES
    for limit, most in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NOFILE, 3),
        (resource.RLIMIT_AS, most_bytes),
    ):
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(limit, (most, most))


_STATM = "/proc/self/statm"


def _address_space_bytes() -> int:
    try:
        with open(_STATM) as statm:
            return int(statm.read().split()[0]) * resource.getpagesize()
    except OSError:
        # Without a way to ask: what an interpreter with its modules takes, and then some.
        return 512 * 1024 * 1024
