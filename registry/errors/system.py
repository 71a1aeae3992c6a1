"""The chain, the store, and the process itself."""

from __future__ import annotations

from datetime import datetime

from registry.errors.base import RegistryError


class ChainUnavailableError(RegistryError):
    """The chain does not answer; nothing was sent, safe to retry."""

    code = "chain-unavailable"

    def __init__(self, problem: str) -> None:
        super().__init__(f"the chain does not answer: {problem}", problem=problem)


class ChainMismatchError(RegistryError):
    """The node serves another chain than the one configured."""

    code = "chain-mismatch"

    def __init__(self, expected: int, found: int) -> None:
        super().__init__(f"expected chain {expected}, found {found}", expected=expected, found=found)


class TransactionRejectedError(RegistryError):
    """The node or the contract refuses the transaction; it has no effect."""

    code = "transaction-rejected"

    def __init__(self, reason: str, **facts: object) -> None:
        super().__init__(f"the transaction is refused: {reason}", reason=reason, **facts)


class DeepReorgError(RegistryError):
    """A block that was final is gone: synchronising stops and a person must look."""

    code = "deep-reorg"

    def __init__(self, block_number: int) -> None:
        super().__init__(f"final block {block_number} is no longer on the chain", block_number=block_number)


class LogDivergedError(RegistryError):
    """The chain shows an anchor of our account that our log cannot explain: a person must look.

    Either the log lost leaves that were acknowledged, as after a restore from a backup that is too old, or
    somebody else anchors with the account's key.
    """

    code = "log-diverged"

    def __init__(self, size: int, root: str, problem: str) -> None:
        super().__init__(
            f"the chain shows root {root} of {size} leaves for our log: {problem}",
            size=size,
            root=root,
            problem=problem,
        )


class ChainInUseError(RegistryError):
    """Another process holds the embedded chain."""

    code = "chain-in-use"

    def __init__(self, pid: int | None) -> None:
        super().__init__(f"the embedded chain is in use by process {pid}", pid=pid)


class StoreInUseError(RegistryError):
    """Something is to be done to the store alone, and another process has it open; or one has it alone."""

    code = "store-in-use"

    def __init__(self, pid: int | None) -> None:
        told = "another process" if pid is None else f"process {pid}"
        super().__init__(f"the store is in use by {told}", pid=pid)


class DeploymentChangedError(RegistryError):
    """The data folder belongs to another deployment of the contracts."""

    code = "deployment-changed"

    def __init__(self, found: str, expected: str, folder: str) -> None:
        super().__init__(
            f"{folder} belongs to deployment {found}, not {expected}",
            found=found,
            expected=expected,
            folder=folder,
        )


class DeploymentInProgressError(RegistryError):
    """Another process deploys by the same manifest; nothing was sent, safe to repeat once it has ended."""

    code = "deployment-in-progress"

    def __init__(self, manifest: str, pid: int | None) -> None:
        who = "another process" if pid is None else f"process {pid}"
        super().__init__(f"{who} is deploying by {manifest}", manifest=manifest, pid=pid)


class CodeMismatchError(RegistryError):
    """The code on chain is not the code of the artifacts."""

    code = "code-mismatch"

    def __init__(self, contract: str, address: str) -> None:
        super().__init__(f"the code at {address} is not {contract}", contract=contract, address=address)


class StoreUnavailableError(RegistryError):
    """The store cannot be read or written; nothing was stored, safe to retry."""

    code = "store-unavailable"

    def __init__(self, problem: str) -> None:
        super().__init__(f"the store does not answer: {problem}", problem=problem)


class StorageFullError(RegistryError):
    """No space is left; nothing was stored."""

    code = "storage-full"

    def __init__(self) -> None:
        super().__init__("no space is left to store this")


class IndexDamagedError(RegistryError):
    """The similarity index is damaged or of another kind; `colophon sync --rebuild` makes it again."""

    code = "index-damaged"

    def __init__(self, problem: str) -> None:
        super().__init__(
            f"the similarity index cannot be used: {problem}; make it again with `colophon sync --rebuild`",
            problem=problem,
        )


class RebuildUnfinishedError(RegistryError):
    """Making the views again was interrupted: they are not whole."""

    code = "rebuild-unfinished"

    def __init__(self) -> None:
        problem = "making them again was interrupted; `colophon sync --rebuild` goes on"
        super().__init__(f"the views are not whole: {problem}")


class BusyError(RegistryError):
    """All workers are taken; try again shortly."""

    code = "busy"

    def __init__(self, what: str) -> None:
        super().__init__(f"{what} is busy; try again shortly", what=what)


class SettingsError(RegistryError):
    """A setting is missing or cannot be used."""

    code = "invalid-settings"

    def __init__(self, name: str, problem: str) -> None:
        super().__init__(f"{name}: {problem}", name=name, problem=problem)


class FaucetDryError(RegistryError):
    """The faucet gives no more coin to this account."""

    code = "faucet-dry"

    def __init__(self, account: str, cap_wei: int) -> None:
        super().__init__(
            f"{account} already holds {cap_wei} wei or more", account=account, cap_wei=str(cap_wei)
        )


class QuotaSpentError(RegistryError):
    """The registry has taken as much from an account or client as it does in the time; nothing was stored."""

    code = "quota-spent"

    def __init__(self, account: str, limit: int, again_at: datetime, period: str = "a day") -> None:
        super().__init__(
            f"the registry carries at most {limit} statements {period} for {account}: again from "
            f"{again_at:%Y-%m-%d %H:%M} UTC, or with a transaction of the account's own",
            account=account,
            limit=limit,
            again_at=again_at,
        )
        self.again_at = again_at


class WrongPassphraseError(RegistryError):
    """The passphrase does not open the key."""

    code = "wrong-passphrase"

    def __init__(self, key: str) -> None:
        super().__init__(f"the passphrase does not open key {key}", key=key)


class UnknownKeyError(RegistryError):
    """The keystore has no such key."""

    code = "unknown-key"

    def __init__(self, key: str) -> None:
        super().__init__(f"there is no key {key}", key=key)
