"""Share tables: proposed, signed by everybody whom they concern, and carried once all have.

Each consent is a signed statement of its own in the journal. What became of a table is not stored: it follows
from the consents, the outbox and the chain.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from registry import statements
from registry.errors import DeadlineExpiredError, InvalidValueError, NotAllowedError, NotPossibleError
from registry.model import Address, ChainEvent, Hash32, SetShares, ShareTable, WorkId, from_unix, to_unix
from registry.ports import Chain, Clock, ConsentEntry, Intent, IntentState, Store, UnitOfWork
from registry.statements import Domain
from registry.usecases import facts
from registry.usecases.carried import Titles
from registry.usecases.quota import Quota
from registry.usecases.records import EXPIRY_GRACE, Title, from_unix_clamped
from registry.usecases.signatures import is_signed_for, require_signed_for
from registry.usecases.tables import current_table

CONSENT_LIFETIME = timedelta(days=14)  # co-authors have to be asked, one by one


class TableStatus(StrEnum):
    """Waiting for signatures, on its way, on chain, or never to get there."""

    COLLECTING = "collecting"
    SENT = "sent"
    SET = "set"
    STALE = "stale"


@dataclass(frozen=True, slots=True)
class TableToSign:
    """A share table made ready, who has to sign it, and the domain that signatures are bound to."""

    table: ShareTable
    signers: tuple[Address, ...]
    domain: Domain


@dataclass(frozen=True, slots=True)
class TableConsents:
    """A share table with the consents it has; `reason` says why it is stale.

    `signed` and `missing` name the holder of the title first, then everybody else in ascending order.
    """

    table: ShareTable
    table_hash: Hash32
    signed: tuple[Address, ...]
    missing: tuple[Address, ...]
    status: TableStatus
    reason: str | None


@dataclass(frozen=True, slots=True)
class _Standing:
    """Where a work stands as far as its shares go."""

    holder: Address
    series: int
    current: ShareTable
    set_hashes: frozenset[Hash32]

    @classmethod
    def of(cls, work_id: WorkId, title: Title, events: Sequence[ChainEvent]) -> _Standing:
        """Read it."""
        hashes = {facts.digest(event, "table_hash") for event in events if event.name == "SharesSet"}
        return cls(title.holder, title.series, current_table(work_id, events), frozenset(hashes))

    def signers(self, table: ShareTable) -> tuple[Address, ...]:
        """Whose signatures it needs: the holder's, then that of everybody in it or in the one before."""
        others = (account for account in table.signers(self.current) if account != self.holder)
        return (self.holder, *others)


@dataclass(frozen=True, slots=True)
class PrepareShares:
    """Who shares how much becomes a table to sign; nothing is stored."""

    store: Store
    chain: Chain
    clock: Clock

    def __call__(self, work_id: WorkId, shares: Mapping[Address, int]) -> TableToSign:
        """`shares` in hundredths of a percent by account; what is left belongs to whoever holds the title.

        Raises:
            NotFoundError: There is no title of that work.
            InvalidValueError: Too many accounts or too much together, or a share of nothing.
        """
        with self.store.read() as unit:
            standing = standing_of(unit, work_id, Titles(self.chain, self.clock))
        accounts = sorted(shares, key=str.lower)
        deadline = to_unix(self.clock.now() + CONSENT_LIFETIME)
        table = ShareTable(
            work_id,
            standing.series,
            standing.current.epoch + 1,
            tuple(accounts),
            tuple(shares[account] for account in accounts),
            deadline,
        )
        domain = statements.domain_of(table, self.chain.contracts)
        return TableToSign(table, standing.signers(table), domain)


