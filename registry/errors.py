"""Domain failures: each a class with a stable `code` and the facts a caller needs. No HTTP in here."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar


class RegistryError(Exception):
    """A failure that a caller can cause or must expect."""

    code: ClassVar[str] = "internal"

    def __init__(self, message: str, **facts: object) -> None:
        super().__init__(message)
        self.message = message
        self.facts = facts


# --- values and documents ---------------------------------------------------------------------------------


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


# --- files and decoding -----------------------------------------------------------------------------------


class EmptyFileError(RegistryError):
    """The file has no bytes."""

    code = "empty-file"

    def __init__(self) -> None:
        super().__init__("the file is empty")


class FileTooLargeError(RegistryError):
    """The file passes the upload limit."""

    code = "file-too-large"

    def __init__(self, limit_bytes: int) -> None:
        super().__init__(f"the file is larger than {limit_bytes} bytes", limit_bytes=limit_bytes)


class MediaTooLargeError(RegistryError):
    """The file would decode to more pixels, frames or seconds than is accepted."""

    code = "media-too-large"

    def __init__(self, quantity: str, found: int, limit: int) -> None:
        super().__init__(
            f"{found} {quantity} are over the limit of {limit}", quantity=quantity, found=found, limit=limit
        )


class UnsupportedMediaError(RegistryError):
    """No medium recognises the file."""

    code = "unsupported-media"

    def __init__(self, problem: str) -> None:
        super().__init__(f"the file is not of a supported kind: {problem}", problem=problem)


class UndecodableMediaError(RegistryError):
    """The file claims to be of a supported kind, and is damaged or truncated."""

    code = "undecodable-media"

    def __init__(self, medium: str, problem: str) -> None:
        super().__init__(f"the {medium} cannot be decoded: {problem}", medium=medium, problem=problem)


class DecoderTimeoutError(RegistryError):
    """Decoding took longer than is allowed and was stopped."""

    code = "decoder-timeout"

    def __init__(self, limit_seconds: int) -> None:
        super().__init__(f"decoding took longer than {limit_seconds} s", limit_seconds=limit_seconds)


class DecoderMemoryError(RegistryError):
    """Decoding asked for more memory than is allowed."""

    code = "decoder-out-of-memory"

    def __init__(self, limit_bytes: int) -> None:
        super().__init__(
            f"decoding asked for more than {limit_bytes} bytes of memory", limit_bytes=limit_bytes
        )


class DecoderCrashedError(RegistryError):
    """The decoder process died."""

    code = "decoder-crashed"

    def __init__(self, signal_or_exit: int) -> None:
        super().__init__(f"the decoder died ({signal_or_exit})", signal_or_exit=signal_or_exit)


# --- statements and signatures ----------------------------------------------------------------------------


class InvalidSignatureError(RegistryError):
    """The signature is not the named signer's over this statement on this chain and contract."""

    code = "invalid-signature"

    def __init__(self, expected: str, recovered: str | None = None) -> None:
        detail = f", but by {recovered}" if recovered else ""
        super().__init__(
            f"the statement is not signed by {expected}{detail}", expected=expected, recovered=recovered
        )


class DeadlineExpiredError(RegistryError):
    """The statement's deadline has passed."""

    code = "deadline-expired"

    def __init__(self, deadline: datetime) -> None:
        super().__init__(f"the deadline {deadline:%Y-%m-%d %H:%M:%S} UTC has passed", deadline=deadline)


class AlreadyRegisteredError(RegistryError):
    """The claimant has already declared these bytes."""

    code = "already-registered"

    def __init__(self, work_id: str, registered_at: datetime) -> None:
        super().__init__(
            f"work {work_id} was registered at {registered_at:%Y-%m-%d %H:%M} UTC",
            work_id=work_id,
            registered_at=registered_at,
        )


class UnansweredMatchesError(RegistryError):
    """The similarity report has matches that the claimant has not answered."""

    code = "unanswered-matches"

    def __init__(self, work_ids: list[str]) -> None:
        super().__init__(f"{len(work_ids)} similar works are unanswered", work_ids=work_ids)


class InvalidAnswerError(RegistryError):
    """An answer does not fit the match it answers."""

    code = "invalid-answer"

    def __init__(self, work_id: str, problem: str) -> None:
        super().__init__(f"answer for {work_id}: {problem}", work_id=work_id, problem=problem)


class DraftNotReadyError(RegistryError):
    """The draft's matches have not been answered, so there is nothing signed to record."""

    code = "draft-not-ready"

    def __init__(self, draft_id: str) -> None:
        super().__init__(f"draft {draft_id} has no answers yet", draft_id=draft_id)


class UnsupportedWayError(RegistryError):
    """This registry does not take that way in (`via`)."""

    code = "unsupported-way"

    def __init__(self, via: str, supported: list[str]) -> None:
        super().__init__(f"via {via!r} is not one of {', '.join(supported)}", via=via, supported=supported)


# --- records ----------------------------------------------------------------------------------------------


class NotFoundError(RegistryError):
    """Nothing of that id is visible to the caller."""

    code = "not-found"

    def __init__(self, what: str, identifier: str) -> None:
        super().__init__(f"there is no {what} {identifier}", what=what, identifier=identifier)


