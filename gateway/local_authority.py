"""A certificate authority of the hotel's own, and the certificates it gives to this server.

Browsers give a page its service worker, and thus a tablet its offline life, only over HTTPS that they
trust. A hotel's network has no public names, so the hotel may be its own authority: one certificate
that is installed on the tablets, and one for the server that is made anew before it ends.

What is installed on a tablet must not be able to speak for the rest of the world. The authority is
therefore constrained (RFC 5280, 4.2.1.10) to the names it was made for, to names that exist only in
local networks, and to private addresses. It cannot sign another authority.
"""

from __future__ import annotations

import ipaddress
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeAlias

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from hotel.errors import Conflict, Invalid, NotFound

AUTHORITY_DAYS = 3650
# Apple's devices refuse a server's certificate that is good for more than 825 days.
SERVER_DAYS = 820
# Clocks of tablets lag.
BACKDATED = timedelta(days=1)
MOST_HOSTS = 50
LOCAL_SUFFIXES = ("local", "localhost", "lan", "internal", "home.arpa")
PRIVATE_NETWORKS = tuple(
    ipaddress.ip_network(network)
    for network in (
        *("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "127.0.0.0/8", "169.254.0.0/16"),
        *("::1/128", "fc00::/7", "fe80::/10"),
    )
)

Host: TypeAlias = "str | ipaddress.IPv4Address | ipaddress.IPv6Address"


@dataclass(frozen=True, slots=True)
class AuthorityFiles:
    """Where an authority and its server's certificate lie. The two keys are for this account alone."""

    folder: Path

    @property
    def authority_certificate(self) -> Path:
        """What is installed on the tablets."""
        return self.folder / "authority.crt"

    @property
    def authority_key(self) -> Path:
        return self.folder / "authority.key"

    @property
    def server_certificate(self) -> Path:
        """The server's certificate and the authority's, for INNKEEPER_HTTP_TLS_CERT."""
        return self.folder / "server.crt"

    @property
    def server_key(self) -> Path:
        """For INNKEEPER_HTTP_TLS_KEY."""
        return self.folder / "server.key"

    def all(self) -> tuple[Path, ...]:
        return (self.authority_certificate, self.authority_key, self.server_certificate, self.server_key)


def parse_host(text: str) -> Host:
    """A host as a certificate names it: a DNS name in lower case, or an address.

    Raises:
        Invalid: neither.
    """
    cleaned = text.strip().rstrip(".").casefold()
    try:
        return ipaddress.ip_address(cleaned.strip("[]"))
    except ValueError:
        pass
    label = r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
    if len(cleaned) > 253 or not re.fullmatch(rf"{label}(\.{label})*", cleaned):
        raise Invalid("bad_host", f"{text!r} is neither a host name nor an address.", host=text)
    return cleaned


def make_authority(
    folder: Path, property_name: str, hosts: Sequence[str], now: datetime, *, force: bool = False
) -> AuthorityFiles:
    """Make an authority and a first certificate for `hosts`; returns where they lie.

    Args:
        folder: made when it is not there.
        property_name: what a tablet shows in its list of authorities.
        hosts: names and addresses by which tablets reach the server; the first one is the usual one.
        force: replace an authority that is there; every tablet then needs the new one.

    Raises:
        Conflict: there is one already.
        Invalid: a host is none, or there are none or too many.
    """
    files = AuthorityFiles(folder)
    if not force and any(path.exists() for path in files.all()):
        raise Conflict(
            "authority_exists",
            f"{folder} holds an authority already. `innkeeper tls renew` makes a new server certificate; "
            "--force makes a new authority, which every tablet then needs.",
        )
    named = _clean_hosts(hosts)
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, property_name[:64]),
            x509.NameAttribute(NameOID.COMMON_NAME, f"{property_name[:40]} Innkeeper {now:%Y-%m-%d}"),
        ]
    )
    usage = _usage(key_cert_sign=True, crl_sign=True)
    certificate = (
        _begun(name, name, key.public_key(), now, AUTHORITY_DAYS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.NameConstraints(_permitted(named), excluded_subtrees=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    _write(files.authority_key, _pem_of_key(key), 0o600)
    _write(files.authority_certificate, certificate.public_bytes(serialization.Encoding.PEM), 0o644)
    _make_server_certificate(files, certificate, key, named, now)
    return files


def renew(folder: Path, hosts: Sequence[str], now: datetime) -> AuthorityFiles:
    """Make a new server certificate by the authority that is there; the tablets notice nothing.

    Args:
        hosts: none = those of the certificate that is there.

    Raises:
        NotFound: there is no authority, or its files cannot be read.
        Conflict: the authority itself is over.
        Invalid: a host that this authority may not speak for.
    """
    files = AuthorityFiles(folder)
    try:
        certificate = x509.load_pem_x509_certificate(files.authority_certificate.read_bytes())
        key = serialization.load_pem_private_key(files.authority_key.read_bytes(), password=None)
        kept = hosts or [str(host) for host in hosts_of(files.server_certificate)]
    except (OSError, ValueError) as error:
        raise NotFound(
            "no_authority", f"There is no authority in {folder}. Make one with `innkeeper tls init`."
        ) from error
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise NotFound("no_authority", f"{files.authority_key} is no key of `innkeeper tls init`.")
    if certificate.not_valid_after_utc <= now:
        raise Conflict(
            "authority_over",
            f"The authority ended on {certificate.not_valid_after_utc:%Y-%m-%d}. Make a new one with "
            "`innkeeper tls init --force` and install it on the tablets.",
        )
    named = _clean_hosts(kept)
    permitted = certificate.extensions.get_extension_for_class(x509.NameConstraints).value
    for host in named:
        if not _is_permitted(host, permitted.permitted_subtrees or []):
            raise Invalid(
                "host_not_permitted",
                f"This authority may not speak for {host}. Make a new one with "
                f"`innkeeper tls init --force --host {host}` and install it on the tablets.",
                host=str(host),
            )
    _make_server_certificate(files, certificate, key, named, now)
    return files


def hosts_of(certificate: Path) -> list[Host]:
    """The hosts that a certificate (the first in its file) names.

    Raises:
        OSError, ValueError: it cannot be read.
    """
    found = x509.load_pem_x509_certificates(certificate.read_bytes())[0]
    try:
        names = found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return []
    addresses = (name.value for name in names if isinstance(name, x509.IPAddress))
    return [
        *names.get_values_for_type(x509.DNSName),
        *(one for one in addresses if isinstance(one, ipaddress.IPv4Address | ipaddress.IPv6Address)),
    ]


def fingerprint(certificate: Path) -> str:
    """SHA-256 of a certificate, in pairs, as tablets show it. Raises OSError, ValueError."""
    digest = x509.load_pem_x509_certificate(certificate.read_bytes()).fingerprint(hashes.SHA256())
    return digest.hex(":").upper()


def _make_server_certificate(
    files: AuthorityFiles,
    authority: x509.Certificate,
    authority_key: ec.EllipticCurvePrivateKey,
    hosts: Sequence[Host],
    now: datetime,
) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    days = min(SERVER_DAYS, (authority.not_valid_after_utc - now).days)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, str(hosts[0])[:64])])
    signer = authority.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    certificate = (
        _begun(name, authority.subject, key.public_key(), now, days)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(digital_signature=True), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectAlternativeName([_general_name(host) for host in hosts]), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(signer), critical=False)
        .sign(authority_key, hashes.SHA256())
    )
    chain = certificate.public_bytes(serialization.Encoding.PEM) + authority.public_bytes(
        serialization.Encoding.PEM
    )
    _write(files.server_key, _pem_of_key(key), 0o600)
    _write(files.server_certificate, chain, 0o644)


