"""Acts of the caller's own account: read aloud, agreed to, signed here, sent, waited for, and told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from registry import statements
from registry.chain.calls import call_of
from registry.cli.caller import Caller
from registry.cli.failures import CommandError
from registry.cli.happenings import in_words
from registry.cli.plain import format_wei, parse_wei
from registry.cli.transactions import Wallet, gas_limit_of, node_url
from registry.client import Answer, ProblemError, RpcClient
from registry.model import Act, Contracts

if TYPE_CHECKING:
    from eth_account.signers.local import LocalAccount


@dataclass(frozen=True, slots=True)
class Ending:
    """How a command ends: its heading, where to look, what to type next, and facts for a script."""

    heading: str
    page: str
    following: str
    facts: dict[str, Any] = field(default_factory=dict)


def perform(
    caller: Caller, acts: Sequence[Act], ending: Ending, account: LocalAccount | None = None
) -> list[Answer]:
    """Do what the acts say, in their order; what became of each transaction.

    `account` is the caller's key where it was unlocked before.

    Raises:
        CommandError: The caller does not agree, gas costs too much, or the chain refused a transaction that
            it had been expected to take.
        RegistryError: The contract refuses an act, with the domain error that its own stands for.
    """
    sent = send(caller, acts, account)
    outcomes = [_outcome(caller, one, ending.following) for one in sent]
    _tell(caller, outcomes, ending)
    failed = [one.text("transaction_hash") for one in outcomes if one.text("status") == "failed"]
    if failed:
        raise CommandError("transaction-failed", f"the chain refused transaction {failed[0]}: it did nothing")
    return outcomes


def send(caller: Caller, acts: Sequence[Act], account: LocalAccount | None = None) -> list[str]:
    """Read the acts aloud, and sign and send each if the caller agrees; the transactions' hashes.

    `account` is the caller's key where it was unlocked before.
    """
    contracts = caller.session.contracts()
    address, limit = caller.address(), parse_wei(caller.max_gas_cost)
    _agree(caller, acts, contracts, limit)
    account = account or caller.session.keys.unlock(address)
    with RpcClient(node_url(caller.client, caller.rpc, contracts.chain_id)) as node:
        wallet = Wallet(account, node, contracts.chain_id, limit, caller.terminal)
        wallet.need(sum(act.value for act in acts) + limit, caller.client)
        sent = []
        for act in acts:
            sent.append(wallet.send(call_of(contracts, act), gas_limit_of(act)))
            caller.terminal.note(f"sent: transaction {sent[-1]}")
    return sent


def _agree(caller: Caller, acts: Sequence[Act], contracts: Contracts, limit: int) -> None:
    terminal = caller.terminal
    terminal.note("You send:")
    for act in acts:
        terminal.note(f"  {statements.plain_act(act)}")
        terminal.note(f"  To chain {contracts.chain_id}, contract {contracts.addresses[act.contract]}.")
        if act.value:
            terminal.note(f"  {format_wei(act.value)} go with it.")
    terminal.note(f"  Gas costs at most {format_wei(limit * len(acts))}.")
    if not terminal.agrees("Send this?" if len(acts) == 1 else "Send these?"):
        raise CommandError("not-sent", "nothing was signed, nothing is sent")


def _outcome(caller: Caller, transaction: str, later: str) -> Answer:
    waiting = Answer({"transaction_hash": transaction, "status": "pending", "gas_used": None, "events": []})
    if not caller.wait:
        return waiting

    def look() -> Answer | None:
        try:
            found = caller.client.transaction(transaction)
        except ProblemError as problem:
            if problem.code != "not-found":
                raise
            return None
        return None if found.text("status") == "pending" else found

    with caller.terminal.waiting("waiting for the chain"):
        return caller.session.poll(look, later) or waiting


def _heading(outcomes: list[Answer], ending: Ending) -> str:
    if any(one.text("status") != "mined" for one in outcomes):
        return "Not every transaction is taken in"
    if not any(one.items_of("events") for one in outcomes):
        return "Nothing changed: it was so before"
    return ending.heading


def _tell(caller: Caller, outcomes: list[Answer], ending: Ending) -> None:
    terminal = caller.terminal
    terminal.document({"transactions": outcomes, **ending.facts})
    terminal.heading(_heading(outcomes, ending))
    for name, value in ending.facts.items():
        for one in value if isinstance(value, list) else [value]:
            terminal.fact(name, one)
    for outcome in outcomes:
        terminal.fact("transaction", f"{outcome.text('transaction_hash')}, {outcome.text('status')}")
        for words in filter(None, map(in_words, outcome.items_of("events"))):
            terminal.fact("", words)
        if outcome.get("gas_used") is not None:
            terminal.fact("gas used", f"{outcome.integer('gas_used'):,}")
    terminal.closing(ending.page, ending.following)
