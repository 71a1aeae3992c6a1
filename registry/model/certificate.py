"""What a certificate says of a record: facts alone, gathered by whoever asks for one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from registry.errors import InvalidValueError
from registry.model.values import UINT64_MAX, Address, Hash32, TransactionHash, WorkId
from registry.model.work import ProofLevel, Status

# As long as the metadata allows them (`schemas/metadata.json`); the others follow.
MAX_TITLE, MAX_NAME, MAX_ROLE, MAX_CREATORS = 300, 200, 100, 32
MAX_LINE = 300
MAX_LICENCES = 32
MAX_CONTRACTS = 16
MAX_PICTURE_BYTES = 16_000_000
# A QR code of 300 characters still has modules of half a millimetre at the size it is printed.
_PAGE_URL = re.compile(r"https?://[\x21-\x7e]{1,290}")
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")


@dataclass(frozen=True, slots=True)
class Creator:
    """A name as the claimant gave it, and the part that person had, if told."""

    name: str
    role: str | None = None

    def __post_init__(self) -> None:
        _check_text("creator", self.name, MAX_NAME)
        if self.role is not None:
            _check_text("role", self.role, MAX_ROLE)


@dataclass(frozen=True, slots=True)
class ChainFacts:
    """The chain a record stands on. `contracts` are names and addresses; the rest is None until it is known.

    `leaf_index` counts from 0, as in RFC 6962.
    """

    name: str
    chain_id: int
    contracts: tuple[tuple[str, Address], ...]
    transaction: TransactionHash | None = None
    block_number: int | None = None
    block_hash: Hash32 | None = None
    leaf_index: int | None = None

    def __post_init__(self) -> None:
        _check_text("chain name", self.name)
        if len(self.contracts) > MAX_CONTRACTS:
            raise InvalidValueError("contracts", f"{len(self.contracts)} of at most {MAX_CONTRACTS}")
        for name, _ in self.contracts:
            _check_text("contract name", name)
        for name, number in (
            ("chain_id", self.chain_id),
            ("block_number", self.block_number),
            ("leaf_index", self.leaf_index),
        ):
            if number is not None and not 0 <= number <= UINT64_MAX:
                raise InvalidValueError(name, "not an unsigned 64-bit integer")


@dataclass(frozen=True, slots=True)
class CertificateFacts:
    """One record as it stood at `as_of`.

    Attributes:
        title: As declared; None when the metadata was redacted, and then there are no creators either.
        language: The title's BCP 47 tag, which decides between Chinese, Japanese and Korean letter forms.
        registration_number: Given once the record is final; None before.
        effective_at: The earliest time the record proves; None as long as there is none.
        adverse_claims: How many other claimants declare the same or a similar work.
        compared: Whether more than the file's hash was compared: the registry has seen the file.
        licences: One line an offer, ready for reading.
        page_url: Where the record can be looked up; the QR code holds it.
        picture: PNG bytes of a preview; None for a work that has none.

    Raises:
        InvalidValueError: A field that cannot be printed or contradicts another.
    """

    title: str | None
    creators: tuple[Creator, ...]
    claimant: Address
    work_id: WorkId
    content_hash: Hash32
    proof_level: ProofLevel
    status: Status
    chain: ChainFacts
    page_url: str
    as_of: datetime
    language: str | None = None
    registration_number: str | None = None
    effective_at: datetime | None = None
    adverse_claims: int = 0
    compared: bool = True
    licences: tuple[str, ...] = ()
    picture: bytes | None = None

    def __post_init__(self) -> None:
        self._check_words()
        self._check_lists()
        self._check_times()
        self._check_look()
        if self.adverse_claims < 0:
            raise InvalidValueError("adverse_claims", "cannot be negative")

    def _check_words(self) -> None:
        if self.title is not None:
            _check_text("title", self.title, MAX_TITLE)
        elif self.creators:
            raise InvalidValueError("creators", "a redacted record names none")
        if self.registration_number is not None:
            _check_text("registration_number", self.registration_number)
        if self.language is not None and not _LANGUAGE.fullmatch(self.language):
            raise InvalidValueError("language", "expected a BCP 47 tag")
        if not _PAGE_URL.fullmatch(self.page_url):
            raise InvalidValueError("page_url", "expected http or https, in ASCII, at most 298 characters")

    def _check_lists(self) -> None:
        if len(self.creators) > MAX_CREATORS:
            raise InvalidValueError("creators", f"{len(self.creators)} of at most {MAX_CREATORS}")
        if len(self.licences) > MAX_LICENCES:
            raise InvalidValueError("licences", f"{len(self.licences)} of at most {MAX_LICENCES}")
        for line in self.licences:
            _check_text("licence", line)

    def _check_times(self) -> None:
        for name, moment in (("as_of", self.as_of), ("effective_at", self.effective_at)):
            if moment is not None and moment.utcoffset() != timedelta(0):
                raise InvalidValueError(name, "expected an aware time in UTC")
        if self.effective_at is not None and self.effective_at.astimezone(UTC) > self.as_of:
            raise InvalidValueError("effective_at", "lies after the time the facts were gathered")

    def _check_look(self) -> None:
        if self.picture is not None and not 0 < len(self.picture) <= MAX_PICTURE_BYTES:
            raise InvalidValueError("picture", f"expected 1 to {MAX_PICTURE_BYTES} bytes")


def _check_text(name: str, text: str, longest: int = MAX_LINE) -> None:
    if not 0 < len(text) <= longest:
        raise InvalidValueError(name, f"expected 1 to {longest} characters")
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise InvalidValueError(name, "holds a lone surrogate")