def _begun(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, now: datetime, days: int
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - BACKDATED)
        .not_valid_after(now + timedelta(days=days))
    )


def _usage(
    *, digital_signature: bool = False, key_cert_sign: bool = False, crl_sign: bool = False
) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=digital_signature,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=key_cert_sign,
        crl_sign=crl_sign,
        encipher_only=False,
        decipher_only=False,
    )


def _clean_hosts(hosts: Sequence[str]) -> list[Host]:
    named = list(dict.fromkeys(parse_host(host) for host in hosts))
    if not 1 <= len(named) <= MOST_HOSTS:
        raise Invalid("no_host", f"Name 1 to {MOST_HOSTS} hosts by which tablets reach this server.")
    return named


def _general_name(host: Host) -> x509.GeneralName:
    return x509.DNSName(host) if isinstance(host, str) else x509.IPAddress(host)


def _permitted(hosts: Sequence[Host]) -> list[x509.GeneralName]:
    """What the authority may speak for: its hosts, local names, private addresses."""
    names = dict.fromkeys((*LOCAL_SUFFIXES, *(host for host in hosts if isinstance(host, str))))
    networks = list(PRIVATE_NETWORKS)
    for host in hosts:
        if not isinstance(host, str) and not any(host in network for network in networks):
            networks.append(ipaddress.ip_network(host))
    return [*map(x509.DNSName, names), *map(x509.IPAddress, networks)]


def _is_permitted(host: Host, permitted: Sequence[x509.GeneralName]) -> bool:
    if isinstance(host, str):
        return any(
            isinstance(name, x509.DNSName) and (host == name.value or host.endswith(f".{name.value}"))
            for name in permitted
        )
    return any(
        isinstance(name, x509.IPAddress)
        and isinstance(name.value, ipaddress.IPv4Network | ipaddress.IPv6Network)
        and host in name.value
        for name in permitted
    )


def _pem_of_key(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _write(path: Path, content: bytes, mode: int) -> None:
    """Replace the file at once; a key is never, not even for a moment, others' to read."""
    beside = path.with_name(f"{path.name}.new")
    beside.unlink(missing_ok=True)
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
