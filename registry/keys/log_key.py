"""The key that signs the log's checkpoints: made at first start, kept in a file of its owner's."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from registry.errors import MalformedLogDataError, SettingsError
from registry.keys.files import own_file
from registry.log import SigningKey

_SETTING = "COLOPHON_LOG_KEY"


def log_key(path: Path, name: str) -> SigningKey:
    """The Ed25519 key in the file at `path`; a new one of that name if there is no file.

    Checkpoints are of the log that the key is named as, so who brings another key names the log by it.

    Raises:
        SettingsError: The file is open to others, or holds no key. It is left as it is.
        StoreUnavailableError: The file cannot be read or written.
    """
    content = own_file(path, _SETTING, partial(_new, name))
    try:
        return SigningKey.parse(content.decode("utf-8", errors="replace").strip())
    except MalformedLogDataError as error:
        raise SettingsError(_SETTING, f"{path} holds no signing key") from error


def _new(name: str) -> bytes:
    return f"{SigningKey.generate(name).export()}\n".encode()
