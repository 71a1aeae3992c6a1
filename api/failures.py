"""Failures that only a request over HTTP can have; the domain's are in `registry.errors`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from registry.errors import RegistryError


class InvalidRequestError(RegistryError):
    """The request does not have the form that the API describes. `errors` says where and why."""

    code = "invalid-request"

    def __init__(self, errors: Sequence[dict[str, Any]]) -> None:
        places = ", ".join("/".join(str(step) for step in error["loc"]) for error in errors)
        super().__init__(
            f"the request is not of the form that is described, at {places}", errors=list(errors)
        )


class BodyTooLargeError(RegistryError):
    """The body of a request that carries no file passes its limit."""

    code = "body-too-large"

    def __init__(self, limit_bytes: int) -> None:
        super().__init__(f"the request is larger than {limit_bytes} bytes", limit_bytes=limit_bytes)


class NotReadyError(RegistryError):
    """A part that every answer needs is missing."""

    code = "not-ready"

    def __init__(self, missing: Mapping[str, str]) -> None:
        super().__init__(f"not ready: {', '.join(missing)}", missing=dict(missing))


class NotLoopbackError(RegistryError):
    """The node of the embedded chain was asked from another machine, or by another site's page."""

    code = "loopback-only"

    def __init__(self, problem: str) -> None:
        super().__init__(f"the embedded chain is for this machine only: {problem}", problem=problem)


class OtherSiteError(RegistryError):
    """A form was sent from another site's page."""

    code = "other-site"

    def __init__(self, origin: str) -> None:
        super().__init__(f"this form cannot be sent from {origin}", origin=origin)
