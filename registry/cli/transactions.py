"""Transactions of the caller's own account: made here from what was checked, signed, and sent."""

from __future__ import annotations

import time
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

from eth_utils.crypto import keccak

from registry.chain.failures import decode_revert, revert_data
from registry.chain.wire import RpcError
from registry.cli.coin import wait_for_coin
from registry.cli.failures import CommandError
from registry.cli.plain import format_wei
from registry.cli.signing import sign_transaction
from registry.cli.terminal import Terminal
from registry.client import ColophonClient, LostRegistryError, NodeRefusedError, NoNodeError, RpcClient
from registry.model import Act, Address, Call, Fees, TransactionRequest

if TYPE_CHECKING:
    from eth_account.signers.local import LocalAccount

# Twice what the dearest of them (a purchase, everything cold) uses: more is not one of our contracts' calls.
GAS_LIMIT = 400_000
# An act over a list costs so much more for each item; the dearest is a payment that goes to eight parents.
GAS_LIMIT_PER_ITEM = 300_000
_GAS_MARGIN_PERCENT = 110
EMBEDDED_CHAIN_ID = 31337
_TRIES = 3
_PAUSE_SECONDS = 1.0


def gas_limit_of(act: Act) -> int:
    """More gas than the act can use if it is what it says."""
    values = [getattr(act, one.name) for one in fields(act)]
    return GAS_LIMIT + GAS_LIMIT_PER_ITEM * sum(len(value) for value in values if isinstance(value, tuple))


@dataclass(frozen=True, slots=True)
class Wallet:
    """One account of the caller's on one chain, reached through a node."""

    account: LocalAccount
    node: RpcClient
    chain_id: int
    max_fee_wei: int
    terminal: Terminal

    @property
    def address(self) -> Address:
        """The account."""
        return Address(self.account.address)

    def send(self, call: Call, gas_limit: int = GAS_LIMIT) -> str:
        """Sign and send a call that was checked; the transaction's hash.

        Raises:
            CommandError: The node is of another chain, or the gas costs more than the caller allows.
            RegistryError: The contract refuses the call, with the domain error that its own stands for.
            NodeRefusedError: The call would fail otherwise, or the account cannot pay.
        """
        found = self.node.chain_id()
        if found != self.chain_id:
            raise CommandError("chain-mismatch", f"{self.node.url} is chain {found}, not {self.chain_id}")
        estimate = self._estimate(call)
        gas = estimate * _GAS_MARGIN_PERCENT // 100
        tip = self.node.priority_fee()
        # Twice the base fee outlives five full blocks in a row, each of which adds an eighth (EIP-1559).
        fees = Fees(2 * self.node.base_fee() + tip, tip)
        cost = gas * fees.max_fee
        if gas > gas_limit or cost > self.max_fee_wei:
            raise CommandError(
                "gas-over-limit",
                f"gas would cost up to {format_wei(cost)}, over the limit of {format_wei(self.max_fee_wei)}",
                "allow more with --max-gas-cost",
            )
        nonce = self.node.next_nonce(self.address)
        request = TransactionRequest(self.chain_id, self.address, nonce, call, gas, fees)
        return self._hand_over(sign_transaction(self.account, request))

    def _estimate(self, call: Call) -> int:
        try:
            return self.node.estimate_gas(self.address, call.to, call.data, call.value)
        except NodeRefusedError as problem:
            error = RpcError(problem.number, problem.message, problem.data)
            payload = revert_data(error)
            if not payload:
                raise
            raise decode_revert(payload) from problem

    def _hand_over(self, raw: bytes) -> str:
        """Send the same bytes until the node has them: twice sent, they still have one effect."""
        transaction = f"0x{keccak(raw).hex()}"
        for attempt in range(_TRIES):
            try:
                self.node.send(raw)
            except NodeRefusedError:
                if attempt:
                    return transaction  # it has them from before: whoever waits for them will see
                raise
            except (LostRegistryError, NoNodeError):
                time.sleep(_PAUSE_SECONDS)
            else:
                return transaction
        raise CommandError(
            "transaction-lost",
            f"{self.node.url} went away: transaction {transaction} may have been sent or not",
            "look for it before you send another",
        )

    def need(self, wei: int, client: ColophonClient) -> None:
        """Have the faucet give what is missing. On a chain without one the node says if it is not enough.

        Raises:
            ProblemError: The faucet gives no more.
        """
        if self.chain_id != EMBEDDED_CHAIN_ID:
            return
        held = self.node.balance(self.address)
        while held < wei:
            self.terminal.note(f"{self.address} holds {format_wei(held)}: asking the faucet for play coin")
            client.faucet(self.address)
            held = wait_for_coin(self.node, self.address, held, self.terminal)


def node_url(client: ColophonClient, chosen: str | None, chain_id: int) -> str:
    """The node to send through: the one that was named, or the embedded chain's own.

    Raises:
        CommandError: No node was named for a chain that is not embedded.
    """
    if chosen is not None:
        return chosen
    if chain_id != EMBEDDED_CHAIN_ID:
        raise CommandError("which-node", f"the registry is on chain {chain_id}: name a node of it with --rpc")
    return f"{client.base_url}/rpc"
