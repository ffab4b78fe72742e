"""HTTPS by the hotel's own authority: what it may sign, what the service refuses, what browsers get."""

from __future__ import annotations

import ssl
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.x509.verification import PolicyBuilder, Store, VerificationError

from gateway import cli, doctor
from gateway.local_authority import AuthorityFiles, hosts_of, make_authority, renew
from gateway.settings import Settings, load_settings
from gateway.tls_files import load_tls_files
from hotel.actor import Role
from hotel.clock import ManualClock
from hotel.database import Database
from hotel.errors import Conflict, Invalid
from tests.http_house import OUR_PAGE, PIN, House

NOW = datetime(2026, 12, 1, tzinfo=UTC)
HOSTS = ["innkeeper.hotel.example", "10.1.2.3", "127.0.0.1"]


def speaks_for(files: AuthorityFiles, host: str) -> bool:
    """Whether a client that trusts the authority takes the server for `host`."""
    authority = x509.load_pem_x509_certificate(files.authority_certificate.read_bytes())
    leaf = x509.load_pem_x509_certificates(files.server_certificate.read_bytes())[0]
    verifier = PolicyBuilder().store(Store([authority])).time(NOW).build_server_verifier(x509.DNSName(host))
    try:
        verifier.verify(leaf, [])
    except VerificationError:
        return False
    return True


def settings_with(files: AuthorityFiles, **other: str) -> Settings:
    environ = {
        "INNKEEPER_HTTP_TLS_CERT": str(files.server_certificate),
        "INNKEEPER_HTTP_TLS_KEY": str(files.server_key),
        **other,
    }
    return load_settings(environ, files.folder)


def test_a_client_that_trusts_the_authority_trusts_the_server_by_its_names(tmp_path: Path) -> None:
    files = make_authority(tmp_path / "tls", "Harbour Hotel", HOSTS, NOW)
    assert speaks_for(files, "innkeeper.hotel.example")
    assert not speaks_for(files, "elsewhere.example")
    for key in (files.authority_key, files.server_key):
        assert stat.S_IMODE(key.stat().st_mode) == 0o600


def test_an_authority_is_not_replaced_by_accident(tmp_path: Path) -> None:
    files = make_authority(tmp_path, "Harbour Hotel", HOSTS, NOW)
    first = files.authority_certificate.read_bytes()
    with pytest.raises(Conflict, match="--force"):
        make_authority(tmp_path, "Harbour Hotel", HOSTS, NOW)
    assert files.authority_certificate.read_bytes() == first
    make_authority(tmp_path, "Harbour Hotel", HOSTS, NOW, force=True)
    assert files.authority_certificate.read_bytes() != first


def test_renewing_keeps_the_authority_and_the_names(tmp_path: Path) -> None:
    files = make_authority(tmp_path, "Harbour Hotel", HOSTS, NOW)
    authority, key = files.authority_certificate.read_bytes(), files.server_key.read_bytes()
    later = NOW + timedelta(days=700)
    renew(tmp_path, [], later)
    assert files.authority_certificate.read_bytes() == authority
    assert files.server_key.read_bytes() != key
    assert [str(host) for host in hosts_of(files.server_certificate)] == HOSTS
    renewed = load_tls_files(settings_with(files))
    assert renewed is not None
    assert renewed.ends_at > later + timedelta(days=365)


@pytest.mark.parametrize("host", ["bank.example", "93.184.216.34", "example"])
def test_the_authority_cannot_speak_for_the_world(tmp_path: Path, host: str) -> None:
    make_authority(tmp_path, "Harbour Hotel", HOSTS, NOW)
    with pytest.raises(Invalid, match="may not speak for"):
        renew(tmp_path, [host], NOW)
    renew(tmp_path, ["192.168.7.7", "desk.local"], NOW)


@pytest.mark.parametrize("host", ["", "a b", "-x.example", "https://x", "x" * 300])
def test_what_is_no_host_is_refused(tmp_path: Path, host: str) -> None:
    with pytest.raises(Invalid, match="neither"):
        make_authority(tmp_path, "Harbour Hotel", [host], NOW)
    assert not (tmp_path / "authority.key").exists()


