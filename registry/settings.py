"""Settings from the environment: read once, frozen, handed on. Secrets have no default."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from registry.errors import SettingsError

MEBIBYTE = 2**20
_URL = re.compile(r"https?://[A-Za-z0-9._~:\[\]/-]{1,150}")  # a work's page below it fits a QR code


@dataclass(frozen=True, slots=True)
class Settings:
    """Where the registry's back-ends are, and its limits.

    `chain`, `store`, `blobs`, `index` are URIs, whose schemes pick the back-ends in `registry.compose`.
    `data` is the folder of everything that has no URI of its own. For a chain behind JSON-RPC, `deployment`
    names the manifest and `operator_keystore` with `operator_passphrase_file` the account that pays.
    """

    data: Path
    chain: str
    store: str
    blobs: str
    index: str
    deployment: Path
    operator_keystore: Path | None = None
    operator_passphrase_file: Path | None = None
    confirmations: int = (
        12  # a little over two minutes on mainnet; nodes that tell finality are believed first
    )
    max_upload_bytes: int = 100 * MEBIBYTE  # a print-size photograph or an hour of compressed sound
    carried_per_day: int = 20  # as many as a co-author of a record full of songs signs at once
    log_key: Path | None = None  # another than the one beside the data
    credential_key: Path | None = None  # the same of the key that signs credentials
    public_url: str | None = None  # where people reach the service; a request's own words are not believed
    anchor_leaves: int = 1000  # the price of an anchor over so many is some fifty gas each
    anchor_seconds: int | None = None  # 2 on the embedded chain, where it costs nothing, else 600
    digests_per_day: int = 1000  # as many files as one address hides before their statements come
    declarations_per_hour: int = 100_000  # an archive's catalogue in an hour; 0 is no limit
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
            index=values.get("COLOPHON_INDEX", f"file://{data}/index"),
            deployment=Path(values.get("COLOPHON_DEPLOYMENT", str(data / "deployment.json"))),
            operator_keystore=_path(values, "COLOPHON_OPERATOR_KEYSTORE"),
            operator_passphrase_file=_path(values, "COLOPHON_OPERATOR_PASSPHRASE_FILE"),
            confirmations=_integer(values, "COLOPHON_CONFIRMATIONS", 12, 1, 1000),
            max_upload_bytes=_integer(values, "COLOPHON_MAX_UPLOAD_BYTES", 100 * MEBIBYTE, 1, 2**40),
            carried_per_day=_integer(values, "COLOPHON_CARRIED_PER_DAY", 20, 0, 10**6),
            log_key=_path(values, "COLOPHON_LOG_KEY"),
            credential_key=_path(values, "COLOPHON_CREDENTIAL_KEY"),
            public_url=_url(values, "COLOPHON_PUBLIC_URL"),
            anchor_leaves=_integer(values, "COLOPHON_ANCHOR_LEAVES", 1000, 1, 10**9),
            anchor_seconds=_optional_integer(values, "COLOPHON_ANCHOR_SECONDS", 0, 10**7),
            digests_per_day=_integer(values, "COLOPHON_DIGESTS_PER_DAY", 1000, 0, 10**9),
            declarations_per_hour=_integer(values, "COLOPHON_DECLARATIONS_PER_HOUR", 100_000, 0, 10**9),
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


def _optional_integer(values: Mapping[str, str], name: str, low: int, high: int) -> int | None:
    return _integer(values, name, low, low, high) if name in values else None


def _url(values: Mapping[str, str], name: str) -> str | None:
    text = values.get(name)
    if text is not None and not _URL.fullmatch(text):
        raise SettingsError(name, f"{text!r} is not the address of a page, http:// or https://")
    return None if text is None else text.rstrip("/")


def _path(values: Mapping[str, str], name: str) -> Path | None:
    return Path(values[name]).absolute() if name in values else None
