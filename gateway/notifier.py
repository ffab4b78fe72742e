"""The ways out of the house: a signed webhook, e-mail, and web push with keys of our own.

Each sends one notice or raises; tries and pauses are maintenance's.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import smtplib
import threading
import time
from collections.abc import Mapping
from email.message import EmailMessage
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

import httpx
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from maintenance.ports import TargetGone

if TYPE_CHECKING:
    from py_vapid import Vapid

TIMEOUT_SECONDS = 10.0
PUSH_TTL_SECONDS = 3600
_GONE = (404, 410)


class Notifier:
    """Fills `maintenance.ports.NoticeSender`.

    Args:
        vapid_file: where the push keys are kept; made at their first use.
        webhook_url: where critical tickets are posted; None: nowhere.
        webhook_secret: what the posts are signed with.
        smtp_url: "smtp://user:password@host:587" (STARTTLS when offered) or "smtps://…"; None: no mail.
        mail_from: the sender's address, also the contact for push services.
    """

    def __init__(
        self,
        vapid_file: Path,
        *,
        webhook_url: str | None = None,
        webhook_secret: str = "",
        smtp_url: str | None = None,
        mail_from: str = "innkeeper@localhost",
    ) -> None:
        self._vapid_file = vapid_file
        self._webhook_url = webhook_url
        self._webhook_secret = webhook_secret
        self._smtp_url = smtp_url
        self._mail_from = mail_from
        self._lock = threading.Lock()

    @property
    def has_webhook(self) -> bool:
        return self._webhook_url is not None

    def webhook(self, notice_id: str, body: Mapping[str, Any]) -> None:
        """POST the body. `Innkeeper-Signature` is "t=<seconds>,v1=<hex>": HMAC-SHA256 of "<t>.<body>"."""
        if self._webhook_url is None:
            raise TargetGone("No webhook is set.")
        content = json.dumps(body, separators=(",", ":"), sort_keys=True).encode()
        stamp = str(int(time.time()))
        signed = hmac.new(self._webhook_secret.encode(), f"{stamp}.".encode() + content, hashlib.sha256)
        answer = httpx.post(
            self._webhook_url,
            content=content,
            headers={
                "Content-Type": "application/json",
                "Innkeeper-Notice": notice_id,
                "Innkeeper-Signature": f"t={stamp},v1={signed.hexdigest()}",
            },
            timeout=TIMEOUT_SECONDS,
            follow_redirects=False,
        )
        if not answer.is_success:
            raise RuntimeError(f"the webhook answered {answer.status_code}")

    def email(self, address: str, body: Mapping[str, Any]) -> None:
        """Send one mail. Raises what smtplib raises."""
        if self._smtp_url is None:
            raise TargetGone("No mail server is set.")
        parts = urlsplit(self._smtp_url)
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = self._mail_from, address, headline(body)
        mail.set_content(
            f"{headline(body)}\nOpened {body['opened_at']} (call {body['wave']}).\n"
            "Accept or acknowledge the ticket in Innkeeper, or the next on the list is called.\n"
        )
        host = parts.hostname or "localhost"
        if parts.scheme == "smtps":
            server: smtplib.SMTP = smtplib.SMTP_SSL(host, parts.port or 465, timeout=TIMEOUT_SECONDS)
        else:
            server = smtplib.SMTP(host, parts.port or 587, timeout=TIMEOUT_SECONDS)
        with server:
            server.ehlo()
            if parts.scheme == "smtp" and server.has_extn("starttls"):
                server.starttls()
                server.ehlo()
            if parts.username:
                server.login(unquote(parts.username), unquote(parts.password or ""))
            server.send_message(mail)

    def push(self, subscription: Mapping[str, Any], body: Mapping[str, Any]) -> None:
        """Send to one browser. Raises TargetGone when the push service has forgotten it."""
        # Here: it brings two HTTP clients along, and half a second to the start of a service.
        from pywebpush import WebPushException, webpush

        try:
            webpush(
                dict(subscription),
                data=json.dumps({**body, "headline": headline(body)}),
                vapid_private_key=self._keys(),
                vapid_claims={"sub": f"mailto:{self._mail_from}"},
                ttl=PUSH_TTL_SECONDS,
                timeout=TIMEOUT_SECONDS,
            )
        except WebPushException as refused:
            status = getattr(refused.response, "status_code", None)
            if status in _GONE:
                raise TargetGone("The push service has forgotten this browser.") from refused
            raise

    def push_key(self) -> str:
        public = self._keys().public_key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        return base64.urlsafe_b64encode(public).rstrip(b"=").decode()

    def _keys(self) -> Vapid:
        from py_vapid import Vapid

        with self._lock:
            if not self._vapid_file.exists():
                made = Vapid()
                made.generate_keys()
                # Whole or not at all, and for our eyes only.
                fresh = self._vapid_file.with_suffix(".new")
                descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
                with os.fdopen(descriptor, "wb") as file:
                    file.write(made.private_pem())
                fresh.replace(self._vapid_file)
            return Vapid.from_file(str(self._vapid_file))


def headline(body: Mapping[str, Any]) -> str:
    """The notice in one line, for people who see nothing else. No free text, no guest."""
    fault = str(body["title_code"]).partition(".")[2].replace("_", " ")
    where = f"room {body['room']}" if body.get("room") else (body.get("area") or "the house")
    return f"Critical ticket {body['number']}: {fault}, {where}"
