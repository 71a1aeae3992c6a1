"""Drafts: what a claimant says of a file, the similarity report, the answers, the statement to sign."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal, Self

from pydantic import Field

from api.schemas.values import (
    AddressValue,
    BytesValue,
    HashValue,
    Model,
    Moment,
    SmallInteger,
    Text,
    WorkIdValue,
)
from registry import statements
from registry.canonical import canonical_hash
from registry.model import Hash32, Match, Verdict, from_unix
from registry.usecases.declare import PreparedDraft, ReadyToSign

Preference = Literal["allow", "refuse"]


class CreatorIn(Model):
    """Somebody who made the work."""

    name: Annotated[Text, Field(min_length=1, max_length=200)]
    role: Annotated[Text | None, Field(min_length=1, max_length=100)] = None


class UsagePreferencesIn(Model):
    """What the claimant wants machines to leave alone."""

    search: Preference | None = None
    train_ai: Annotated[Preference | None, Field(alias="train-ai")] = None
    train_genai: Annotated[Preference | None, Field(alias="train-genai")] = None
    ai_input: Annotated[Preference | None, Field(alias="ai-input")] = None


class FactsIn(Model):
    """What the claimant says of the work; it becomes part of `colophon.metadata/1`."""

    title: Annotated[Text, Field(min_length=1, max_length=300)]
    creators: Annotated[list[CreatorIn], Field(min_length=1, max_length=32)]
    year: Annotated[SmallInteger | None, Field(ge=-5000, le=9999)] = None
    language: Annotated[str | None, Field(pattern="^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$", max_length=35)] = (
        None
    )
    how_made: Literal["unspecified", "human", "ai-assisted", "ai-generated"] = "unspecified"
    usage_preferences: UsagePreferencesIn = UsagePreferencesIn()

    def document(self) -> dict[str, Any]:
        """The facts as the metadata document has them, absent where unsaid."""
        return self.model_dump(by_alias=True, exclude_none=True)


class OwnPendingOut(Model):
    """A work of the caller's own that is not on chain yet, and how the file resembles it."""

    work_id: WorkIdValue
    verdict: Verdict

    @classmethod
    def of(cls, match: Match) -> Self:
        """The work and the verdict."""
        return cls(work_id=match.work_id, verdict=match.judgement.verdict)


class DraftOut(Model):
    """A new draft. Keep `draft_id` to yourself: who has it can answer and register.

    `report_hash` is what the metadata will name; each of `report.matches` must be answered. `own_pending` are
    works of the presented receipts that wait and resemble the file; they are no part of the report.
    """

    draft_id: str
    expires_at: Moment
    claimant: AddressValue
    medium: str
    media_type: str
    bytes: int
    content_hash: HashValue
    report: dict[str, Any]
    report_hash: HashValue
    own_pending: list[OwnPendingOut]
    keeps_preview: bool
    keeps_deposit: bool

    @classmethod
    def of(cls, prepared: PreparedDraft) -> Self:
        """The answer for a draft."""
        draft = prepared.draft
        return cls(
            draft_id=prepared.draft_id,
            expires_at=draft.expires_at,
            claimant=draft.claimant,
            medium=draft.extraction.medium,
            media_type=draft.extraction.media_type,
            bytes=draft.extraction.byte_size,
            content_hash=draft.extraction.content_hash,
            report=dict(draft.report),
            report_hash=Hash32(canonical_hash(draft.report, "colophon.report/1")),
            own_pending=[OwnPendingOut.of(match) for match in prepared.own_pending],
            keeps_preview=draft.preview is not None,
            keeps_deposit=draft.deposit is not None,
        )


class AnswersIn(Model):
    """One answer for each match of the report, by the match's work id; empty if it has none.

    `acknowledged` (I have seen it), `derivative` (mine is made from it) or `adverse-claim` (it is mine).
    """

    answers: Annotated[
        dict[WorkIdValue, Literal["acknowledged", "derivative", "adverse-claim"]], Field(max_length=200)
    ]

    def by_work(self) -> dict[str, str]:
        """The answers as text."""
        return {str(work_id): str(answer) for work_id, answer in self.answers.items()}


class ToSignOut(Model):
    """A statement to sign with `eth_signTypedData_v4`, and what signing it means in one sentence.

    `metadata` and `fingerprint` are the documents whose SHA-256 (RFC 8785) the statement names.
    """

    work_id: WorkIdValue
    typed_data: dict[str, Any]
    plain: str
    metadata: dict[str, Any]
    fingerprint: dict[str, Any]
    deadline: Moment
    deadline_unix: int

    @classmethod
    def of(cls, ready: ReadyToSign) -> Self:
        """The answer for a draft that is ready to sign."""
        deadline: datetime = from_unix(ready.registration.deadline)
        return cls(
            work_id=ready.work_id,
            typed_data=statements.typed_data(ready.registration, ready.domain),
            plain=statements.plain(ready.registration),
            metadata=dict(ready.metadata),
            fingerprint=dict(ready.fingerprint),
            deadline=deadline,
            deadline_unix=ready.registration.deadline,
        )


class SignedDraftIn(Model):
    """A draft's statement, signed by its claimant, and its way on chain.

    `log`: it becomes a leaf of the registry's log, which is anchored as a whole; a title is made of it once
    somebody needs one. `registerFor`: the registry carries it, and there is a title at once. `register`: the
    claimant's own account does. `reveal`: the registry commits to its hash at once, and records it a minute
    later with that date.
    """

    draft_id: Annotated[str, Field(min_length=1, max_length=100)]
    signature: BytesValue
    via: Annotated[str, Field(max_length=40)] = "log"
