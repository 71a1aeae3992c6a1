"""Numbers and strings as OpenTimestamps writes them: LEB128 without a sign, and lengths in front."""

from __future__ import annotations

from registry.errors import EvidenceTooLargeError, MalformedEvidenceError

MAX_VARUINT_BYTES = 9  # 63 bits; a block's height needs 20 today


class Reader:
    """Bytes taken from left to right; `part` names them in failures."""

    def __init__(self, content: bytes, part: str) -> None:
        self._content = content
        self._position = 0
        self._part = part

    def take(self, size: int) -> bytes:
        """That many bytes.

        Raises:
            MalformedEvidenceError: Fewer are left.
        """
        taken = self._content[self._position : self._position + size]
        if len(taken) < size:
            raise MalformedEvidenceError(self._part, f"it is cut off after {len(self._content)} bytes")
        self._position += size
        return taken

    def byte(self) -> int:
        """One byte; MalformedEvidenceError at the end."""
        return self.take(1)[0]

    def varuint(self) -> int:
        """A number, seven bits a byte, the lowest first.

        Raises:
            MalformedEvidenceError: It is cut off, over 63 bits, or longer than it need be.
        """
        number = 0
        for place in range(MAX_VARUINT_BYTES):
            octet = self.byte()
            number |= (octet & 0x7F) << 7 * place
            if octet < 0x80:  # noqa: PLR2004  # the bit that says that more follow
                if octet == 0 and place > 0:
                    break
                return number
        raise MalformedEvidenceError(self._part, "a number is not written as shortly as it can be")

    def varbytes(self, limit: int) -> bytes:
        """Bytes behind their length.

        Raises:
            EvidenceTooLargeError: More than `limit`.
            MalformedEvidenceError: Fewer are left.
        """
        size = self.varuint()
        if size > limit:
            raise EvidenceTooLargeError(self._part, size, limit, "bytes")
        return self.take(size)

    def end(self) -> None:
        """Nothing may be left; MalformedEvidenceError otherwise."""
        if left := len(self._content) - self._position:
            raise MalformedEvidenceError(self._part, f"{left} bytes follow its end")


def encode_varuint(number: int) -> bytes:
    """A number below 2^63, as `Reader.varuint` reads it."""
    octets = [number & 0x7F]
    while number := number >> 7:
        octets[-1] |= 0x80
        octets.append(number & 0x7F)
    return bytes(octets)


def encode_varbytes(content: bytes) -> bytes:
    """Bytes behind their length."""
    return encode_varuint(len(content)) + content
