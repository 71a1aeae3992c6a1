"""The anchors of one account, as a node of the chain tells them, in order and without a gap."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Self

from registry.client.monitor.bounded import BoundedHttp
from registry.client.monitor.source import Anchoring
from registry.client.monitor.troubles import Kind, TroubleError
from registry.errors import RegistryError
from registry.evidence import BlockReceipt, ReceiptLog, checkpoint_anchored_at
from registry.evidence.events import TOPIC
from registry.model import Hash32

BLOCKS_AT_ONCE = 2_000  # what public nodes, and the embedded chain's, answer for
PAGES_A_ROUND = 200  # ten seconds of requests; what is left is read in the next rounds
MAX_ANSWER_BYTES = 4 * 1024 * 1024  # an anchor in each of those blocks is under 2 MiB
_DEEP = 64  # blocks that are final where a node does not say: two epochs of Ethereum
_WITHOUT_TRANSACTIONS = False


@dataclass(frozen=True, slots=True)
class SeenAnchor:
    """A root that the log's account dated on chain; `count` is its number, from 1."""

    size: int
    root: Hash32
    count: int
    block_number: int
    transaction_hash: str

    def document(self) -> dict[str, object]:
        """As JSON."""
        return {
            "size": self.size,
            "root": str(self.root),
            "count": self.count,
            "block_number": self.block_number,
            "transaction_hash": self.transaction_hash,
        }

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> Self:
        """Read what `document` wrote.

        Raises:
            KeyError, ValueError, TypeError, RegistryError: It is not that.
        """
        numbers = {name: int(document[name]) for name in ("size", "count", "block_number")}
        return cls(
            root=Hash32.parse(document["root"]),
            transaction_hash=str(document["transaction_hash"]),
            **numbers,
        )


@dataclass(frozen=True, slots=True)
class Page:
    """The anchors of the blocks up to one."""

    anchors: tuple[SeenAnchor, ...]
    read_to: int


@dataclass(frozen=True, slots=True)
class Heads:
    """How far the chain has come, and how far it cannot go back."""

    head: int
    final: int


class AnchorReader:
    """One node. Every method raises TroubleError: CHAIN_UNREADABLE, WRONG_CHAIN."""

    def __init__(self, http: BoundedHttp, url: str, anchoring: Anchoring) -> None:
        self.url = url
        self.anchoring = anchoring
        self._http = http

    def heads(self) -> Heads:
        """The chain as it stands."""
        found = self._number("eth_chainId", self._call("eth_chainId"))
        if found != self.anchoring.chain_id:
            raise TroubleError(
                Kind.WRONG_CHAIN,
                f"{self.url} is chain {found}, not {self.anchoring.chain_id}",
                expected=self.anchoring.chain_id,
                found=found,
            )
        head = self._number("eth_blockNumber", self._call("eth_blockNumber"))
        return Heads(head, min(head, self._final(head)))

    def pages(self, first: int, last: int) -> Iterator[Page]:
        """The anchors from a block on up to another, at most 400,000 blocks of them, by pages."""
        for start in range(first, last + 1, BLOCKS_AT_ONCE)[:PAGES_A_ROUND]:
            end = min(last, start + BLOCKS_AT_ONCE - 1)
            yield Page(tuple(self._anchors(start, end)), end)

    def _anchors(self, first: int, last: int) -> list[SeenAnchor]:
        account = "0x" + "00" * 12 + self.anchoring.account[2:].lower()
        wanted = {
            "address": str(self.anchoring.contract),
            "topics": [str(TOPIC), account],
            "fromBlock": hex(first),
            "toBlock": hex(last),
        }
        found = self._call("eth_getLogs", wanted)
        if not isinstance(found, list):
            raise self._unreadable("eth_getLogs", "is not a list")
        try:
            anchors = [self._anchor(log, first, last) for log in found]
        except (RegistryError, KeyError, ValueError, TypeError) as problem:
            raise self._unreadable("eth_getLogs", f"is not of the anchors asked for ({problem})") from problem
        return sorted(anchors, key=lambda anchor: anchor.count)

    def _anchor(self, log: Mapping[str, Any], first: int, last: int) -> SeenAnchor:
        contract = self.anchoring.contract
        topics = tuple(Hash32.parse(topic) for topic in log["topics"])
        told = ReceiptLog(contract, topics, bytes.fromhex(log["data"][2:]))
        # Nodes write addresses in either case; it was asked for this one.
        same_contract = str(log["address"]).lower() == contract.lower()
        # The kind of the receipt around a log says nothing of the log.
        around = BlockReceipt(type=2, succeeded=True, cumulative_gas_used=0, bloom=bytes(256), logs=(told,))
        event = checkpoint_anchored_at(around, 0, contract)
        number = int(log["blockNumber"], 16)
        if not (same_contract and event.log == self.anchoring.account and first <= number <= last):
            message = "another contract, account or block"
            raise ValueError(message)
        transaction = str(Hash32.parse(log["transactionHash"]))
        return SeenAnchor(event.size, event.root, event.count, number, transaction)

    def _final(self, head: int) -> int:
        """The finalized block, or a deep one where the node knows of none."""
        try:
            block = self._call("eth_getBlockByNumber", "finalized", _WITHOUT_TRANSACTIONS)
            number = block["number"] if isinstance(block, dict) else None
            return self._number("eth_getBlockByNumber", number)
        except (TroubleError, KeyError):
            return max(0, head - _DEEP)

    def _call(self, method: str, *parameters: object) -> object:
        request = {"jsonrpc": "2.0", "id": 1, "method": method, "params": list(parameters)}
        try:
            answer = self._http.post_json(self.url, request, MAX_ANSWER_BYTES)
        except TroubleError as problem:
            raise TroubleError(
                Kind.CHAIN_UNREADABLE, problem.trouble.detail, why=problem.trouble.kind.value, url=self.url
            ) from problem
        if "result" not in answer:
            raise self._unreadable(method, f"is refused: {answer.get('error')!r}"[:300])
        return answer["result"]

    def _number(self, method: str, value: object) -> int:
        try:
            number = int(value, 16) if isinstance(value, str) else -1
        except ValueError:
            number = -1
        if not 0 <= number < 2**63:
            raise self._unreadable(method, "is not a number")
        return number

    def _unreadable(self, method: str, problem: str) -> TroubleError:
        return TroubleError(Kind.CHAIN_UNREADABLE, f"{self.url}: {method} {problem}", url=self.url)
