"""The contract takes the proofs that this package takes, and refuses the others."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from eth_tester import EthereumTester, PyEVMBackend
from eth_tester.exceptions import TransactionFailed
from web3 import EthereumTesterProvider, Web3
from web3.contract import Contract

from registry.errors import LogError
from registry.log import leaf_hash, prove_inclusion, root_of, verify_inclusion
from tests.unit.log.trees import leaves_of, stored

ARTIFACT = Path(__file__).resolve().parents[3] / "registry" / "chain" / "artifacts" / "CheckpointLog.json"
SIZES = (1, 7, 256, 300)
LEAVES = leaves_of(SIZES[-1])
NODES = stored(LEAVES)


@pytest.fixture(scope="module")
def log() -> Contract:
    """A CheckpointLog on which the first account has anchored every size."""
    web3 = Web3(EthereumTesterProvider(EthereumTester(PyEVMBackend())))
    sender = web3.eth.accounts[0]
    artifact: dict[str, Any] = json.loads(ARTIFACT.read_text("utf-8"))
    factory = web3.eth.contract(abi=artifact["abi"], bytecode=artifact["bytecode"])
    receipt = web3.eth.wait_for_transaction_receipt(factory.constructor().transact({"from": sender}))
    deployed: Contract = factory(receipt["contractAddress"])
    for size in SIZES:
        deployed.functions.anchor(root_of(NODES, size), size).transact({"from": sender, "gas": 200_000})
    return deployed


def taken_here(leaf: bytes, index: int, size: int, proof: list[bytes]) -> bool:
    try:
        verify_inclusion(leaf_hash(leaf), index, size, proof, root_of(NODES, size))
    except LogError:
        return False
    return True


def taken_on_chain(log: Contract, leaf: bytes, index: int, size: int, proof: list[bytes]) -> bool:
    inclusion = (log.w3.eth.accounts[0], root_of(NODES, size), size, index, proof)
    try:
        return bool(log.functions.verifyInclusion(inclusion, leaf).call() > 0)
    except TransactionFailed:
        return False


@pytest.mark.parametrize("size", SIZES)
def test_the_contract_and_this_package_agree_on_every_proof(log: Contract, size: int) -> None:
    for index in sorted({0, size // 3, size - 1}):
        proof = list(prove_inclusion(NODES, index, size))
        for given in (proof, [*proof, bytes(32)], proof[1:], proof[::-1]):
            for place in (index, index + 1, 2**64 - 1):
                verdict = taken_here(LEAVES[index], place, size, given)
                assert verdict is taken_on_chain(log, LEAVES[index], place, size, given)
                assert verdict is (place == index and given == proof)
        assert not taken_on_chain(log, leaf_hash(LEAVES[index]), index, size, proof)
