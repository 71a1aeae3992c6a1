"""Settings from the environment: read once, frozen, handed on. Secrets have no default."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from registry.errors import SettingsError

MEBIBYTE = 2**20


@dataclass(frozen=True, slots=True)
class Settings:
    """Where the registry's back-ends are, and its limits.

    `chain`, `store`, `blobs` are URIs, whose schemes pick the back-ends in `registry.compose`. `data` is the
    folder of everything that has no URI of its own. For a chain behind JSON-RPC, `deployment` names the
    manifest and `operator_keystore` with `operator_passphrase_file` the account that pays.
    """

    data: Path
    chain: str
    store: str
    blobs: str
    deployment: Path
    operator_keystore: Path | None = None
    operator_passphrase_file: Path | None = None
    confirmations: int = (
        12  # a little over two minutes on mainnet; nodes that tell finality are believed first
    )
    max_upload_bytes: int = 100 * MEBIBYTE  # a print-size photograph or an hour of compressed sound
    decoder_workers: int = 2
    decoder_seconds: int = 30
    decoder_memory_bytes: int = 1536 * MEBIBYTE  # 100 megapixels as RGB, twice, and the libraries

    @classmethod
    def for_folder(cls, data: Path) -> Settings:
        """Embedded back-ends in one folder, as `colophon serve` has them by default."""
        return cls.from_environment({"COLOPHON_DATA": str(data)})

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> Settings:
        """Read `COLOPHON_…` variables.

        Raises:
            SettingsError: A variable that cannot be used, by name.
        """
        values = os.environ if environment is None else environment
        data = Path(values.get("COLOPHON_DATA", "var")).absolute()
        return cls(
            data=data,
            chain=values.get("COLOPHON_CHAIN", f"embedded://{data}/chain.db"),
            store=values.get("COLOPHON_STORE", f"sqlite:///{data}/store.db"),
            blobs=values.get("COLOPHON_BLOBS", f"file://{data}/blobs"),
            deployment=Path(values.get("COLOPHON_DEPLOYMENT", str(data / "deployment.json"))),
            operator_keystore=_path(values, "COLOPHON_OPERATOR_KEYSTORE"),
            operator_passphrase_file=_path(values, "COLOPHON_OPERATOR_PASSPHRASE_FILE"),
            confirmations=_integer(values, "COLOPHON_CONFIRMATIONS", 12, 1, 1000),
            max_upload_bytes=_integer(values, "COLOPHON_MAX_UPLOAD_BYTES", 100 * MEBIBYTE, 1, 2**40),
            decoder_workers=_integer(values, "COLOPHON_DECODER_WORKERS", 2, 1, 256),
            decoder_seconds=_integer(values, "COLOPHON_DECODER_SECONDS", 30, 1, 3600),
            decoder_memory_bytes=_integer(
                values, "COLOPHON_DECODER_MEMORY_BYTES", 1536 * MEBIBYTE, 256 * MEBIBYTE, 2**40
            ),
        )


def _integer(values: Mapping[str, str], name: str, default: int, low: int, high: int) -> int:
    text = values.get(name)
    if text is None:
        return default
    if not text.isascii() or not text.isdigit() or not low <= int(text) <= high:
        raise SettingsError(name, f"{text!r} is not a whole number from {low} to {high}")
    return int(text)


def _path(values: Mapping[str, str], name: str) -> Path | None:
    return Path(values[name]).absolute() if name in values else None
