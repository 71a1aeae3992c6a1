"""Prepare a declaration: fingerprint the file, report what it resembles, take the claimant's answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from registry import schemas, statements
from registry.canonical import canonical_hash, nfc
from registry.errors import (
    AlreadyRegisteredError,
    DraftNotReadyError,
    DraftRecordedError,
    InvalidAnswerError,
    NotFoundError,
    UnansweredMatchesError,
)
from registry.fingerprint import matching
from registry.fingerprint.rates import rate_of
from registry.model import (
    Address,
    Declaration,
    Extraction,
    Hash32,
    Match,
    Registration,
    Verdict,
    WorkId,
    to_unix,
)
from registry.ports import Blobs, Chain, Clock, Draft, Extractor, Ids, Store, UnitOfWork
from registry.statements import Domain
from registry.usecases.records import Record, RecordReader
from registry.usecases.similarity import own_pending, similar
from registry.usecases.viewer import NOBODY, Viewer, receipt_token, token_hash

DRAFT_LIFETIME = timedelta(hours=24)
STATEMENT_LIFETIME = timedelta(hours=6)  # time to get mined on a busy chain; after it one signs again
MAX_MATCHES = 100  # a report is read by a person
ANSWERS = ("acknowledged", "derivative", "adverse-claim")


@dataclass(frozen=True, slots=True)
class Keep:
    """What the claimant asks to be kept beside the fingerprint: a public preview, a private deposit copy."""

    preview: bool = False
    deposit: bool = False


@dataclass(frozen=True, slots=True)
class PreparedDraft:
    """A new draft; `draft_id` is told once, and only its hash is stored.

    `own_pending` are the viewer's own declarations that wait and resemble the file. They are told beside the
    report, which will be public: it names nothing that nobody else may know of.
    """

    draft_id: str
    draft: Draft
    own_pending: tuple[Match, ...]


@dataclass(frozen=True, slots=True)
class PrepareDraft:
    """A file and its facts become a draft with a similarity report."""

    store: Store
    chain: Chain
    extractor: Extractor
    blobs: Blobs
    clock: Clock
    ids: Ids

    def __call__(
        self, file: Path, claimant: Address, facts: Mapping[str, Any], keep: Keep, viewer: Viewer
    ) -> PreparedDraft:
        """Fingerprint `file` and compare it with confirmed works and the viewer's own.

        `facts` are title, creators, and optionally year, language, how_made, usage_preferences.

        Raises:
            InvalidDocumentError: The facts do not make a `colophon.metadata/1`.
            AlreadyRegisteredError: A confirmed work of this claimant has the same bytes.
            EmptyFileError, UnsupportedMediaError, … : As `Extractor.extract`.
        """
        facts = nfc(facts)
        extraction = self.extractor.extract(file)
        schemas.check(
            "metadata", metadata_document(facts, extraction, Hash32(bytes(32)), {}, Hash32(bytes(32)))
        )
        now, draft_id = self.clock.now(), self.ids.token()
        with self.store.read() as unit:
            report = self._report(unit, extraction, claimant)
            own = tuple(own_pending(unit, extraction, viewer, self.blobs.get))
        with self.store.write() as unit:
            # Blobs are put and purged within units, so that no purge takes what a draft is about to name.
            draft = Draft(
                key=token_hash(draft_id),
                created_at=now,
                expires_at=now + DRAFT_LIFETIME,
                claimant=claimant,
                facts=facts,
                extraction=replace(extraction, preview=None),
                report=report,
                preview=self.blobs.put(extraction.preview) if keep.preview and extraction.preview else None,
                deposit=self.blobs.put(file.read_bytes()) if keep.deposit else None,
            )
            unit.drafts.put(draft)
        return PreparedDraft(draft_id, draft, own)

    def _report(self, unit: UnitOfWork, extraction: Extraction, claimant: Address) -> dict[str, Any]:
        matches = similar(unit.index, extraction)
        records = RecordReader(self.chain, self.clock).read(
            unit, [match.work_id for match in matches], NOBODY
        )
        visible = [match for match in matches if match.work_id in records][:MAX_MATCHES]
        for match in visible:
            record = records[match.work_id]
            same = match.judgement.verdict is Verdict.IDENTICAL and record.declaration.claimant == claimant
            if same and record.recorded_at is not None and not record.cancelled:
                raise AlreadyRegisteredError(str(match.work_id), record.recorded_at)
        report = {
            "format": "colophon.report/1",
            "content_hash": str(extraction.content_hash),
            "made_at": to_unix(self.clock.now()),
            "compared": matching.compared(extraction),
            "matches": [_match_document(match, records[match.work_id]) for match in visible],
        }
        schemas.check("report", report)
        return report


@dataclass(frozen=True, slots=True)
class ReadyToSign:
    """What the claimant is asked to sign, the domain it is bound to, and what its hashes name."""

    work_id: WorkId
    registration: Registration
    domain: Domain
    metadata: Mapping[str, Any]
    fingerprint: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class AnswerDraft:
    """The claimant's answer to each match; another answer, or a passed deadline, makes a new statement."""

    store: Store
    chain: Chain
    clock: Clock
    ids: Ids

    def __call__(self, draft_id: str, answers: Mapping[str, str]) -> ReadyToSign:
        """`answers` maps each match's work id to `acknowledged`, `derivative` or `adverse-claim`.

        Raises:
            NotFoundError: There is no such draft, or it has expired.
            DraftRecordedError: A record was made of it: what was signed stands, a new draft can be made.
            UnansweredMatchesError: A match has no answer.
            InvalidAnswerError: An answer to something that is no match, of an unknown kind, or one that does
                not claim where somebody else has declared the very same bytes.
        """
        with self.store.write() as unit:
            draft = open_draft(unit, draft_id, self.clock)
            if unit.journal.registration_by_token(token_hash(receipt_token(draft_id))) is not None:
                raise DraftRecordedError(draft_id)
            if draft.answers != dict(answers) or self._is_spent(draft):
                draft = self._answered(draft, dict(answers))
                unit.drafts.put(draft)
        if draft.registration is None or draft.metadata is None:
            raise DraftNotReadyError(draft_id)
        return ReadyToSign(
            statements.work_id(draft.registration.declaration),
            draft.registration,
            registry_domain(self.chain),
            draft.metadata,
            draft.extraction.record(),
        )

    def _is_spent(self, draft: Draft) -> bool:
        return draft.registration is None or draft.registration.deadline < to_unix(self.clock.now())

    def _answered(self, draft: Draft, answers: dict[str, str]) -> Draft:
        _check_answers(draft, answers)
        parents = sorted(WorkId.parse(work_id) for work_id, kind in answers.items() if kind == "derivative")
        report_hash = Hash32(canonical_hash(draft.report, "colophon.report/1"))
        metadata = metadata_document(draft.facts, draft.extraction, report_hash, answers, self.ids.salt())
        schemas.check("metadata", metadata)
        declaration = Declaration(
            claimant=draft.claimant,
            content_hash=draft.extraction.content_hash,
            fingerprint_hash=draft.extraction.record_hash(),
            metadata_hash=Hash32(canonical_hash(metadata, "colophon.metadata/1")),
            parents=tuple(parents),
        )
        deadline = to_unix(self.clock.now() + STATEMENT_LIFETIME)
        return replace(
            draft, answers=answers, metadata=metadata, registration=Registration(declaration, deadline)
        )


