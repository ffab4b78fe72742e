"""Ports for servers that must be found again where they were: killed, started anew, not there yet."""

from __future__ import annotations

import itertools
import os
import socket

HOST = "127.0.0.1"
# Below what any system hands out by itself: a port asked for with 0, and let go again, may be given to
# somebody else's connection before its server is up.
FIRST, LAST = 20_000, 29_999
_STRIDE = 61

_numbers = itertools.count()


def port_to_keep() -> int:
    """A free port that nobody is given by chance; each process tries others, and none twice."""
    span = LAST - FIRST + 1
    for _ in range(span):
        port = FIRST + (os.getpid() * _STRIDE + next(_numbers)) % span
        with socket.socket() as probe:
            # As servers do, so that a connection of before that still lingers is no reason.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, port))
            except OSError:
                continue
        return port
    raise AssertionError("no port is free")
