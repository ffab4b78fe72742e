"""Where a broker is and how to sign in there, as one URL."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import quote, unquote, urlsplit

from hotel.errors import Invalid

PORTS = {"mqtt": 1883, "mqtts": 8883}


@dataclass(frozen=True, slots=True)
class BrokerUrl:
    """`mqtt://` or, with TLS and the machine's certificate authorities, `mqtts://`."""

    host: str
    port: int
    tls: bool = False
    user: str | None = None
    password: str | None = field(default=None, repr=False)

    @property
    def shown(self) -> str:
        """The URL without its secrets, for logs and screens."""
        return f"{'mqtts' if self.tls else 'mqtt'}://{self.host}:{self.port}"

    @property
    def text(self) -> str:
        """The whole URL, secrets included."""
        scheme = "mqtts" if self.tls else "mqtt"
        sign_in = f"{quote(self.user, safe='')}:{quote(self.password or '', safe='')}@" if self.user else ""
        return f"{scheme}://{sign_in}{self.host}:{self.port}"


def parse_broker_url(text: str) -> BrokerUrl:
    """`mqtt[s]://[user[:password]@]host[:port]`.

    Raises:
        Invalid: it is no such URL.
    """
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        parts, port = None, None
    if parts is None or parts.scheme not in PORTS or not parts.hostname or parts.path not in ("", "/"):
        raise Invalid(
            "bad_broker_url",
            "The broker's address must look like mqtt://user:password@host:1883 or mqtts://host:8883.",
        )
    return BrokerUrl(
        host=parts.hostname,
        port=port or PORTS[parts.scheme],
        tls=parts.scheme == "mqtts",
        user=unquote(parts.username) if parts.username else None,
        password=unquote(parts.password) if parts.password is not None else None,
    )
