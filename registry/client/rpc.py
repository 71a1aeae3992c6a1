"""An Ethereum node over JSON-RPC: the few calls that sending one's own transaction needs."""

from __future__ import annotations

from types import TracebackType
from typing import Self

import httpx

from registry.client.failures import ClientError, NoRegistryError, UnexpectedAnswerError
from registry.client.transport import exchange

TIMEOUT_SECONDS = 30.0
_WITHOUT_TRANSACTIONS = False  # the second parameter of eth_getBlockByNumber


class NodeRefusedError(ClientError):
    """The node answered with a JSON-RPC error: its `number`, its words, and what a contract reverted with."""

    def __init__(self, method: str, number: int, problem: str, data: object = None) -> None:
        self.number, self.data = number, data
        super().__init__(
            "node-refused", f"the node refuses {method}: {problem}", method=method, error=number, data=data
        )


class NoNodeError(ClientError):
    """No node answers at the address; nothing was sent."""

    def __init__(self, url: str) -> None:
        super().__init__("no-node", f"no Ethereum node answers at {url}", url=url)


class RpcClient:
    """One node. Every method may raise NoNodeError, LostRegistryError, NodeRefusedError."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._http = httpx.Client(timeout=TIMEOUT_SECONDS)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the connection."""
        self._http.close()

    def call(self, method: str, *parameters: object) -> object:
        """The result of one method."""
        request = {"jsonrpc": "2.0", "id": 1, "method": method, "params": list(parameters)}
        try:
            answer = exchange(self._http, "POST", self.url, json=request)
        except NoRegistryError as problem:
            raise NoNodeError(self.url) from problem
        if answer.status_code == httpx.codes.NOT_FOUND:
            raise NoNodeError(self.url)
        try:
            body = answer.json()
        except ValueError as problem:
            raise UnexpectedAnswerError(method, "is not JSON") from problem
        if not isinstance(body, dict):
            raise UnexpectedAnswerError(method, "is not a JSON-RPC answer")
        error = body.get("error")
        if isinstance(error, dict):
            raise NodeRefusedError(
                method, int(error.get("code", 0)), str(error.get("message", "no reason")), error.get("data")
            )
        if "result" not in body:
            raise UnexpectedAnswerError(method, f"is not a JSON-RPC answer (HTTP {answer.status_code})")
        return body["result"]

    def chain_id(self) -> int:
        """The chain's id."""
        return self._quantity("eth_chainId")

    def balance(self, account: str) -> int:
        """Coin in wei, at the newest block."""
        return self._quantity("eth_getBalance", account, "latest")

    def has_code(self, account: str) -> bool:
        """Whether the account is a contract, at the newest block."""
        return self.call("eth_getCode", account, "latest") not in ("0x", "0x0", None)

    def next_nonce(self, account: str) -> int:
        """The nonce after everything the node knows of, waiting transactions included."""
        return self._quantity("eth_getTransactionCount", account, "pending")

    def estimate_gas(self, sender: str, to: str, data: bytes, value: int) -> int:
        """Gas that the call would use now; NodeRefusedError if it would fail."""
        call = {"from": sender, "to": to, "data": f"0x{data.hex()}", "value": hex(value)}
        return self._quantity("eth_estimateGas", call)

    def base_fee(self) -> int:
        """The newest block's base fee in wei per gas (EIP-1559)."""
        block = self.call("eth_getBlockByNumber", "latest", _WITHOUT_TRANSACTIONS)
        if not isinstance(block, dict):
            raise UnexpectedAnswerError("eth_getBlockByNumber", "is not a block")
        return _quantity("eth_getBlockByNumber", block.get("baseFeePerGas"))

    def priority_fee(self) -> int:
        """What the node suggests as tip, in wei per gas."""
        return self._quantity("eth_maxPriorityFeePerGas")

    def send(self, raw: bytes) -> str:
        """Hand over signed bytes; the transaction's hash."""
        result = self.call("eth_sendRawTransaction", f"0x{raw.hex()}")
        if not isinstance(result, str):
            raise UnexpectedAnswerError("eth_sendRawTransaction", "is not a hash")
        return result

    def receipt(self, transaction_hash: str) -> dict[str, object] | None:
        """The receipt as the node writes it, None while the transaction waits."""
        result = self.call("eth_getTransactionReceipt", transaction_hash)
        return result if isinstance(result, dict) else None

    def gas_used(self, transaction_hash: str) -> int | None:
        """The gas a mined transaction used, None while it waits."""
        receipt = self.receipt(transaction_hash)
        return None if receipt is None else _quantity("eth_getTransactionReceipt", receipt.get("gasUsed"))

    def _quantity(self, method: str, *parameters: object) -> int:
        return _quantity(method, self.call(method, *parameters))


def _quantity(method: str, value: object) -> int:
    try:
        return int(str(value), 16)
    except ValueError as problem:
        raise UnexpectedAnswerError(method, "is not a quantity") from problem