@dataclass(frozen=True, slots=True)
class ConsentToShares:
    """Take one signature under a table into the journal; the last one sends the table on its way."""

    store: Store
    chain: Chain
    clock: Clock
    quota: Quota

    def __call__(self, table: ShareTable, signer: Address, signature: bytes) -> TableConsents:
        """Acknowledged means committed. The same consent again changes nothing.

        The holder of the title signs first: otherwise anybody could fill the journal with tables about works
        of others. Whoever has taken over from a lost account signs in its place: `signer` is that account.

        Raises:
            NotFoundError: There is no title of that work.
            InvalidValueError: The signer has no say in it, or it is not the next table.
            NotAllowedError: The holder has not signed yet.
            InvalidSignatureError: The signer did not sign it.
            DeadlineExpiredError, NotPossibleError: It cannot be set any more.
            QuotaSpentError: The registry takes no more from the signer today.
        """
        digest = statements.digest(table, statements.domain_of(table, self.chain.contracts))
        now = self.clock.now()
        with self.store.read() as unit:
            known = self._of_table(unit, table)
            if self._reader.one(unit, table).status is TableStatus.SET:
                return self._reader.one(unit, table)
            self._require_wanted(unit, table, signer, known, now)
        require_signed_for(self.chain, signer, digest, signature)
        valid = {one.signer: one for one in known if one.signer != signer or self._still_holds(one, digest)}
        entry = ConsentEntry(consent_digest(digest, signer, signature), table, signer, signature, now)
        with self.store.write() as unit:
            self._require_wanted(unit, table, signer, self._of_table(unit, table), now)
            if signer not in valid:
                self.quota.spend(unit, signer)
                unit.journal.append(entry)
            intent = sending(self.chain, unit, table, Titles(self.chain, self.clock))
            if intent is not None:
                unit.outbox.put(intent)
        with self.store.read() as unit:
            return self._reader.one(unit, table)

    @property
    def _reader(self) -> ReadShareConsents:
        return ReadShareConsents(self.store, self.chain, self.clock)

    def _of_table(self, unit: UnitOfWork, table: ShareTable) -> list[ConsentEntry]:
        return [one for one in unit.journal.consents_of(table.work_id) if one.table == table]

    def _still_holds(self, consent: ConsentEntry, digest: Hash32) -> bool:
        return is_signed_for(self.chain, consent.signer, digest, consent.signature)

    def _require_wanted(
        self,
        unit: UnitOfWork,
        table: ShareTable,
        signer: Address,
        known: Sequence[ConsentEntry],
        now: datetime,
    ) -> None:
        standing = standing_of(unit, table.work_id, Titles(self.chain, self.clock))
        if table.deadline < to_unix(now):
            raise DeadlineExpiredError(from_unix_clamped(table.deadline))
        following = standing.current.epoch + 1
        if not 1 <= table.epoch <= following:
            raise InvalidValueError("epoch", f"the next is {following}, not {table.epoch}")
        reason = _stale_reason(standing, table, [one.signer for one in known], now)
        if reason is not None:
            raise NotPossibleError(reason)
        if signer not in standing.signers(table):
            raise InvalidValueError("signer", "neither holds the title nor shares by this table or the last")
        if signer != standing.holder and all(one.signer != standing.holder for one in known):
            raise NotAllowedError("the holder of the title, who signs first,", standing.holder, signer)


