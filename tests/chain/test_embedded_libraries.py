"""The names of eth-tester and py-evm that the embedded chain leans on, and that neither promises to keep."""

from __future__ import annotations

import inspect
from importlib.metadata import version

import pytest
from eth.chains.base import MiningChain
from eth.db.atomic import AtomicDBWriteBatch
from eth.db.schema import SchemaV1
from eth.vm.base import VM
from eth.vm.forks.prague import PragueVM
from eth.vm.spoof import SpoofTransaction
from eth_tester import PyEVMBackend
from eth_tester.backends.pyevm.main import get_default_genesis_params, setup_tester_chain

from registry.chain import backend


def test_the_versions_are_those_the_embedded_chain_was_tried_with() -> None:
    assert version("eth-tester") == "0.14.0b1"
    assert version("py-evm") == "0.12.1b1"


@pytest.mark.parametrize(
    ("owner", "name", "parameters"),
    [
        (PyEVMBackend, "__init__", ["self", "genesis_parameters", "genesis_state", "vm_configuration"]),
        (PyEVMBackend, "reset_to_genesis", ["self", "genesis_params", "genesis_state", "num_accounts"]),
        (AtomicDBWriteBatch, "_commit_unless_raises", ["write_target_db"]),
        (MiningChain, "create_header_from_parent", ["self", "parent_header", "header_params"]),
        (MiningChain, "get_vm_class_for_block_number", ["block_number"]),
        (MiningChain, "validate_block", ["self", "block"]),
        (VM, "apply_transaction", ["self", "header", "transaction"]),
        (VM, "add_receipt_to_header", ["self", "old_header", "receipt"]),
        (VM, "mine_block", ["self", "block", "args", "kwargs"]),
        (VM, "set_block_transactions_and_withdrawals", ["self", "base_block", "new_header", "transactions"]),
        (SpoofTransaction, "__init__", ["self", "transaction", "overrides"]),
    ],
)
def test_a_name_that_is_leaned_on_is_where_it_was(owner: type, name: str, parameters: list[str]) -> None:
    found = list(inspect.signature(getattr(owner, name)).parameters)
    assert found[: len(parameters)] == parameters


def test_the_canonical_head_is_kept_under_the_key_that_marks_a_chain() -> None:
    assert SchemaV1.make_canonical_head_hash_lookup_key() == backend._HEAD_KEY


def test_eth_testers_chain_follows_the_rules_the_contracts_are_compiled_for() -> None:
    _, chain = setup_tester_chain(get_default_genesis_params(), {}, 0, None)
    assert [machine for _, machine in type(chain).vm_configuration] == [PragueVM]


def test_every_block_keeps_the_gas_limit_of_the_first() -> None:
    _, chain = setup_tester_chain(get_default_genesis_params(), {}, 0, None)
    parent = chain.get_canonical_head()
    assert chain.create_header_from_parent(parent).gas_limit == parent.gas_limit > backend.CALL_GAS_LIMIT
