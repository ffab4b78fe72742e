"""Cross-site requests are refused, our own pages' and machines' are not."""

from __future__ import annotations

import pytest

from gateway.http.same_site import is_forged, origin_is_host


@pytest.mark.parametrize(
    ("method", "headers", "has_cookie", "forged"),
    [
        ("GET", {"sec-fetch-site": "cross-site"}, True, False),
        ("POST", {"sec-fetch-site": "same-origin"}, True, False),
        ("POST", {"sec-fetch-site": "none"}, True, False),
        ("POST", {"sec-fetch-site": "same-site"}, True, True),
        ("POST", {"sec-fetch-site": "cross-site"}, True, True),
        ("DELETE", {"sec-fetch-site": "cross-site"}, True, True),
        # What the browser says of the site counts more than an Origin that fits.
        (
            "POST",
            {"sec-fetch-site": "cross-site", "origin": "http://hotel:8000", "host": "hotel:8000"},
            True,
            True,
        ),
        ("PATCH", {"origin": "http://hotel:8000", "host": "hotel:8000"}, True, False),
        ("PATCH", {"origin": "https://hotel", "host": "hotel"}, True, False),
        ("PATCH", {"origin": "http://evil", "host": "hotel:8000"}, True, True),
        ("PATCH", {"origin": "http://hotel:8001", "host": "hotel:8000"}, True, True),
        ("PATCH", {"origin": "null", "host": "hotel:8000"}, True, True),
        ("PUT", {"host": "hotel:8000"}, True, True),
        ("PUT", {"host": "hotel:8000"}, False, False),
        ("POST", {"origin": "http://evil", "host": "hotel:8000"}, False, True),
    ],
)
def test_who_counts_as_our_own_page(
    method: str, headers: dict[str, str], has_cookie: bool, forged: bool
) -> None:
    assert is_forged(method, headers, has_cookie=has_cookie) is forged


def test_an_origin_that_is_no_url_is_no_host() -> None:
    assert not origin_is_host("http://[", "[")
    assert not origin_is_host("", "")
