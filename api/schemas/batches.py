"""Many signed drafts recorded by one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Literal, Self

from pydantic import Field, WithJsonSchema

from api.problems import problem_document
from api.schemas.values import BytesValue, Model
from api.schemas.works import RecordedOut
from registry.errors import RegistryError
from registry.usecases.batch import MAX_ITEMS, SignedDraft
from registry.usecases.register import Recorded


class BatchItemIn(Model):
    """A draft, and its statement's signature by the claimant's own key."""

    draft_id: Annotated[str, Field(min_length=1, max_length=100)]
    signature: BytesValue


class BatchIn(Model):
    """Signed drafts to be recorded together: as leaves of the log, or via `batch` by one transaction."""

    via: Literal["log", "batch"] = "log"
    items: Annotated[list[BatchItemIn], Field(min_length=1, max_length=MAX_ITEMS)]

    def drafts(self) -> list[SignedDraft]:
        """The items."""
        return [SignedDraft(item.draft_id, item.signature) for item in self.items]


class BatchItemOut(Model):
    """What became of an item: its record, or the problem with it (RFC 9457)."""

    recorded: RecordedOut | None
    problem: Annotated[dict[str, Any], WithJsonSchema({"$ref": "#/components/schemas/Problem"})] | None

    @classmethod
    def of(cls, outcome: Recorded | RegistryError) -> Self:
        """One outcome."""
        if isinstance(outcome, RegistryError):
            return cls(recorded=None, problem=problem_document(outcome))
        return cls(recorded=RecordedOut.of(outcome), problem=None)


class BatchOut(Model):
    """What became of each item, in their order."""

    items: list[BatchItemOut]

    @classmethod
    def of(cls, outcomes: Sequence[Recorded | RegistryError]) -> Self:
        """All outcomes."""
        return cls(items=[BatchItemOut.of(outcome) for outcome in outcomes])
