"""The address under which other devices of the hotel find this service: what a QR code leads to."""

from __future__ import annotations

import ipaddress

from fastapi import Request

from gateway.local_authority import Host, hosts_of, parse_host
from gateway.settings import Settings
from hotel.errors import Refused


def house_address(request: Request, settings: Settings) -> str:
    """Where another device finds us: as the asking browser did, unless that is this machine itself."""
    host, port = request.url.hostname or "", request.url.port
    if settings.http_tls_cert is not None and _is_loopback(host):
        try:
            names = hosts_of(settings.http_tls_cert)
        except (OSError, ValueError):
            names = []
        host = next((_in_url(name) for name in names if not _is_loopback(str(name))), host)
    elif ":" in host:
        host = f"[{host}]"
    return f"{request.url.scheme}://{host}{f':{port}' if port else ''}"


def _in_url(host: Host) -> str:
    return f"[{host}]" if isinstance(host, ipaddress.IPv6Address) else str(host)


def _is_loopback(host: str) -> bool:
    try:
        parsed = parse_host(host)
    except Refused:
        return False
    return parsed == "localhost" if isinstance(parsed, str) else parsed.is_loopback
