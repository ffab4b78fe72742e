"""uvicorn, ending at once: an open live stream would otherwise hold its shutdown up."""

from __future__ import annotations

import socket

import uvicorn
from fastapi import FastAPI

from gateway.http.events import LiveFeed
from gateway.settings import Settings
from hotel.errors import Unavailable

GRACEFUL_SECONDS = 2


class HttpServer(uvicorn.Server):
    """Serves an application; closes its live streams before it waits for connections to end."""

    def __init__(self, app: FastAPI, settings: Settings, feed: LiveFeed) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                host=settings.http_host,
                port=settings.http_port,
                access_log=False,  # `gateway.http.front` writes one without query strings
                log_config=None,
                server_header=False,
                proxy_headers=bool(settings.trusted_proxies),
                forwarded_allow_ips=settings.trusted_proxies or None,
                timeout_graceful_shutdown=GRACEFUL_SECONDS,
                timeout_keep_alive=30,
                ssl_certfile=settings.http_tls_cert,
                ssl_keyfile=settings.http_tls_key,
            )
        )
        self._feed = feed

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._feed.stop()
        await super().shutdown(sockets)


def listen(settings: Settings) -> socket.socket:
    """A listening socket on the settings' address; give it to `HttpServer.run(sockets=[…])`.

    Raises:
        Unavailable: the address or port cannot be had; one sentence.
    """
    family = socket.AF_INET6 if ":" in settings.http_host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((settings.http_host, settings.http_port))
        listening.listen(1024)
    except OSError as error:
        listening.close()
        raise Unavailable(
            "port_taken",
            f"Nothing can listen on {settings.http_host}:{settings.http_port}: {error.strerror}. "
            "Stop what does, or set INNKEEPER_HTTP_PORT.",
        ) from error
    return listening