def open_draft(unit: UnitOfWork, draft_id: str, clock: Clock) -> Draft:
    """A draft that has not expired.

    Raises:
        NotFoundError: There is none.
    """
    draft = unit.drafts.get(token_hash(draft_id))
    if draft is None or draft.expires_at <= clock.now():
        raise NotFoundError("draft", draft_id)
    return draft


def registry_domain(chain: Chain) -> Domain:
    """What registrations and supplements are bound to."""
    return Domain("WorkRegistry", chain.contracts.chain_id, chain.contracts.work_registry)


def metadata_document(
    facts: Mapping[str, Any],
    extraction: Extraction,
    report_hash: Hash32,
    answers: Mapping[str, str],
    salt: Hash32,
) -> dict[str, Any]:
    """`colophon.metadata/1` from what the claimant says and what the file shows."""
    return {
        "how_made": "unspecified",
        "usage_preferences": {},
        **facts,
        "format": "colophon.metadata/1",
        "media_type": extraction.media_type,
        "bytes": extraction.byte_size,
        "similarity_report": str(report_hash),
        "answers": dict(answers),
        "salt": str(salt),
    }


def _check_answers(draft: Draft, answers: Mapping[str, str]) -> None:
    matches = {match["work_id"]: match for match in draft.report["matches"]}
    for work_id, kind in answers.items():
        if work_id not in matches:
            raise InvalidAnswerError(work_id, "is not in the similarity report")
        if kind not in ANSWERS:
            raise InvalidAnswerError(work_id, f"{kind!r} is not one of {', '.join(ANSWERS)}")
        match = matches[work_id]
        foreign_bytes = match["verdict"] == Verdict.IDENTICAL and match["claimant"] != draft.claimant
        if foreign_bytes and kind != "adverse-claim":
            raise InvalidAnswerError(
                work_id, "somebody else declared these very bytes: only an adverse claim fits"
            )
    unanswered = sorted(set(matches) - set(answers))
    if unanswered:
        raise UnansweredMatchesError(unanswered)


def _match_document(match: Match, record: Record) -> dict[str, Any]:
    judgement = match.judgement
    document: dict[str, Any] = {
        "work_id": str(match.work_id),
        "claimant": str(record.declaration.claimant),
        "verdict": judgement.verdict.value,
        "distance": judgement.distance,
        "threshold": judgement.threshold,
        "unit": judgement.unit,
        "compared": judgement.compared,
    }
    if judgement.region is not None:
        document["region"] = dict(judgement.region)
    rate = rate_of(judgement)
    if rate is not None:
        document["false_positive_rate"] = rate.document()
    return document
