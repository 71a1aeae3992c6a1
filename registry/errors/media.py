"""Files that cannot be read, and decoders that were stopped."""

from __future__ import annotations

from registry.errors.base import RegistryError


class EmptyFileError(RegistryError):
    """The file has no bytes."""

    code = "empty-file"

    def __init__(self) -> None:
        super().__init__("the file is empty")


class FileTooLargeError(RegistryError):
    """The file passes the upload limit."""

    code = "file-too-large"

    def __init__(self, limit_bytes: int) -> None:
        super().__init__(f"the file is larger than {limit_bytes} bytes", limit_bytes=limit_bytes)


class MediaTooLargeError(RegistryError):
    """The file would decode to more pixels, frames or seconds than is accepted."""

    code = "media-too-large"

    def __init__(self, quantity: str, found: int, limit: int) -> None:
        super().__init__(
            f"{found} {quantity} are over the limit of {limit}", quantity=quantity, found=found, limit=limit
        )


class UnsupportedMediaError(RegistryError):
    """No medium recognises the file."""

    code = "unsupported-media"

    def __init__(self, problem: str) -> None:
        super().__init__(f"the file is not of a supported kind: {problem}", problem=problem)


class MediaExtraMissingError(RegistryError):
    """The file is of a kind that is read only where the extra `media` is installed."""

    code = "media-extra-missing"

    def __init__(self, media_type: str) -> None:
        super().__init__(
            f"{media_type} is read only where colophon[media] is installed, and here it is not",
            media_type=media_type,
        )


class UndecodableMediaError(RegistryError):
    """The file claims to be of a supported kind, and is damaged or truncated."""

    code = "undecodable-media"

    def __init__(self, medium: str, problem: str) -> None:
        super().__init__(f"the {medium} cannot be decoded: {problem}", medium=medium, problem=problem)


class DecoderTimeoutError(RegistryError):
    """Decoding took longer than is allowed and was stopped."""

    code = "decoder-timeout"

    def __init__(self, limit_seconds: int) -> None:
        super().__init__(f"decoding took longer than {limit_seconds} s", limit_seconds=limit_seconds)


class DecoderMemoryError(RegistryError):
    """Decoding asked for more memory than is allowed."""

    code = "decoder-out-of-memory"

    def __init__(self, limit_bytes: int) -> None:
        super().__init__(
            f"decoding asked for more than {limit_bytes} bytes of memory", limit_bytes=limit_bytes
        )


class DecoderCrashedError(RegistryError):
    """The decoder process died."""

    code = "decoder-crashed"

    def __init__(self, signal_or_exit: int) -> None:
        super().__init__(f"the decoder died ({signal_or_exit})", signal_or_exit=signal_or_exit)
