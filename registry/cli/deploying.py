"""`colophon deploy`: the contracts put on a chain, every address told before anything is sent."""

from __future__ import annotations

from pathlib import Path

from registry.chain.abi import CONTRACT_FACTORY
from registry.chain.deployment import (
    Plan,
    Step,
    Watcher,
    current_arbiter,
    deploy,
    public_terms,
    sources_path,
)
from registry.chain.manifest import DeployedContract, Manifest
from registry.chain.providers import NodeProvider
from registry.cli.keys import read_passphrase
from registry.cli.plain import format_duration, format_wei, parse_wei
from registry.cli.terminal import Terminal
from registry.keys.keystore import decrypt_file
from registry.model import Address, DeskTerms


def deploy_contracts(
    terminal: Terminal, rpc: str, keystore: Path, arbiter: str, bond: str, manifest_path: Path
) -> None:
    """Put the contracts on a chain, or find them there.

    Raises:
        WrongPassphraseError, ChainUnavailableError, TransactionRejectedError, … : As `deploy`.
    """
    terms = public_terms(Address(arbiter), parse_wei(bond))
    passphrase = read_passphrase(terminal, f"Passphrase of {keystore}")
    with terminal.waiting("unlocking the key"):
        account = decrypt_file(keystore, passphrase)
    provider = NodeProvider(rpc)
    terminal.note("deploying; if this stops, run it again to go on")
    manifest = deploy(provider, account, manifest_path, terms, _Told(terminal))
    decides = current_arbiter(provider, manifest)
    terminal.document({**manifest.document(), "current_arbiter": str(decides)})
    _tell(terminal, manifest, decides)
    terminal.fact("manifest", manifest_path)
    terminal.fact("sources", f"{sources_path()} (standard JSON input, for an explorer to verify)")
    terminal.fact(
        "next",
        f"COLOPHON_CHAIN={rpc} COLOPHON_DEPLOYMENT={manifest_path} COLOPHON_OPERATOR_KEYSTORE={keystore} "
        "COLOPHON_OPERATOR_PASSPHRASE_FILE=… colophon serve",
    )


class _Told(Watcher):
    """Says on the terminal what a deployment does, beside the result."""

    def __init__(self, terminal: Terminal) -> None:
        self._terminal = terminal

    def planned(self, plan: Plan) -> None:
        self._terminal.note(f"as {plan.deployer}, with nonce {plan.factory_nonce} first:")
        for name, address in plan.addresses.items():
            self._terminal.note(f"  {name} will be at {address}")
        self._terminal.note(f"  disputes: {_in_words(plan.terms)}")

    def sending(self, name: str, step: Step) -> None:
        dearer = ", in place of one whose fee was too low" if step.replaced else ""
        self._terminal.note(f"sending {name}: {step.transaction}, nonce {step.nonce}{dearer}")

    def deployed(self, name: str, contract: DeployedContract) -> None:
        self._terminal.note(f"{name} is at {contract.address}, block {contract.block}")


def _tell(terminal: Terminal, manifest: Manifest, arbiter: Address) -> None:
    terminal.heading(f"Deployed on chain {manifest.chain_id}")
    for name, contract in {CONTRACT_FACTORY: manifest.factory, **manifest.contracts}.items():
        terminal.fact(name, f"{contract.address}, block {contract.block}")
    terminal.fact("disputes", _in_words(manifest.terms))
    if arbiter != manifest.terms.arbiter:
        terminal.fact("arbiter now", arbiter)
    terminal.fact("manifest id", manifest.manifest_id)


def _in_words(terms: DeskTerms) -> str:
    return (
        f"{terms.arbiter} decides; bond {format_wei(terms.bond)}; "
        f"{format_duration(terms.answer)} to answer, {format_duration(terms.ruling)} to rule; "
        f"payments due after {format_duration(terms.escrow)}, "
        f"held for at most {format_duration(terms.hold)} more"
    )
