"""What tests of deployments share: providers that die or talk nonsense, and who sent how much."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from eth_account.signers.local import LocalAccount
from web3.providers.base import BaseProvider
from web3.types import RPCEndpoint, RPCResponse

from registry.chain.providers import request
from registry.chain.shapes import create_address
from registry.model import Address
from tests.chain.worlds import PATIENCE_SECONDS

TRANSACTIONS = 6


class DiedError(Exception):
    """The process is gone, as far as the deployment can tell."""


class DyingProvider(BaseProvider):
    """Hands requests on until the n-th one of a method, and then dies: before handing it on, or after."""

    def __init__(self, inner: BaseProvider, method: str, count: int, *, after: bool) -> None:
        super().__init__()
        self._inner, self._method, self._left, self._after = inner, method, count, after

    def make_request(self, method: RPCEndpoint, params: Any) -> RPCResponse:  # noqa: ANN401  # web3's signature
        self._left -= method == self._method
        dies = method == self._method and self._left == 0
        if dies and not self._after:
            raise DiedError
        answer = self._inner.make_request(method, params)
        if dies:
            raise DiedError
        return answer


class TwistingProvider(BaseProvider):
    """Changes what a node answers: `twist` gets the method and the result and gives another result."""

    def __init__(self, inner: BaseProvider, twist: Callable[[str, Any], object]) -> None:
        super().__init__()
        self._inner, self._twist = inner, twist

    def make_request(self, method: RPCEndpoint, params: Any) -> RPCResponse:  # noqa: ANN401  # web3's signature
        answer: Any = self._inner.make_request(method, params)
        if "result" in answer:
            answer = {**answer, "result": self._twist(method, answer["result"])}
        return answer  # type: ignore[no-any-return]  # JSON of any shape


def nonce_of(provider: BaseProvider, account: LocalAccount) -> int:
    """How many transactions of an account are mined."""
    return int(request(provider, "eth_getTransactionCount", account.address, "latest"), 16)


def wait_for_nonce(provider: BaseProvider, account: LocalAccount, nonce: int) -> None:
    """Wait until so many are."""
    until = time.monotonic() + PATIENCE_SECONDS
    while nonce_of(provider, account) < nonce:
        assert time.monotonic() < until
        time.sleep(0.01)


def send_raw(provider: BaseProvider, account: LocalAccount, **fields: Any) -> str:
    """Send a transaction of given fields past everything that keeps account of them; its hash."""
    chain_id = int(request(provider, "eth_chainId"), 16)
    fees = {"maxFeePerGas": 30 * 10**9, "maxPriorityFeePerGas": 3 * 10**9}
    signed = account.sign_transaction({"type": 2, "chainId": chain_id, "value": 0, **fees, **fields})
    told: str = request(provider, "eth_sendRawTransaction", "0x" + bytes(signed.raw_transaction).hex())
    return told


def factory_address(account: LocalAccount, nonce: int = 0) -> Address:
    """Where a factory lands that an account makes with a nonce."""
    return Address("0x" + create_address(bytes.fromhex(account.address[2:]), nonce).hex())
