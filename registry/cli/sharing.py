"""`colophon shares`: who shares a work's revenue, proposed by its holder and signed by everybody."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from registry import statements
from registry.cli.caller import Caller
from registry.cli.consent import statement_to_sign
from registry.cli.failures import CommandError, DishonestRegistryError
from registry.cli.naming import work_named
from registry.cli.plain import parse_percent
from registry.cli.records import held_title
from registry.cli.signing import agree_to_sign, sign
from registry.cli.told import table_told
from registry.client import Answer
from registry.errors import InvalidValueError
from registry.model import Address, ShareTable, WorkId
from registry.statements import percent

if TYPE_CHECKING:
    from eth_account.signers.local import LocalAccount

_LONGEST_SECONDS = 30 * 86_400  # co-authors are asked one by one
_COLLECTING = "collecting"


def propose(caller: Caller, work: str, shares: Sequence[str]) -> None:
    """Make a table of what is typed, sign it as the title's holder, and hand it in."""
    work_id, wanted = work_named(work), shares_typed(shares)
    account = caller.session.keys.unlock(caller.address())
    series = held_title(caller.client.work(str(work_id))).integer("series")
    epoch = caller.client.revenue(str(work_id)).inner("shares").integer("epoch") + 1
    accounts = sorted(wanted, key=str.lower)
    table = ShareTable(work_id, series, epoch, tuple(accounts), tuple(wanted[one] for one in accounts), 0)
    proposal = caller.client.prepare_shares(str(work_id), {str(one): wanted[one] for one in accounts})
    domain = statements.domain_of(table, caller.session.contracts())
    table = statement_to_sign(proposal.inner("typed_data"), domain, table, _LONGEST_SECONDS)
    _consent(caller, account, table, proposal.inner("table"), Address(account.address))


def sign_table(caller: Caller, work: str, table_hash: str | None) -> None:
    """Sign a table that lacks the caller's signature, or that of a lost account it has taken over from.

    Raises:
        CommandError: None does, or several do and none was named.
    """
    work_id, address = work_named(work), caller.address()
    waiting = {
        told.text("table_hash"): (told, place)
        for told in caller.client.share_consents(str(work_id)).items_of("tables")
        if told.text("status") == _COLLECTING and table_hash in (None, told.text("table_hash"))
        if (place := _place_of(caller, address, told)) is not None
    }
    if not waiting:
        raise CommandError(
            "nothing-to-sign",
            f"no share table of {work_id} waits for {address}",
            f"see them: colophon shares show {work_id}",
        )
    if len(waiting) > 1:
        named = ", ".join(sorted(waiting))
        raise CommandError("which-table", f"several tables wait ({named}): say which with --table")
    [(named, (told, place))] = waiting.items()
    document = told.inner("table")
    fields = {**document, "deadline_unix": document.get("deadline"), "table_hash": named}
    table = table_told(Answer(fields, "table"), work_id)
    _consent(caller, caller.session.keys.unlock(address), table, document, place)


def show_tables(caller: Caller, work: str) -> None:
    """The table that shares revenue now, and those that were proposed."""
    work_id, terminal = work_named(work), caller.terminal
    current = caller.client.revenue(str(work_id)).inner("shares")
    told = caller.client.share_consents(str(work_id))
    terminal.document({"current": current, **told})
    terminal.heading(f"Shares of work {work_id}")
    _tell_rows(caller, current)
    terminal.fact("note", f"shares are of what is left {statements.PAID_BEFORE_TABLES}")
    for proposed in told.items_of("tables"):
        _tell_consents(caller, proposed)
    terminal.closing(caller.session.page(str(work_id)), f"colophon shares sign {work_id}")


def shares_typed(texts: Sequence[str]) -> dict[Address, int]:
    """`ACCOUNT=PERCENT` of the command line, as hundredths of a percent by account.

    Raises:
        InvalidValueError: Another form, or an account named twice.
    """
    shares: dict[Address, int] = {}
    for text in texts:
        account, _, part = text.partition("=")
        address = Address(account)
        if address in shares:
            raise InvalidValueError("shares", f"{address} is named twice")
        shares[address] = parse_percent(part)
    return shares


def _place_of(caller: Caller, address: Address, told: Answer) -> Address | None:
    """Whose signature a table lacks that the caller can give; the registry says who has taken over."""
    missing = [Address(account) for account in told.get("missing") or []]
    if address in missing:
        return address
    return next((account for account in missing if _follows(caller, address, account)), None)


def _follows(caller: Caller, address: Address, lost: Address) -> bool:
    recovery = caller.client.account(lost).optional_inner("recovery")
    started = recovery is not None and recovery.optional_text("started_at") is not None
    return recovery is not None and started and recovery.text("successor") == address


def _consent(
    caller: Caller, account: LocalAccount, table: ShareTable, document: Answer, place: Address
) -> None:
    """Sign what was checked, in the place of an account: the caller's own, or one it has taken over from.

    The document goes back as it came: a false one would not fit the signature.
    """
    terminal, work_id = caller.terminal, table.work_id
    domain = statements.domain_of(table, caller.session.contracts())
    agree_to_sign(terminal, [statements.plain(table)], domain, "revenue is shared as before")
    signature = sign(account, statements.digest(table, domain))
    told = caller.client.consent_to_shares(str(work_id), document, place, signature)
    if told.text("table_hash") != str(statements.struct_hash(table)):
        raise DishonestRegistryError("the registry took another table than the one that was signed")
    told = _until_set(caller, work_id, told)
    terminal.document(told)
    _tell_consents(caller, told)
    missing = told.get("missing")
    following = f"colophon shares sign {work_id}" if missing else f"colophon revenue {work_id}"
    terminal.closing(caller.session.page(str(work_id)), following)


def _until_set(caller: Caller, work_id: WorkId, told: Answer) -> Answer:
    """The table once it is recorded, if it has all signatures and the caller waits."""
    if told.get("missing") or not caller.wait:
        return told
    table_hash = told.text("table_hash")

    def look() -> Answer | None:
        for one in caller.client.share_consents(str(work_id)).items_of("tables"):
            if one.text("table_hash") == table_hash and one.text("status") in ("set", "stale"):
                return one
        return None

    with caller.terminal.waiting("waiting for the chain"):
        return caller.session.poll(look, f"colophon shares show {work_id}") or told


def _tell_consents(caller: Caller, told: Answer) -> None:
    terminal = caller.terminal
    terminal.heading(f"Table {told.text('table_hash')}: {told.text('status')}")
    table = told.optional_inner("table")
    if table is not None:
        _tell_rows(caller, table)
    for label in ("signed", "missing"):
        for account in told.get(label) or []:
            terminal.fact(label, account)
    if told.optional_text("reason"):
        terminal.fact("because", told.text("reason"))


def _tell_rows(caller: Caller, table: Answer) -> None:
    rows = table.items_of("contributors")
    for row in rows:
        caller.terminal.fact(percent(row.integer("bps")), row.text("account"))
    rest = 10_000 - sum(row.integer("bps") for row in rows)
    caller.terminal.fact(percent(rest), "whoever holds the title")