@dataclass(frozen=True, slots=True)
class ReadShareConsents:
    """Which tables of a work were signed by whom."""

    store: Store
    chain: Chain
    clock: Clock

    def __call__(self, work_id: WorkId) -> list[TableConsents]:
        """Every table that came in, newest first.

        Raises:
            NotFoundError: There is no title of that work.
        """
        with self.store.read() as unit:
            standing = standing_of(unit, work_id, Titles(self.chain, self.clock))
            consents = unit.journal.consents_of(work_id)
            tables = list(dict.fromkeys(one.table for one in reversed(consents)))
            return [self._told(unit, standing, table, consents) for table in tables]

    def one(self, unit: UnitOfWork, table: ShareTable) -> TableConsents:
        """One table, in a unit of work that is open already.

        Raises:
            NotFoundError: There is no title of that work.
        """
        standing = standing_of(unit, table.work_id, Titles(self.chain, self.clock))
        return self._told(unit, standing, table, unit.journal.consents_of(table.work_id))

    def _told(
        self, unit: UnitOfWork, standing: _Standing, table: ShareTable, consents: Sequence[ConsentEntry]
    ) -> TableConsents:
        table_hash = statements.struct_hash(table)
        signed = [one.signer for one in consents if one.table == table]
        if table_hash in standing.set_hashes:
            order = sorted(set(signed), key=str.lower)
            return TableConsents(table, table_hash, tuple(order), (), TableStatus.SET, None)
        wanted = standing.signers(table)
        missing = tuple(account for account in wanted if account not in signed)
        status, reason = TableStatus.COLLECTING, _stale_reason(standing, table, signed, self.clock.now())
        if reason is None and not missing:
            status, reason = self._sent(unit, standing, table, consents)
        return TableConsents(
            table,
            table_hash,
            tuple(account for account in wanted if account in signed),
            missing,
            TableStatus.STALE if reason is not None else status,
            reason,
        )

    def _sent(
        self, unit: UnitOfWork, standing: _Standing, table: ShareTable, consents: Sequence[ConsentEntry]
    ) -> tuple[TableStatus, str | None]:
        intent = _intent(self.chain, standing, table, consents)
        item = unit.outbox.item(intent.key)
        if item is not None and item.state is IntentState.FAILED:
            return TableStatus.STALE, item.problem
        return TableStatus.SENT, None


def standing_of(unit: UnitOfWork, work_id: WorkId, titles: Titles) -> _Standing:
    """Where a work stands as far as its shares go.

    Raises:
        NotFoundError: There is no title of that work.
    """
    _, title = titles.record(unit, work_id)
    return _Standing.of(work_id, title, unit.views.work_events([work_id])[work_id])


def sending(chain: Chain, unit: UnitOfWork, table: ShareTable, titles: Titles) -> Intent | None:
    """The operator's part, once everybody has signed a table that can still be set; None before."""
    standing = standing_of(unit, table.work_id, titles)
    consents = [one for one in unit.journal.consents_of(table.work_id) if one.table == table]
    signed = [one.signer for one in consents]
    complete = all(account in signed for account in standing.signers(table))
    if not complete or _stale_reason(standing, table, signed, titles.clock.now()) is not None:
        return None
    return _intent(chain, standing, table, consents)


def consent_digest(digest: Hash32, signer: Address, signature: bytes) -> Hash32:
    """What names a consent among the journal's statements: all who agree sign the same digest.

    The signature is part of it, because a contract may disown one and sign again.
    """
    return Hash32(hashlib.sha256(digest + bytes.fromhex(signer[2:]) + signature).digest())


def _intent(chain: Chain, standing: _Standing, table: ShareTable, consents: Sequence[ConsentEntry]) -> Intent:
    newest = {one.signer: one.signature for one in consents if one.table == table}
    # The holder's own row needs no second signature, but has its place among the others.
    signatures = tuple(
        b"" if account == standing.holder else newest[account] for account in table.signers(standing.current)
    )
    call = chain.call(SetShares(table, standing.current, newest[standing.holder], signatures))
    # Named by its very bytes: with a newer signature it is another transaction.
    key = Hash32(hashlib.sha256(b"colophon shares " + call.data).digest())
    return Intent(key, call, table.deadline, table.work_id)


def _stale_reason(
    standing: _Standing, table: ShareTable, signed: Sequence[Address], now: datetime
) -> str | None:
    if table.series != standing.series:
        return (
            f"it was made for series {table.series} of the title, which is in series {standing.series}: "
            f"the title has moved since, or its offers were withdrawn"
        )
    if table.epoch != standing.current.epoch + 1:
        return f"the work has table {standing.current.epoch} already"
    if from_unix_clamped(table.deadline) + EXPIRY_GRACE < now:
        return f"its deadline {from_unix(table.deadline):%Y-%m-%d %H:%M:%S} UTC has passed"
    if any(account not in standing.signers(table) for account in signed):
        return "others have to sign than when it was proposed"
    return None
