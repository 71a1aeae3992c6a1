"""What can go wrong between a caller and a registry: each with a stable `code` and its facts.

They are no `RegistryError`: those are failures inside a registry, which its service maps to answers; these
are what a caller on the other side of the wire meets.
"""

from __future__ import annotations


class ClientError(Exception):
    """An exchange with a registry did not give what was asked for."""

    def __init__(self, code: str, message: str, **facts: object) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.facts = facts


class ProblemError(ClientError):
    """The registry answered with a problem (RFC 9457); `code`, `detail` and `facts` are its own words.

    `retry_after_seconds` is when to come back, where that was told (RFC 9110 section 10.2.3).
    """

    def __init__(
        self,
        code: str,
        detail: str,
        status: int,
        facts: dict[str, object],
        retry_after_seconds: int | None = None,
    ) -> None:
        super().__init__(code, detail, **facts)
        self.detail = detail
        self.status = status
        self.retry_after_seconds = retry_after_seconds


class NoRegistryError(ClientError):
    """Nothing answers at the address; nothing was sent."""

    def __init__(self, url: str) -> None:
        super().__init__("no-registry", f"no registry answers at {url}; start one with `make serve`", url=url)


class LostRegistryError(ClientError):
    """The connection broke or fell silent before the answer: what was asked may or may not have happened."""

    def __init__(self, url: str, problem: str) -> None:
        super().__init__(
            "registry-lost", f"the registry at {url} stopped answering ({problem})", url=url, problem=problem
        )


class UnexpectedAnswerError(ClientError):
    """Something answered that does not speak as this registry does: a proxy before it, perhaps.

    `status` is that of an answer which was no success; `retry_after_seconds` as in ProblemError.
    """

    def __init__(
        self, what: str, problem: str, *, status: int | None = None, retry_after_seconds: int | None = None
    ) -> None:
        super().__init__("unexpected-answer", f"the answer is not a registry's: {what} {problem}", what=what)
        self.status = status
        self.retry_after_seconds = retry_after_seconds