class InvalidCursorError(RegistryError):
    """The cursor was not made by this list."""

    code = "invalid-cursor"

    def __init__(self) -> None:
        super().__init__("the cursor was not made by this list")


# --- licensing --------------------------------------------------------------------------------------------


class NotTitleHolderError(RegistryError):
    """The licensor does not hold the title."""

    code = "not-title-holder"

    def __init__(self, work_id: str, licensor: str, holder: str | None) -> None:
        super().__init__(
            f"{licensor} does not hold the title of {work_id}",
            work_id=work_id,
            licensor=licensor,
            holder=holder,
        )


class StaleOfferError(RegistryError):
    """The title has moved to another series since the offer was signed."""

    code = "stale-offer"

    def __init__(self, offer_series: int, title_series: int) -> None:
        super().__init__(
            f"the offer was signed for series {offer_series}, the title is at {title_series}",
            offer_series=offer_series,
            title_series=title_series,
        )


class OfferUnavailableError(RegistryError):
    """The offer is cancelled, sold out, outside its window, or barred by an exclusive grant."""

    code = "offer-unavailable"

    def __init__(self, reason: str) -> None:
        super().__init__(f"the offer is not available: {reason}", reason=reason)


class PriceOverLimitError(RegistryError):
    """The price is over the buyer's limit."""

    code = "price-over-limit"

    def __init__(self, price_wei: int, limit_wei: int) -> None:
        super().__init__(
            f"the price of {price_wei} wei is over the limit of {limit_wei} wei",
            price_wei=str(price_wei),
            limit_wei=str(limit_wei),
        )


# --- chain, store and the process -------------------------------------------------------------------------


class ChainUnavailableError(RegistryError):
    """The chain does not answer; nothing was sent, safe to retry."""

    code = "chain-unavailable"

    def __init__(self, problem: str) -> None:
        super().__init__(f"the chain does not answer: {problem}", problem=problem)


class ChainMismatchError(RegistryError):
    """The node serves another chain than the one configured."""

    code = "chain-mismatch"

    def __init__(self, expected: int, found: int) -> None:
        super().__init__(f"expected chain {expected}, found {found}", expected=expected, found=found)


class TransactionRejectedError(RegistryError):
    """The node or the contract refuses the transaction; it has no effect."""

    code = "transaction-rejected"

    def __init__(self, reason: str, **facts: object) -> None:
        super().__init__(f"the transaction is refused: {reason}", reason=reason, **facts)


class DeepReorgError(RegistryError):
    """A block that was final is gone: synchronising stops and a person must look."""

    code = "deep-reorg"

    def __init__(self, block_number: int) -> None:
        super().__init__(f"final block {block_number} is no longer on the chain", block_number=block_number)


class ChainInUseError(RegistryError):
    """Another process holds the embedded chain."""

    code = "chain-in-use"

    def __init__(self, pid: int | None) -> None:
        super().__init__(f"the embedded chain is in use by process {pid}", pid=pid)


class DeploymentChangedError(RegistryError):
    """The data folder belongs to another deployment of the contracts."""

    code = "deployment-changed"

    def __init__(self, found: str, expected: str, folder: str) -> None:
        super().__init__(
            f"{folder} belongs to deployment {found}, not {expected}",
            found=found,
            expected=expected,
            folder=folder,
        )


class CodeMismatchError(RegistryError):
    """The code on chain is not the code of the artifacts."""

    code = "code-mismatch"

    def __init__(self, contract: str, address: str) -> None:
        super().__init__(f"the code at {address} is not {contract}", contract=contract, address=address)


class StoreUnavailableError(RegistryError):
    """The store cannot be read or written; nothing was stored, safe to retry."""

    code = "store-unavailable"

    def __init__(self, problem: str) -> None:
        super().__init__(f"the store does not answer: {problem}", problem=problem)


class StorageFullError(RegistryError):
    """No space is left; nothing was stored."""

    code = "storage-full"

    def __init__(self) -> None:
        super().__init__("no space is left to store this")


class BusyError(RegistryError):
    """All workers are taken; try again shortly."""

    code = "busy"

    def __init__(self, what: str) -> None:
        super().__init__(f"{what} is busy; try again shortly", what=what)


class SettingsError(RegistryError):
    """A setting is missing or cannot be used."""

    code = "invalid-settings"

    def __init__(self, name: str, problem: str) -> None:
        super().__init__(f"{name}: {problem}", name=name, problem=problem)


class FaucetDryError(RegistryError):
    """The faucet gives no more coin to this account."""

    code = "faucet-dry"

    def __init__(self, account: str, cap_wei: int) -> None:
        super().__init__(
            f"{account} already holds {cap_wei} wei or more", account=account, cap_wei=str(cap_wei)
        )


class WrongPassphraseError(RegistryError):
    """The passphrase does not open the key."""

    code = "wrong-passphrase"

    def __init__(self, key: str) -> None:
        super().__init__(f"the passphrase does not open key {key}", key=key)


class UnknownKeyError(RegistryError):
    """The keystore has no such key."""

    code = "unknown-key"

    def __init__(self, key: str) -> None:
        super().__init__(f"there is no key {key}", key=key)
