"""One HTTP exchange, with httpx's failures told in this package's words."""

from __future__ import annotations

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
