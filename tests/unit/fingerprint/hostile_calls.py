"""Bare system calls that reach another process, made by a decoder on the server: none of them does harm.

Each is made so that a kernel without the filter answers something else than EPERM: signal 0 only asks, a null
pointer or a bad descriptor is found out after the right to make the call.
"""

import ctypes
import fcntl
import os
import platform
import resource
import signal
import sys
from collections.abc import Callable

NUMBERS = {
    "x86_64": {
        "ptrace": 101,
        "rt_sigqueueinfo": 129,
        "tkill": 200,
        "tgkill": 234,
        "rt_tgsigqueueinfo": 297,
        "process_vm_writev": 311,
        "pidfd_send_signal": 424,
    },
    "aarch64": {
        "ptrace": 117,
        "rt_sigqueueinfo": 138,
        "tkill": 130,
        "tgkill": 131,
        "rt_tgsigqueueinfo": 240,
        "process_vm_writev": 271,
        "pidfd_send_signal": 424,
    },
}
_PEEK = 2  # PTRACE_PEEKDATA: of a process that is not traced, which is ESRCH
_TO_OWN_SOCKET = 0x8901  # FIOSETOWN


def _call(name: str, *arguments: int) -> None:
    library = ctypes.CDLL(None, use_errno=True)
    whole = [ctypes.c_long(argument) for argument in arguments]
    whole += [ctypes.c_long(0)] * (6 - len(whole))
    if library.syscall(ctypes.c_long(NUMBERS[platform.machine()][name]), *whole) < 0:
        raise OSError(ctypes.get_errno(), name)


def _own_a_socket() -> None:
    fcntl.ioctl(sys.stdin.fileno(), _TO_OWN_SOCKET, os.getppid().to_bytes(4, sys.byteorder))


def _abort() -> str:
    os.abort()


def _signal_itself() -> str:
    heard: list[int] = []
    signal.signal(signal.SIGUSR1, lambda number, _frame: heard.append(number))
    signal.raise_signal(signal.SIGUSR1)
    return " ".join(signal.Signals(number).name for number in heard)


def _limit_itself() -> str:
    limits = {resource.prlimit(pid, resource.RLIMIT_CORE) for pid in (0, os.getpid())}
    resource.prlimit(os.getpid(), resource.RLIMIT_CORE, (0, 0))
    return str(limits)


ATTEMPTS: dict[str, Callable[[], object]] = {
    "tkill the server": lambda: _call("tkill", os.getppid(), 0),
    "tgkill the server": lambda: _call("tgkill", os.getppid(), os.getppid(), 0),
    "tgkill the server past 32 bits": lambda: _call("tgkill", os.getppid() | 1 << 32, os.getppid(), 0),
    "queue a signal to the server": lambda: _call("rt_sigqueueinfo", os.getppid(), signal.SIGTERM, 0),
    "queue a signal to its thread": lambda: _call("rt_tgsigqueueinfo", os.getppid(), os.getppid(), 15, 0),
    "signal a process handle": lambda: _call("pidfd_send_signal", -1, 0),
    "write the servers memory": lambda: _call("process_vm_writev", os.getppid()),
    "trace the server": lambda: _call("ptrace", _PEEK, os.getppid()),
    "limit the server": lambda: resource.prlimit(os.getppid(), resource.RLIMIT_CPU),
    "have a file signal the server": lambda: fcntl.fcntl(sys.stdin.fileno(), fcntl.F_SETOWN, os.getppid()),
    "have a socket signal the server": _own_a_socket,
}
RIGHTS: dict[str, Callable[[], str]] = {
    "abort": _abort,
    "signal itself": _signal_itself,
    "limit itself": _limit_itself,
}
