"""Values and documents that are not of their form."""

from __future__ import annotations

from registry.errors.base import RegistryError


class InvalidValueError(RegistryError):
    """A value is not of the form its name promises."""

    code = "invalid-value"

    def __init__(self, name: str, problem: str) -> None:
        super().__init__(f"{name}: {problem}", name=name, problem=problem)


class InvalidDocumentError(RegistryError):
    """A document does not follow its JSON Schema or cannot be put into canonical form."""

    code = "invalid-document"

    def __init__(self, document: str, path: str, problem: str) -> None:
        super().__init__(
            f"{document} at {path or '/'}: {problem}", document=document, path=path, problem=problem
        )
