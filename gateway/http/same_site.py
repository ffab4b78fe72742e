"""Whether an unsafe request was made by our own pages: the defence against cross-site forgery.

Modern browsers say so in Sec-Fetch-Site; over plain HTTP, and in old ones, Origin is held against
Host. A request that brings no cookie rides on nobody's session and needs no proof, unless it says
itself that it comes from elsewhere (then it may be an attempt to sign somebody in as somebody else).
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def is_forged(method: str, headers: Mapping[str, str], *, has_cookie: bool) -> bool:
    """Whether to refuse the request as made by another site.

    Args:
        method: in upper case.
        headers: names in lower case.
        has_cookie: a session cookie came with it (and no bearer token, which no form can send).
    """
    if method in SAFE_METHODS:
        return False
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site not in ("same-origin", "none")
    origin = headers.get("origin")
    if origin is not None:
        return not origin_is_host(origin, headers.get("host", ""))
    return has_cookie


def origin_is_host(origin: str, host: str) -> bool:
    """Whether the Origin header names the host (and port) that the request was sent to."""
    try:
        parts = urlsplit(origin)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(host) and parts.netloc.casefold() == host.casefold()
