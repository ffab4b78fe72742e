"""What tablets and their enrolment need to know of HTTPS: the authority to install, and its fingerprint."""

from __future__ import annotations

from datetime import datetime

from fastapi import APIRouter
from pydantic import BaseModel
from starlette.responses import Response

from gateway.local_authority import AuthorityFiles, fingerprint, hosts_of
from gateway.settings import Settings
from gateway.tls_files import load_tls_files
from hotel.errors import NotFound, Refused

MEDIA_TYPE = "application/x-x509-ca-cert"
FILE_NAME = "innkeeper-authority.crt"


class TlsFacts(BaseModel):
    """`https`: this service speaks HTTPS itself. `fingerprint`: of the authority of our own, SHA-256 in
    pairs as tablets show it; null when there is none."""

    https: bool
    hosts: list[str]
    ends_at: datetime | None
    fingerprint: str | None


def routes(settings: Settings) -> APIRouter:
    """GET /api/tls and GET /api/tls/authority."""
    router = APIRouter(tags=["tablets"])
    files = AuthorityFiles(settings.tls_dir)

    @router.get("/api/tls")
    def facts() -> TlsFacts:
        """How tablets reach this service."""
        try:
            pair = load_tls_files(settings)
            hosts = [str(host) for host in hosts_of(pair.certificate)] if pair is not None else []
        except Refused:
            pair, hosts = None, []
        try:
            known = fingerprint(files.authority_certificate)
        except (OSError, ValueError):
            known = None
        return TlsFacts(
            https=settings.http_tls_cert is not None,
            hosts=hosts,
            ends_at=pair.ends_at if pair is not None else None,
            fingerprint=known,
        )

    @router.get(
        "/api/tls/authority",
        response_class=Response,
        responses={200: {"content": {MEDIA_TYPE: {"schema": {"type": "string", "format": "binary"}}}}},
    )
    def authority() -> Response:
        """The certificate of the hotel's own authority, to be installed on a tablet."""
        try:
            content = files.authority_certificate.read_bytes()
        except OSError as error:
            raise NotFound("no_authority", "This hotel has no authority of its own.") from error
        return Response(
            content,
            media_type=MEDIA_TYPE,
            headers={"Content-Disposition": f'attachment; filename="{FILE_NAME}"'},
        )

    return router
