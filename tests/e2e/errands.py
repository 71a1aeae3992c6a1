"""What most journeys at a command line begin with."""

from __future__ import annotations

from pathlib import Path

from tests.e2e.shell import Shell


def file_of(shell: Shell, name: str, content: bytes) -> str:
    """A file in the shell's folder."""
    path = shell.home / name
    path.write_bytes(content)
    return str(path)


def register(shell: Shell, file: str, key: str, *more: str) -> str:
    """The id of a work that has its title at once."""
    said = shell.run(
        *("register", file, "--title", Path(file).stem, "--creator", "A. Maker", "--key", key),
        *("--via", "registerFor"),
        *more,
    )
    return said.word("work")


def offer(shell: Shell, work: str, key: str, price: str, *more: str) -> str:
    """An offer's hash."""
    said = shell.run("offer", work, "--price", price, "--terms", "commercial", "--key", key, *more)
    return said.word("offer")


def buy(shell: Shell, offer_hash: str, key: str) -> str:
    """A licence's id."""
    return shell.run("buy", offer_hash, "--max-price", "1eth", "--key", key).word("grant")
