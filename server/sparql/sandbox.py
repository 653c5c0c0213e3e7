"""What an evaluator may not do, enforced by the kernel: take more memory or time than allowed, or open a socket.

The guard refuses `SERVICE`; this makes sure of it, for Oxigraph's Python binding has no switch for federation.
"""

from __future__ import annotations

import ctypes
import platform
import resource
import signal
import struct
import sys
from typing import Final

_SOCKET_CALLS: Final = {"x86_64": (0xC000003E, 41), "aarch64": (0xC00000B7, 198)}
"""The architecture's name for the kernel's audit, and its number of the system call `socket`."""
_SET_PARENT_DEATH_SIGNAL: Final = 1
_NO_NEW_PRIVILEGES, _SET_SECCOMP, _FILTER = 38, 22, 2
_LOAD, _JUMP_IF_EQUAL, _RETURN = 0x20, 0x15, 0x06
_ALLOW, _PERMISSION_DENIED = 0x7FFF0000, 0x00050000 | 1


def limit_memory(megabytes: int) -> None:
    """Bound the address space; an allocation beyond it fails, which ends this process and no other."""
    wanted, hard = megabytes << 20, resource.getrlimit(resource.RLIMIT_AS)[1]
    limit = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def allow_seconds(seconds: float) -> None:
    """Let the process use so much more processor time; then the kernel ends it, even if nobody is left to do so."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    soft = int(used.ru_utime + used.ru_stime + seconds) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (soft, resource.getrlimit(resource.RLIMIT_CPU)[1]))


def end_with_parent() -> bool:
    """Let this process end when its parent does, however that ends; false where the platform cannot."""
    if sys.platform != "linux":
        return False
    done: int = ctypes.CDLL(None).prctl(_SET_PARENT_DEATH_SIGNAL, signal.SIGKILL, 0, 0, 0)
    return done == 0


def deny_sockets() -> bool:
    """Take away the means to open a socket, for good; false where the platform cannot (not Linux, an old kernel)."""
    known = _SOCKET_CALLS.get(platform.machine()) if sys.platform == "linux" else None
    if known is None:
        return False
    architecture, socket_call = known
    steps = (
        (_LOAD, 0, 0, 4),  # the architecture
        (_JUMP_IF_EQUAL, 0, 3, architecture),
        (_LOAD, 0, 0, 0),  # the number of the call
        (_JUMP_IF_EQUAL, 0, 1, socket_call),
        (_RETURN, 0, 0, _PERMISSION_DENIED),
        (_RETURN, 0, 0, _ALLOW),
    )
    code = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *step) for step in steps))
    program = ctypes.create_string_buffer(struct.pack("HxxxxxxP", len(steps), ctypes.addressof(code)))
    libc = ctypes.CDLL(None, use_errno=True)
    done = (libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0), libc.prctl(_SET_SECCOMP, _FILTER, program, 0, 0))
    return done == (0, 0)
