"""What the house is told before it starts: environment variables INNKEEPER_* and `innkeeper.toml`.

The environment wins over the file. The file lies in the current directory or in the data directory
(the current directory's wins, key by key) and holds the same names in lower case without the prefix.
A wrong value stops the start with its name and what would be right.
"""

from __future__ import annotations

import builtins
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, ValidationError

from gateway.mqtt.broker_url import parse_broker_url
from hotel.errors import Invalid

PREFIX = "INNKEEPER_"
FILE_NAME = "innkeeper.toml"
DEFAULT_DATA_DIR = "innkeeper-data"
DATABASE_SCHEMES = ("sqlite", "postgresql", "postgresql+psycopg")
INFLUX_SCHEMES = ("http", "https")


def _url(value: str, schemes: tuple[str, ...]) -> str:
    scheme, separator, _ = value.partition("://")
    if not separator or scheme not in schemes:
        raise ValueError("scheme")
    if scheme != "sqlite":
        parts = urlsplit(value)
        # A PostgreSQL on a Unix socket has its folder in the query.
        named = parts.hostname or (scheme.startswith("postgresql") and "host" in parse_qs(parts.query))
        if not named or parts.port == 0:  # .port raises ValueError when it is no number
            raise ValueError("host")
    return value


def _database_url(value: str) -> str:
    _url(value, DATABASE_SCHEMES)
    if value.startswith("sqlite") and value.removeprefix("sqlite://") in ("", "/", "/:memory:"):
        raise ValueError("file")
    return value


def _mqtt_url(value: str) -> str:
    try:
        parse_broker_url(value)
    except Invalid as refused:
        raise ValueError(refused.code) from refused
    return value


def _influx_url(value: str) -> str:
    return _url(value, INFLUX_SCHEMES)


def _webhook_url(value: str) -> str:
    return _url(value, ("http", "https"))


def _smtp_url(value: str) -> str:
    return _url(value, ("smtp", "smtps"))


def _timezone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, OSError) as error:
        raise ValueError("zone") from error
    return value


def _topic(value: str) -> str:
    if not re.fullmatch(r"[^/+#\s\x00]+(/[^/+#\s\x00]+)*", value) or len(value) > 100:
        raise ValueError("topic")
    return value


Port = Annotated[int, Field(ge=0, le=65535)]


class Settings(BaseModel):
    """The settings of one running house. A field's description says what a right value is."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)

    data_dir: Path = Field(description="a directory that this account may write")
    database_url: Annotated[str, AfterValidator(_database_url)] = Field(
        description="a URL such as sqlite:////var/lib/innkeeper/innkeeper.db or "
        "postgresql://user:password@host:5432/innkeeper"
    )
    mqtt_url: Annotated[str, AfterValidator(_mqtt_url)] | None = Field(
        default=None, description="a URL such as mqtt://user:password@host:1883 or mqtts://host:8883"
    )
    mqtt_port: Port = Field(
        default=1883, description="a port from 0 to 65535 for the broker of our own (0: any free)"
    )
    mqtt_keepalive_seconds: int = Field(
        default=15,
        ge=2,
        le=300,
        description="2 to 300 seconds; a broker that is silent for 1.5 times as long counts as gone",
    )
    influx_url: Annotated[str, AfterValidator(_influx_url)] | None = Field(
        default=None, description="a URL such as http://host:8086"
    )
    influx_token: SecretStr = Field(default=SecretStr(""), description="the token that InfluxDB gave out")
    influx_org: str = Field(
        default="innkeeper", description="the name of an InfluxDB organisation", min_length=1
    )
    influx_bucket: str = Field(
        default="innkeeper", description="the name of an InfluxDB bucket", min_length=1
    )
    http_host: str = Field(
        default="127.0.0.1", description="an address of this machine", pattern=r"^[0-9A-Za-z.:_-]+$"
    )
    http_port: Port = Field(default=8000, description="a port from 0 to 65535 (0: any free one)")
    trusted_proxies: str = Field(
        default="",
        description="addresses of the reverse proxies before us, with commas between them",
        pattern=r"^[0-9A-Fa-f.:/, ]*$",
    )
    cookie_secure: bool = Field(
        default=False, description="true when people come over HTTPS (then only over HTTPS), else false"
    )
    http_tls_cert: Path | None = Field(
        default=None, description="a file with the certificate (and its chain) in PEM form"
    )
    http_tls_key: Path | None = Field(
        default=None, description="a file with the certificate's private key in PEM form"
    )
    discovery_prefix: Annotated[str, AfterValidator(_topic)] = Field(
        default="homeassistant", description="an MQTT topic without wildcards, such as homeassistant"
    )
    ac_starts_at_once: int = Field(
        default=10,
        ge=1,
        le=1000,
        description="1 to 1000 air conditioners that may be switched on by themselves together",
    )
    ac_starts_per_second: float = Field(
        default=4.0,
        ge=0.02,
        le=1000,
        description="0.02 to 1000 air conditioners that may follow in each second (after an outage)",
    )
    mqtt_birth_topic: Annotated[str, AfterValidator(_topic)] | None = Field(
        default=None, description="an MQTT topic without wildcards, such as homeassistant/status"
    )
    latitude: float | None = Field(
        default=None, ge=-90, le=90, description="where the house stands, -90 to 90 degrees north"
    )
    longitude: float | None = Field(
        default=None, ge=-180, le=180, description="where the house stands, -180 to 180 degrees east"
    )
    weather_file: Path | None = Field(
        default=None, description="a CSV of the weather ahead, or an EPW file of the place"
    )
    weather_url: Annotated[str, AfterValidator(_influx_url)] | None = Field(
        default=None, description="the address of a weather service, such as http://host/forecast"
    )
    alarm_webhook_url: Annotated[str, AfterValidator(_webhook_url)] | None = Field(
        default=None, description="a URL such as https://pager.example/hook, for critical tickets"
    )
    alarm_webhook_secret: SecretStr = Field(
        default=SecretStr(""), description="what the posts to the webhook are signed with"
    )
    smtp_url: Annotated[str, AfterValidator(_smtp_url)] | None = Field(
        default=None, description="a URL such as smtp://user:password@host:587 or smtps://host:465"
    )
    mail_from: str = Field(
        default="innkeeper@localhost",
        description="the e-mail address that critical tickets are sent from",
        pattern=r"^[^\s@<>,;]{1,100}@[^\s@<>,;]{1,100}$",
    )
    auto_approve: bool = Field(default=False, description="true or false")
    timezone: Annotated[str, AfterValidator(_timezone)] = Field(
        default="UTC", description="a zone of the tz database, such as Asia/Shanghai"
    )
    property: str = Field(
        default="main",
        description="1 to 40 small letters, digits and hyphens (it stands in MQTT topics)",
        pattern=r"^[a-z0-9][a-z0-9-]{0,39}$",
    )
    property_name: str = Field(
        default="Innkeeper", description="the hotel's name, 1 to 100 characters", min_length=1, max_length=100
    )

    @builtins.property  # `property` is a field here
    def key_file(self) -> Path:
        """The keys that personal fields are sealed with."""
        return self.data_dir / "innkeeper.key"

    @builtins.property  # `property` is a field here
    def vapid_file(self) -> Path:
        """The keys that pushes to browsers are signed with."""
        return self.data_dir / "vapid.pem"

    @builtins.property  # `property` is a field here
    def tls_dir(self) -> Path:
        """Where `innkeeper tls init` keeps the hotel's own authority."""
        return self.data_dir / "tls"

    @builtins.property  # `property` is a field here
    def cookies_are_secure(self) -> bool:
        """Whether people come over HTTPS only: by ourselves, or by a proxy before us."""
        return self.cookie_secure or self.http_tls_cert is not None

    @builtins.property  # `property` is a field here
    def log_file(self) -> Path:
        return self.data_dir / "innkeeper.log"


