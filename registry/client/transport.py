"""One HTTP exchange, with httpx's failures told in this package's words."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import httpx

from registry.client.failures import LostRegistryError, NoRegistryError


def exchange(http: httpx.Client, method: str, url: str, **request: Any) -> httpx.Response:
    """Send a request and read its whole answer.

    Raises:
        NoRegistryError: Nothing listens there, or the address is none.
        LostRegistryError: The connection broke or fell silent before the answer.
    """
    place = str(http.base_url).rstrip("/") or url
    try:
        return http.request(method, url, **request)
    except (httpx.ConnectError, httpx.ConnectTimeout, httpx.UnsupportedProtocol, httpx.InvalidURL) as problem:
        raise NoRegistryError(place) from problem
    except httpx.TransportError as problem:
        raise LostRegistryError(place, str(problem) or type(problem).__name__) from problem


def retry_after_seconds(response: httpx.Response) -> int | None:
    """When to come back, from now (RFC 9110 section 10.2.3: seconds or a date); None if that is not told."""
    told = response.headers.get("Retry-After", "").strip()
    if told.isascii() and told.isdigit():
        return int(told)
    try:
        moment = parsedate_to_datetime(told)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0, int((moment - datetime.now(UTC)).total_seconds()))
