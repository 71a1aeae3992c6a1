"""JSON answers, checked where they are read: nonsense is refused by the name of its field."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from registry.client.failures import UnexpectedAnswerError

Expected = TypeVar("Expected")


class Answer(dict[str, Any]):
    """A JSON object as the registry sent it, read through typed getters.

    Every getter raises UnexpectedAnswerError where the field is missing or of another type.
    """

    def __init__(self, fields: Mapping[str, Any], name: str = "answer") -> None:
        super().__init__(fields)
        self.name = name

    @classmethod
    def of(cls, value: object, name: str) -> Answer:
        """Take a decoded JSON value that must be an object."""
        if not isinstance(value, dict):
            raise UnexpectedAnswerError(name, "is not an object")
        return cls(value, name)

    def text(self, field: str) -> str:
        """A string."""
        return self._get(field, str)

    def optional_text(self, field: str) -> str | None:
        """A string, or None where the field is null or absent."""
        return None if self.get(field) is None else self.text(field)

    def integer(self, field: str) -> int:
        """A JSON integer, or one written as a decimal string because it may pass 2^53."""
        value = self.get(field)
        if isinstance(value, str) and value.isascii() and value.isdigit():
            return int(value)
        if isinstance(value, bool):
            raise UnexpectedAnswerError(f"{self.name}.{field}", "is not an integer")
        return self._get(field, int)

    def integers_of(self, field: str) -> list[int]:
        """A list of integers, each written as `integer` reads it."""
        values = self._get(field, list)
        places = Answer({str(place): value for place, value in enumerate(values)}, f"{self.name}.{field}")
        return [places.integer(place) for place in places]

    def flag(self, field: str) -> bool:
        """A boolean."""
        return self._get(field, bool)

    def inner(self, field: str) -> Answer:
        """An object within."""
        return Answer(self._get(field, dict), f"{self.name}.{field}")

    def optional_inner(self, field: str) -> Answer | None:
        """An object within, or None where the field is null or absent."""
        return None if self.get(field) is None else self.inner(field)

    def items_of(self, field: str) -> list[Answer]:
        """A list of objects."""
        values = self._get(field, list)
        return [Answer.of(value, f"{self.name}.{field}[{place}]") for place, value in enumerate(values)]

    def _get(self, field: str, kind: type[Expected]) -> Expected:
        value = self.get(field)
        if not isinstance(value, kind):
            problem = f"is not of type {kind.__name__}" if field in self else "is missing"
            raise UnexpectedAnswerError(f"{self.name}.{field}", problem)
        return value