# Values that may hold a password are not repeated in an error.
_UNSPOKEN = frozenset(
    {
        "database_url",
        "mqtt_url",
        "influx_url",
        "influx_token",
        "weather_url",
        "alarm_webhook_url",
        "alarm_webhook_secret",
        "smtp_url",
    }
)


def load_settings(environ: Mapping[str, str], cwd: Path) -> Settings:
    """The settings that `environ` and the files make together.

    Args:
        environ: environment variables; an empty one counts as unset.
        cwd: where `innkeeper.toml` and a relative data directory are looked for.

    Raises:
        Invalid: a value or a file is wrong; the sentence names it and says what would be right.
    """
    said = {
        name: value
        for name in Settings.model_fields
        if (value := environ.get(PREFIX + name.upper(), "").strip()) != ""
    }
    near = _read_file(cwd / FILE_NAME)
    data_dir = cwd / Path(str(said.get("data_dir") or near.get("data_dir") or DEFAULT_DATA_DIR)).expanduser()
    inside = _read_file(data_dir / FILE_NAME) if data_dir != cwd else {}
    if "data_dir" in inside:
        raise Invalid(
            "bad_setting",
            f"{data_dir / FILE_NAME} lies in the data directory and cannot name another: take data_dir out.",
            setting="data_dir",
        )
    values: dict[str, Any] = {**inside, **near, **said, "data_dir": data_dir}
    for name in ("http_tls_cert", "http_tls_key", "weather_file"):
        if isinstance(values.get(name), str):
            values[name] = cwd / Path(values[name]).expanduser()
    values.setdefault("database_url", f"sqlite:///{data_dir / 'innkeeper.db'}")
    try:
        return Settings.model_validate(values)
    except ValidationError as error:
        raise _first_fault(error, from_environment=said.keys()) from None


def _read_file(path: Path) -> dict[str, Any]:
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except OSError as error:
        raise Invalid("bad_settings_file", f"{path} cannot be read: {error.strerror}.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Invalid("bad_settings_file", f"{path} is not valid TOML: {error}.") from error
    for name in values:
        if name not in Settings.model_fields:
            raise Invalid(
                "unknown_setting",
                f"{path} has an unknown key {name!r}; known are {', '.join(sorted(Settings.model_fields))}.",
                setting=name,
            )
    return values


def _first_fault(error: ValidationError, from_environment: Any) -> Invalid:
    fault = error.errors(include_url=False, include_context=False)[0]
    name = str(fault["loc"][0])
    spoken = PREFIX + name.upper() if name in from_environment else f"{name} in {FILE_NAME}"
    right = Settings.model_fields[name].description
    shown = "" if name in _UNSPOKEN else f", not {fault['input']!r}"
    return Invalid("bad_setting", f"{spoken} must be {right}{shown}.", setting=name)
