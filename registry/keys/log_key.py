"""The key that signs the log's checkpoints: made at first start, kept in a file of its owner's."""

from __future__ import annotations

import stat
from pathlib import Path

from registry.errors import MalformedLogDataError, SettingsError, StoreUnavailableError
from registry.keys.files import write_new
from registry.log import SigningKey

_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_SETTING = "COLOPHON_LOG_KEY"


def log_key(path: Path, name: str) -> SigningKey:
    """The Ed25519 key in the file at `path`; a new one of that name if there is no file.

    Checkpoints are of the log that the key is named as, so who brings another key names the log by it.

    Raises:
        SettingsError: The file is open to others, or holds no key. It is left as it is.
        StoreUnavailableError: The file cannot be read or written.
    """
    try:
        if not path.exists():
            write_new(path, f"{SigningKey.generate(name).export()}\n".encode())
        mode = path.stat().st_mode
        text = path.read_text("utf-8", errors="replace").strip()
    except OSError as error:
        raise StoreUnavailableError(f"{path}: {error.strerror}") from error
    if mode & _OTHERS:
        raise SettingsError(_SETTING, f"others can read {path}: chmod 600 it")
    try:
        return SigningKey.parse(text)
    except MalformedLogDataError as error:
        raise SettingsError(_SETTING, f"{path} holds no signing key") from error
