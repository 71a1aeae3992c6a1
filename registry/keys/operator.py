"""The operator's key of an embedded registry: made at first start, kept in a file of its owner's.

It is not encrypted, because a registry must start without anybody at the keyboard; on the embedded chain it
holds play coin only. A registry on a real chain names an encrypted keystore file instead.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from eth_account import Account

from registry.errors import SettingsError
from registry.keys.files import own_file

if TYPE_CHECKING:
    from eth_account.signers.local import LocalAccount

_KEY = re.compile(r"0x[0-9a-f]{64}")
_SETTING = "operator key"


def operator_key(path: Path) -> LocalAccount:
    """The key in the file at `path` (`0x` and 64 hex digits); a new one if there is no file.

    Raises:
        SettingsError: The file is open to others, or holds no key. It is left as it is.
        StoreUnavailableError: The file cannot be read or written.
    """
    content = own_file(path, _SETTING, _new)
    text = content.decode("ascii", errors="replace").strip()
    if not _KEY.fullmatch(text):
        raise SettingsError(_SETTING, f"{path} holds no private key")
    return _account(text, path)


def _new() -> bytes:
    return f"0x{bytes(Account.create().key).hex()}\n".encode()


def _account(text: str, path: Path) -> LocalAccount:
    try:
        account: LocalAccount = Account.from_key(text)
    except Exception as error:  # zero or beyond the curve's order; the library below raises what it likes
        raise SettingsError(_SETTING, f"{path} holds no private key") from error
    return account
