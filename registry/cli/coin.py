"""Play coin of the embedded chain: asked for, and waited for."""

from __future__ import annotations

import time

from registry.cli.failures import CommandError
from registry.cli.plain import format_wei
from registry.cli.terminal import Terminal
from registry.client import ColophonClient, RpcClient

COIN_SECONDS = 60.0  # a gift travels with the next block, a second away
_POLL_SECONDS = 0.25


def ask_faucet(client: ColophonClient, account: str, terminal: Terminal, *, wait: bool) -> None:
    """`colophon faucet`.

    Raises:
        ProblemError: The account has enough, or this chain has no faucet.
    """
    with RpcClient(f"{client.base_url}/rpc") as node:
        held = node.balance(account)
        given = client.faucet(account).integer("amount_wei")
        if wait:
            held = wait_for_coin(node, account, held, terminal)
    terminal.document({"account": account, "given_wei": str(given), "balance_wei": str(held)})
    terminal.heading(f"{format_wei(given)} of play coin, worth nothing elsewhere")
    terminal.fact("account", account)
    terminal.fact("balance", format_wei(held))
    terminal.closing(f"{client.base_url}/", "colophon buy OFFER --max-price 0.01eth")


def wait_for_coin(node: RpcClient, account: str, before: int, terminal: Terminal) -> int:
    """The balance, once it is over `before`.

    Raises:
        CommandError: It did not rise within a minute.
    """
    deadline = time.monotonic() + COIN_SECONDS
    with terminal.waiting("waiting for the coin"):
        while (held := node.balance(account)) <= before:
            if time.monotonic() > deadline:
                raise CommandError("no-coin", f"the coin for {account} has not arrived")
            time.sleep(_POLL_SECONDS)
    return held