def test_files_that_are_missing_unfit_or_of_two_pairs_are_named(tmp_path: Path) -> None:
    files = make_authority(tmp_path, "Harbour Hotel", HOSTS, NOW)
    cases = {
        "INNKEEPER_HTTP_TLS_KEY is not set": {"INNKEEPER_HTTP_TLS_KEY": ""},
        "cannot be read": {"INNKEEPER_HTTP_TLS_CERT": str(tmp_path / "nowhere.crt")},
        "is no certificate": {"INNKEEPER_HTTP_TLS_CERT": str(files.server_key)},
        "is no private key": {"INNKEEPER_HTTP_TLS_KEY": str(files.server_certificate)},
        "is not the key of": {"INNKEEPER_HTTP_TLS_KEY": str(files.authority_key)},
    }
    for told, wrong in cases.items():
        settings = settings_with(files, **wrong)
        with pytest.raises(Invalid, match=told):
            load_tls_files(settings)
        assert not doctor.https(settings, NOW).ok


def test_the_doctor_tells_of_a_certificate_before_it_ends(tmp_path: Path) -> None:
    settings = settings_with(make_authority(tmp_path, "Harbour Hotel", HOSTS, NOW))
    assert doctor.https(load_settings({}, tmp_path), NOW).ok
    assert doctor.https(settings, NOW).ok
    for days, word in ((800, "ends on"), (900, "ended on"), (-2, "begins only")):
        finding = doctor.https(settings, NOW + timedelta(days=days))
        assert word in finding.found
        assert "tls renew" in finding.what_to_do
    (tmp_path / "server.key").chmod(0o644)
    assert "chmod 600" in doctor.https(settings, NOW).what_to_do


def test_a_browser_that_trusts_the_authority_signs_in(
    tmp_path: Path, database: Database, clock: ManualClock
) -> None:
    files = make_authority(tmp_path / "tls", "Harbour Hotel", HOSTS, datetime.now(UTC))
    environ = {
        "INNKEEPER_HTTP_TLS_CERT": str(files.server_certificate),
        "INNKEEPER_HTTP_TLS_KEY": str(files.server_key),
    }
    house = House(database, clock, tmp_path, environ=environ)
    house.hire("31", Role.ATTENDANT)
    trusting = ssl.create_default_context(cafile=str(files.authority_certificate))
    with house.serving() as served:
        address = served.url.replace("http://", "https://")
        with pytest.raises(httpx.ConnectError):
            httpx.get(f"{address}/healthz")
        with httpx.Client(base_url=address, verify=trusting, headers=OUR_PAGE) as tablet:
            answer = tablet.post("/api/session", json={"login": "31", "secret": PIN})
            assert answer.status_code == 200
            cookie = answer.headers["set-cookie"]
            assert cookie.startswith("__Host-innkeeper_session=")
            assert "Secure" in cookie
            # A certificate that ends must not lock tablets out for a year.
            assert "strict-transport-security" not in answer.headers
            assert tablet.get("/api/session").status_code == 200
            fetched = tablet.get("/api/tls/authority")
            assert fetched.headers["content-type"] == "application/x-x509-ca-cert"
            assert fetched.content == files.authority_certificate.read_bytes()


def test_the_command_makes_renews_and_refuses(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("INNKEEPER_DATA_DIR", str(tmp_path / "data"))

    def innkeeper(*words: str) -> int:
        with pytest.raises(SystemExit) as ended:
            cli.run(["tls", *words])
        return int(ended.value.code or 0)

    assert innkeeper("renew") == 2
    assert "tls init" in capsys.readouterr().err
    assert innkeeper("init", "--host", "innkeeper.hotel.example") == 0
    told = capsys.readouterr().out
    assert f"INNKEEPER_HTTP_TLS_CERT={tmp_path / 'data/tls/server.crt'}" in told
    assert "fingerprint" in told
    assert innkeeper("init") == 2
    assert innkeeper("renew") == 0
    assert innkeeper("init", "--force") == 0
