from __future__ import annotations

from pathlib import Path

import pytest

from registry.errors import InvalidValueError
from registry.evidence.timestamps import BitcoinHeader
from registry.evidence.timestamps.certificates import MAX_ROOTS_BYTES
from registry.evidence.vouching import headers_typed, roots_in
from tests.unit.evidence.authority import elliptic, signer
from tests.unit.evidence.calendar_server import mined
from tests.unit.evidence.published_proofs import HELLO_WORLD_HEADER, HELLO_WORLD_HEIGHT

TYPED = f"{HELLO_WORLD_HEIGHT}={HELLO_WORLD_HEADER.hex()}"


def test_roots_are_read_from_several_files_and_each_kept_once(tmp_path: Path) -> None:
    first, second = signer("First", elliptic()), signer("Second", elliptic())
    one, both = tmp_path / "one.der", tmp_path / "both.pem"
    one.write_bytes(first.der)
    both.write_bytes(second.pem + first.pem)

    assert roots_in([one, both]) == (first.trusted, second.trusted)
    assert roots_in([]) == ()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"no certificate",
        b"-----BEGIN CERTIFICATE-----\n",
        b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
        bytes(MAX_ROOTS_BYTES + 1),
    ],
    ids=["nothing", "text", "cut off", "a key", "too large"],
)
def test_a_file_without_roots_is_named(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "roots.pem"
    file.write_bytes(content)

    with pytest.raises(InvalidValueError, match=r"tsa-root: .*roots\.pem"):
        roots_in([file])


def test_a_file_that_is_not_there_is_the_systems_to_tell(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        roots_in([tmp_path / "missing"])


def test_headers_are_typed_with_their_heights() -> None:
    known = {HELLO_WORLD_HEIGHT: BitcoinHeader(HELLO_WORLD_HEADER)}

    assert headers_typed([TYPED]) == known
    assert headers_typed([TYPED, TYPED.upper()]) == known
    assert headers_typed([]) == {}


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "none",
        HELLO_WORLD_HEADER.hex(),
        f"0{TYPED}",
        f"-{TYPED}",
        f" {TYPED}",
        f"{TYPED}\n",
        f"{TYPED}00",
        TYPED[:-2],
        TYPED.replace("3", "\N{FULLWIDTH DIGIT THREE}"),
        TYPED.replace("=", "=0x"),
        f"9{TYPED.rjust(200, '9')}",
        TYPED.replace("=02", "=03"),
        f"1={'00' * 80}",
    ],
)
def test_what_is_no_header_is_refused(typed: str) -> None:
    with pytest.raises(InvalidValueError, match="bitcoin-header"):
        headers_typed([typed])


def test_two_headers_for_one_block_are_refused() -> None:
    with pytest.raises(InvalidValueError, match="two headers for block 7"):
        headers_typed([f"7={mined(bytes(32)).hex()}", f"7={mined(b'1' * 32).hex()}"])
