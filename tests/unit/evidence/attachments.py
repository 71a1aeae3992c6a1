"""Time stamps to put into bundles: tokens by `openssl`, proofs by a calendar that keeps its word."""

from __future__ import annotations

from hashlib import sha256

from registry.evidence import Attachment, Token
from registry.evidence.timestamps import TimestampRequest
from registry.evidence.timestamps.proofs import MAGIC
from registry.model import Hash32
from tests.unit.evidence.authority import Authority
from tests.unit.evidence.calendar_server import HASH, Calendar, append

NONCE = bytes(range(16))


def token_of(house: Authority, stamped: Hash32) -> Attachment:
    """A token that the `openssl` program made, in normal form."""
    request = TimestampRequest(stamped, nonce=5)
    return Attachment(Token.RFC3161, request.token_of(house.answer(request.encoded()), house.roots))


def proofs_of(stamped: Hash32) -> tuple[Attachment, Attachment, int, bytes]:
    """A proof as the calendar first answered and once there was a block; the block's height and header."""
    calendar = Calendar("http://calendar.example")
    promised = calendar.take(sha256(stamped + NONCE).digest())
    height = calendar.mine()
    [(_, way)] = calendar.known.items()
    first = MAGIC + b"\x01\x08" + stamped + append(NONCE) + HASH
    waiting = Attachment(Token.OPENTIMESTAMPS, first + promised)
    salted = promised[:10] + HASH
    complete = Attachment(Token.OPENTIMESTAMPS, first + salted + way)
    return waiting, complete, height, calendar.headers[height]
