"""Documents that claim to come from a registry and do not hold."""

from __future__ import annotations

from registry.errors.base import RegistryError


class InvalidCredentialError(RegistryError):
    """A verifiable credential is not of its form, or its signature does not hold."""

    code = "invalid-credential"

    def __init__(self, problem: str) -> None:
        super().__init__(f"credential: {problem}", problem=problem)
