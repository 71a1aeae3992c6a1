"""The contracts' typed errors as domain errors, by one table; a test holds it equal to the ABIs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from registry.errors import (
    DeadlineExpiredError,
    InvalidProofError,
    InvalidSignatureError,
    InvalidValueError,
    NotAllowedError,
    NotFoundError,
    NotPossibleError,
    NotTitleHolderError,
    OfferUnavailableError,
    PriceOverLimitError,
    RegistryError,
    StaleOfferError,
    TitleFrozenError,
    TooEarlyError,
    TooLateError,
    TransactionRejectedError,
)
from registry.model import ZERO_ADDRESS, Address, DisputeId, GrantId, Hash32, WorkId, from_unix
from registry.statements import LAST_PRINTABLE_SECOND


def _deadline(deadline: int, _: int) -> RegistryError:
    return DeadlineExpiredError(from_unix(deadline))


def _signature(signer: str, _: bytes) -> RegistryError:
    return InvalidSignatureError(Address(signer))


def _holder(work_id: int, holder: str, licensor: str) -> RegistryError:
    return NotTitleHolderError(str(WorkId.from_int(work_id)), Address(licensor), Address(holder))


def _series(_: int, current: int, offered: int) -> RegistryError:
    return StaleOfferError(offered, current)


def _work(work_id: int) -> RegistryError:
    return NotFoundError("work", str(WorkId.from_int(work_id)))


def _grant(grant_id: int) -> RegistryError:
    return NotFoundError("grant", str(GrantId.from_int(grant_id)))


def _unavailable(reason: str) -> Callable[..., RegistryError]:
    return lambda *_: OfferUnavailableError(reason)


def _invalid(name: str, problem: str) -> Callable[..., RegistryError]:
    return lambda *values: InvalidValueError(name, problem.format(*values))


def _rejected(reason: str) -> Callable[..., RegistryError]:
    return lambda *_: TransactionRejectedError(reason)


def _early(what: str, place: int) -> Callable[..., RegistryError]:
    return lambda *values: TooEarlyError(what, _when(values[place]))


def _late(what: str, place: int) -> Callable[..., RegistryError]:
    return lambda *values: TooLateError(what, _when(values[place]))


def _when(seconds: int) -> datetime | None:
    return from_unix(seconds) if 0 < seconds <= LAST_PRINTABLE_SECOND else None


def _only(who: str, *places: int) -> Callable[..., RegistryError]:
    """Who may and who called stand at `places`; the first is absent where the error does not name it."""

    def told(*values: Any) -> RegistryError:  # the error's own values
        *account, sender = (Address(values[place]) for place in places)
        named = account[0] if account and account[0] != ZERO_ADDRESS else None
        return NotAllowedError(who, named, sender)

    return told


def _impossible(reason: str) -> Callable[..., RegistryError]:
    return lambda *values: NotPossibleError(reason.format(*values))


def _proof(problem: str) -> Callable[..., RegistryError]:
    return lambda *values: InvalidProofError(problem.format(*values))


def _frozen(work_id: int, until: int) -> RegistryError:
    return TitleFrozenError(str(WorkId.from_int(work_id)), from_unix(until))


def _unknown_dispute(dispute_id: int) -> RegistryError:
    return NotFoundError("dispute", str(DisputeId.from_int(dispute_id)))


def _unknown_commitment(commitment: bytes) -> RegistryError:
    return NotFoundError("commitment", str(Hash32(commitment)))


# Each typed error of the contracts and what it says to a caller; a test holds this table equal to the ABIs.
CONTRACT_ERRORS: Mapping[str, Callable[..., RegistryError]] = {
    # statements
    "DeadlinePassed": _deadline,
    "SeriesChanged": _series,
    "InvalidSignature": _signature,
    "NotClaimant": _rejected("not-claimant"),
    "NotLicensor": _rejected("not-licensor"),
    "NotTitleHolder": _holder,
    "ParentsNotAscending": _invalid("parents", "must be strictly ascending"),
    "SequenceNotNext": _invalid("sequence", "the next is {1}, not {2}"),
    "TooManyParents": _invalid("parents", "{0} of at most {1}"),
    "UnknownGrant": _grant,
    "UnknownWork": _work,
    # offers
    "CarrierMismatch": _invalid("carrier", "a carrier and its share go together"),
    "ExclusiveUntil": _unavailable("an exclusive grant runs"),
    "GrantsLiveUntil": _unavailable("it is exclusive and other grants run"),
    "LicenseeNotAllowed": _unavailable("it is for another licensee"),
    "NotAToken": _invalid("currency", "there is no token at {0}"),
    "OfferClosed": _unavailable("its window is over"),
    "OfferIsCancelled": _unavailable("it is cancelled"),
    "OfferNotYetOpen": _unavailable("its window has not begun"),
    "PriceAboveLimit": PriceOverLimitError,
    "PriceTooLarge": _invalid("price", "{0} is over {1}"),
    "RateTooLarge": _invalid("royalty_bps", "{0} is over {1}"),
    "SoldOut": _unavailable("it is sold out"),
    "UnknownFlags": _invalid("flags", "unknown bits in {0}"),
    "WrongValue": _invalid("value", "{1} wei sent instead of {0}"),
    "ZeroDuration": _invalid("duration", "must be positive"),
    "ZeroLicensee": _invalid("licensee", "must not be zero"),
    "ZeroMaxGrants": _invalid("max_grants", "must be positive"),
    "ParentLicenceEnded": _unavailable("a licence that the work needs for a parent has ended"),
    "RoyaltiesTooHigh": _invalid("royalty_bps", "parents and carrier together would receive {0} of {1}"),
    "SalesStopped": _unavailable("sales are stopped for good"),
    "SalesStoppedUntil": _unavailable("sales are stopped while a dispute is decided"),
    "TermsNotShared": _unavailable("a parent wants the work licensed under the parent's terms"),
    # the ways in
    "AlreadyRegistered": _impossible("the work is recorded, and what is recorded stays recorded"),
    "AnchoredAfterDeadline": _late("the statement was logged after its deadline", 0),
    "BatchLengthsDiffer": _invalid("signatures", "{1} for {0} registrations"),
    "CommitmentTooYoung": _early("the commitment is too young", 0),
    "DeclarationIsCancelled": _impossible("the claimant has withdrawn every signature over this declaration"),
    "LeafOutOfRange": _proof("leaf {0} of {1}"),
    "LogNotGrown": _invalid("size", "{1} is not more than {0}"),
    "NotAnchored": _proof("{0} never anchored such a root"),
    "UnknownCommitment": _unknown_commitment,
    "WrongProofLength": _proof("{0} siblings"),
    "WrongRoot": _proof("it leads elsewhere"),
    # lost accounts
    "NotSuccessor": _only("the successor that the account named", 1, 2),
    "RecoveryAlreadyStarted": _impossible("the recovery runs already"),
    "RecoveryDelayTooShort": _invalid("delay", "{0} seconds, at least {1} are needed"),
    "RecoveryIsComplete": _late("the account did not object in time", 1),
    "RecoveryNotComplete": _early("the account can still object", 1),
    "RecoveryNotStarted": _impossible("no recovery runs"),
    # derivatives
    "AlreadyLinked": _impossible("the work has a licence for this parent; renew it"),
    "DerivativesNotAllowed": _impossible("the licence does not allow derivatives"),
    "GrantBound": _impossible("the licence backs a derivative, so it can neither move nor be refunded"),
    "GrantNotLive": _impossible("the licence has ended"),
    "NotGrantHolder": _only("the holder of the licence", 1, 2),
    "NotLinked": _impossible("the work has no licence for this parent that could be renewed"),
    "NotLonger": _impossible("a licence is renewed by one that runs longer"),
    "NotParent": _invalid("parent_index", "the work declares no such parent at {1}"),
    "TermsConflict": _impossible("two parents want the work licensed under different terms"),
    # shares and payments
    "ContributorsNotAscending": _invalid("contributors", "must be strictly ascending"),
    "EpochNotNext": _invalid("epoch", "the next is {1}, not {2}"),
    "NotLicenseLedger": _only("the licence ledger", 0),
    "NotOwnMoney": _only("whose money it is", 0, 1),
    "NotRoyaltyVault": _only("the vault", 0),
    "NotWorkRegistry": _only("the work registry", 0),
    "NotYetReleasable": _early("the payment is not due", 1),
    "ReceiverNotAllowed": _invalid("receiver", "{0} would keep it for nobody"),
    "RevenueHeld": _early("a dispute about the title is decided, and royalties wait", 1),
    "NothingEscrowed": _impossible("nothing waits for this licence: it was free, released or refunded"),
    "SharesTooHigh": _invalid("bps", "{0} of {1}"),
    "TableLengthsDiffer": _invalid("bps", "{1} shares for {0} contributors"),
    "TooManyContributors": _invalid("contributors", "{0} of at most {1}"),
    "UnknownRow": _invalid("row", "{0} of {1}"),
    "WrongSignatureCount": _invalid("signatures", "{1} of {0}"),
    "WrongTable": _invalid("table", "this is not table {1} of the work"),
    "ZeroReceiver": _invalid("receiver", "must not be zero"),
    "ZeroShare": _invalid("bps", "{0} has no share"),
    # disputes
    "AlreadyAdmitted": _impossible("the dispute was admitted before"),
    "AlreadyAnswered": _impossible("the holder has answered"),
    "AnotherIsAdmitted": _impossible("another dispute about the title is admitted"),
    "AnswerTimeOver": _late("the time to answer is over", 1),
    "AnswerTimeRuns": _early("the holder has time to answer", 1),
    "AssigneeHoldsTitle": _invalid("assignee", "{1} holds the title already"),
    "DisputeEnded": _impossible("the dispute has ended"),
    "DisputeStillOpen": _early("a dispute lapses once nobody can rule on it any more", 1),
    "DisputeTimedOut": _late("the time for a ruling is over", 1),
    "EvidenceAlreadyUsed": _impossible("this account brought this evidence against this work before"),
    "GrantOfOtherWork": _invalid("bad_faith", "a licence of another work"),
    "NoAssignee": _impossible("the dispute named nobody who should receive the title"),
    "NotAdmitted": _impossible("a dispute is admitted before it is upheld"),
    "NotAnOutcome": _invalid("outcome", "must be dismissed, upheld or assigned"),
    "NotArbiter": _only("the arbiter of the dispute", 0, 1),
    "NotCandidate": _only("who was named to follow the arbiter", 0, 1),
    "NotDisputeDesk": _only("the dispute desk", 0),
    "NotRefundable": _late("no upheld dispute covers the payment, or it could be taken back until then", 1),
    "OutcomeEndsNoGrants": _invalid("bad_faith", "a dismissed dispute ends no licences"),
    "PeriodsOutOfOrder": _rejected("contract-fault"),
    "TitleFrozen": _frozen,
    "TitleMovedOn": _impossible("the title has moved on since the dispute was opened"),
    "TooManyGrants": _invalid("bad_faith", "{0} of at most {1}"),
    "UnknownDispute": _unknown_dispute,
    "WrongBond": _invalid("bond", "{1} wei sent instead of {0}"),
    "ZeroArbiter": _rejected("contract-fault"),
    # money and tokens
    "CoinNotAccepted": _invalid("value", "this takes no coin"),
    "FailedCall": _rejected("payment-failed"),
    "GrantLocked": _rejected("grant-locked"),
    "InsufficientBalance": _rejected("insufficient-balance"),
    "ReentrancyGuardReentrantCall": _rejected("reentrant-call"),
    "SafeERC20FailedOperation": _rejected("token-transfer-failed"),
    "WrongTokenBalance": _rejected("token-moved-another-amount"),
    # the ERC-721 base
    "AccountBalanceOverflow": _rejected("account-balance-overflow"),
    "BalanceQueryForZeroAddress": _rejected("zero-address"),
    "NotOwnerNorApproved": _rejected("not-owner-nor-approved"),
    "TokenAlreadyExists": _rejected("token-already-exists"),
    "TokenDoesNotExist": _rejected("token-does-not-exist"),
    "TransferFromIncorrectOwner": _rejected("transfer-from-incorrect-owner"),
    "TransferToNonERC721ReceiverImplementer": _rejected("receiver-refuses"),
    "TransferToZeroAddress": _rejected("zero-address"),
    # text helpers that only a fault in the contracts could reach
    "InvalidShortString": _rejected("contract-fault"),
    "StringTooLong": _rejected("contract-fault"),
}
