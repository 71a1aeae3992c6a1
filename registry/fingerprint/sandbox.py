"""No network, program, written file or signal to others: a seccomp filter a worker puts on itself, no root.

Decoders parse hostile files in C. What a file could make one do is bounded here to computing, reading and
answering on its pipe: a worker runs as the server's user, and without the filter could kill the server. The
filter is a list of what is refused (seccomp(2), struct sock_filter of linux/filter.h): a list of what is
allowed would break with every release of the C library.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import struct
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Final

_PR_SET_SECCOMP = 22
_PR_SET_NO_NEW_PRIVS = 38
_SECCOMP_MODE_FILTER = 2
_ALLOW = 0x7FFF0000
_REFUSE = 0x00050000 | errno.EPERM
_ABSENT = 0x00050000 | errno.ENOSYS

# Offsets into struct seccomp_data: the number, the architecture, the low half of argument n.
_NUMBER_AT, _ARCHITECTURE_AT, _ARGUMENTS_AT = 0, 4, 16

_LOAD, _JUMP_IF_EQUAL, _JUMP_IF_AT_LEAST, _JUMP_IF_ANY, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC
_OWNING_FILES = (8, 15)  # F_SETOWN, F_SETOWN_EX of fcntl(2): whom the kernel signals when a file is ready
_OWNING_SOCKETS = (0x8901, 0x8902)  # FIOSETOWN, SIOCSPGRP of ioctl(2): the same, should a log be a socket


@dataclass(frozen=True, slots=True)
class _Platform:
    """An architecture: its audit number, and the numbers of its calls.

    `opening` are the calls that open files, and which argument holds their flags.
    """

    audit: int
    opening: dict[int, int]
    refused: tuple[int, ...]
    tgkill: int
    prlimit64: int
    fcntl: int
    ioctl: int
    first_foreign: int  # numbers from here on belong to another calling convention (x32)


# socket, socketpair, connect, bind · execve, execveat · fork, vfork, clone · ptrace, process_vm_readv/writev
# · kill, tkill, rt_sigqueueinfo, rt_tgsigqueueinfo, pidfd_open, pidfd_getfd, pidfd_send_signal ·
# io_uring_setup (it would open sockets past this filter) · creat, unlink(at), rename(at, at2), truncate,
# ftruncate, mkdir(at), rmdir, link(at), symlink(at) · chmod, fchmod(at), chown, fchown(at), lchown, mknod(at)
# · mount, unshare, setns, bpf, keyctl, add_key, userfaultfd, perf_event_open. Processors without the older
# calls have only the *at ones.
_PLATFORMS: Final = {
    "x86_64": _Platform(
        audit=0xC000003E,
        opening={2: 1, 257: 2},
        refused=(
            *(41, 53, 42, 49, 59, 322, 57, 58, 56, 101, 310, 311, 62, 200, 129, 297, 434, 438, 424, 425),
            *(85, 87, 263, 82, 264, 316, 76, 77, 83, 258, 84, 86, 265, 88, 266, 90, 91, 268, 92, 260, 93, 94),
            *(133, 259, 165, 272, 308, 321, 250, 248, 323, 298),
        ),
        tgkill=234,
        prlimit64=302,
        fcntl=72,
        ioctl=16,
        first_foreign=0x40000000,
    ),
    "aarch64": _Platform(
        audit=0xC00000B7,
        opening={56: 2},
        refused=(
            *(198, 199, 203, 200, 221, 281, 220, 117, 270, 271, 129, 130, 138, 240, 434, 438, 424, 425),
            *(35, 38, 276, 45, 46, 34, 37, 36, 52, 53, 54, 55, 33),
            *(40, 97, 268, 280, 219, 217, 282, 241),
        ),
        tgkill=131,
        prlimit64=261,
        fcntl=25,
        ioctl=29,
        first_foreign=0xFFFFFFFF,
    ),
}
_CLONE3, _OPENAT2 = 435, 437
# Their arguments are behind a pointer, where a filter cannot look; told that they are absent, callers fall
# back.


def is_supported() -> bool:
    """Whether this system has the filter; elsewhere the limits of `limits` and the time limit stand alone."""
    return sys.platform == "linux" and platform.machine() in _PLATFORMS


def close_doors() -> None:
    """From here on this process cannot reach the network or other processes, or change files, for good.

    Raises:
        OSError: The kernel refuses the filter.
    """
    program = b"".join(_program(_PLATFORMS[platform.machine()], os.getpid()))
    code = ctypes.create_string_buffer(program, len(program))
    header = struct.pack("HxxxxxxP", len(program) // 8, ctypes.addressof(code))
    library = ctypes.CDLL(None, use_errno=True)
    library.prctl.argtypes = [ctypes.c_int, ctypes.c_ulong, ctypes.c_void_p, ctypes.c_ulong, ctypes.c_ulong]
    no_privileges = (_PR_SET_NO_NEW_PRIVS, 1, None, 0, 0)
    set_filter = (_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, header, 0, 0)
    for arguments in (no_privileges, set_filter):
        if library.prctl(*arguments):
            raise OSError(ctypes.get_errno(), "the kernel refuses the seccomp filter")


def _program(system: _Platform, own_pid: int) -> Iterator[bytes]:
    """The filter: another architecture and refused numbers fail with EPERM; files open to read only.

    Signals and resource limits reach this process alone: abort(3) and setrlimit(2) need them.
    """
    yield _step(_LOAD, _ARCHITECTURE_AT)
    yield from _unless(_JUMP_IF_EQUAL, system.audit, _REFUSE)
    yield _step(_LOAD, _NUMBER_AT)
    yield from _when(_JUMP_IF_AT_LEAST, system.first_foreign, _REFUSE)
    for number in system.refused:
        yield from _when(_JUMP_IF_EQUAL, number, _REFUSE)
    for number in (_CLONE3, _OPENAT2):
        yield from _when(_JUMP_IF_EQUAL, number, _ABSENT)
    for number, place in system.opening.items():
        yield from _judge(number, place, _refusals(_JUMP_IF_ANY, (_WRITING,)))
    yield from _judge(system.tgkill, 0, _only((own_pid,)))
    yield from _judge(system.prlimit64, 0, _only((0, own_pid)))  # 0 is the caller
    yield from _judge(system.fcntl, 1, _refusals(_JUMP_IF_EQUAL, _OWNING_FILES))
    yield from _judge(system.ioctl, 1, _refusals(_JUMP_IF_EQUAL, _OWNING_SOCKETS))
    yield _step(_RETURN, _ALLOW)


def _judge(number: int, place: int, verdict: list[bytes]) -> Iterator[bytes]:
    """Leave the call `number` to a verdict on its argument `place`: its low 32 bits, all the kernel reads."""
    yield _step(_JUMP_IF_EQUAL, number, otherwise=1 + len(verdict))
    yield _step(_LOAD, _ARGUMENTS_AT + 8 * place)
    yield from verdict


def _refusals(test: int, values: tuple[int, ...]) -> list[bytes]:
    return [*chain.from_iterable(_when(test, value, _REFUSE) for value in values), _step(_RETURN, _ALLOW)]


def _only(values: tuple[int, ...]) -> list[bytes]:
    allowed = chain.from_iterable(_when(_JUMP_IF_EQUAL, value, _ALLOW) for value in values)
    return [*allowed, _step(_RETURN, _REFUSE)]


def _when(test: int, value: int, answer: int) -> tuple[bytes, bytes]:
    return _step(test, value, otherwise=1), _step(_RETURN, answer)


def _unless(test: int, value: int, answer: int) -> tuple[bytes, bytes]:
    return _step(test, value, then=1), _step(_RETURN, answer)


def _step(operation: int, value: int, then: int = 0, otherwise: int = 0) -> bytes:
    return struct.pack("HBBI", operation, then, otherwise, value)
