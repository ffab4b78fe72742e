"""The certificate and key that HTTPS is served with: can they be used, and for how long?"""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509

from gateway.settings import Settings
from hotel.errors import Invalid

WARN_DAYS_BEFORE = 30
RENEW = "Run `innkeeper tls renew` (or put a new certificate there) and start the service anew."


@dataclass(frozen=True, slots=True)
class TlsFiles:
    """A pair that fits together. `ends_at` is the certificate's last moment."""

    certificate: Path
    key: Path
    begins_at: datetime
    ends_at: datetime

    def trouble(self, now: datetime) -> str | None:
        """What browsers will say or soon say, in one sentence; None when all is well."""
        if now >= self.ends_at:
            return f"The HTTPS certificate {self.certificate} ended on {self.ends_at:%Y-%m-%d}."
        if now < self.begins_at:
            return f"The HTTPS certificate {self.certificate} begins only on {self.begins_at:%Y-%m-%d}."
        if self.ends_at - now < timedelta(days=WARN_DAYS_BEFORE):
            return f"The HTTPS certificate {self.certificate} ends on {self.ends_at:%Y-%m-%d}."
        return None


def load_tls_files(settings: Settings) -> TlsFiles | None:
    """The pair that the settings name, None when they name none.

    Raises:
        Invalid: one is missing, cannot be read, is none, or the two do not belong together.
    """
    certificate, key = settings.http_tls_cert, settings.http_tls_key
    if certificate is None and key is None:
        return None
    if certificate is None or key is None:
        missing = "INNKEEPER_HTTP_TLS_CERT" if certificate is None else "INNKEEPER_HTTP_TLS_KEY"
        raise Invalid(
            "tls_half_set", f"HTTPS needs a certificate and its key: {missing} is not set.", setting=missing
        )
    leaf = _leaf(certificate)
    _read(key, "INNKEEPER_HTTP_TLS_KEY")
    try:
        # A password would be asked for on the terminal, where nobody sits.
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(certificate, key, password=lambda: "")
    except ssl.SSLError as error:
        if error.reason == "KEY_VALUES_MISMATCH":
            told = f"{key} is not the key of the certificate {certificate}."
        else:
            told = f"{key} is no private key in PEM form without a password."
        raise Invalid("tls_key_unfit", told, setting="INNKEEPER_HTTP_TLS_KEY") from error
    return TlsFiles(certificate, key, leaf.not_valid_before_utc, leaf.not_valid_after_utc)


def _leaf(certificate: Path) -> x509.Certificate:
    content = _read(certificate, "INNKEEPER_HTTP_TLS_CERT")
    try:
        return x509.load_pem_x509_certificates(content)[0]
    except ValueError as error:
        raise Invalid(
            "tls_certificate_unfit",
            f"{certificate} is no certificate in PEM form.",
            setting="INNKEEPER_HTTP_TLS_CERT",
        ) from error


def _read(path: Path, setting: str) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise Invalid(
            "tls_file_missing", f"{setting}: {path} cannot be read ({error.strerror}).", setting=setting
        ) from error
