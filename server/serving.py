"""The production server: granian with one or more processes, each with the whole application and its evaluators."""

from __future__ import annotations

import contextlib
import ctypes
import multiprocessing
import os
import resource
import signal
import socket
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

from granian.constants import Interfaces, Loops
from granian.log import LogLevels
from granian.server import Server

from ontology.errors import CommuniqueError
from server.operations.settings import Settings
from server.sparql.bounds import Bounds

if TYPE_CHECKING:
    from multiprocessing.sharedctypes import Synchronized

_PROCESSORS_EACH: Final = 4
"""One server process keeps about so many processors busy: its own, and those of its evaluators."""
_BACKLOG: Final = 2048
_CONNECTIONS: Final = 65536
_SET_PARENT_DEATH_SIGNAL: Final = 1


class ServerError(CommuniqueError):
    """The server cannot start."""


def serve(root: Path, settings: Settings, *, bounds: Bounds | None = None) -> None:
    """Serve a store until SIGTERM or SIGINT, then finish what is being answered; prints one line when it listens.

    Raises `ServerError` when the address cannot be had. A store that is empty or replaced meanwhile needs no restart.
    `bounds` are those of each process, in place of what the settings say.
    """
    host, port = settings.host, settings.port
    address = _free_address(host, port)
    _allow_connections()
    processors = _processors()
    workers = settings.workers or max(1, processors // _PROCESSORS_EACH)
    with _figures_together() if workers > 1 else contextlib.nullcontext():
        # Loads the code before the processes fork, and shows a mistake in it once and not in each of them.
        from server.asgi import Application, divided

        server = Server(
            "server.asgi:application",
            address=address,
            port=port,
            interface=Interfaces.ASGI,
            workers=workers,
            loop=Loops.uvloop,
            backlog=_BACKLOG,
            websockets=False,
            respawn_failed_workers=True,
            workers_kill_timeout=settings.stop_seconds,
            log_level=LogLevels.critical,  # it tells of each answer that is broken off, which the access log does too
        )
        shown = f"[{host}]" if ":" in host else host
        line = f"Serving {root} at http://{shown}:{port}{settings.prefix}/ (stop with Ctrl-C)"
        loading = multiprocessing.get_context("fork").Value("i", workers)
        own = bounds or divided(settings, processes=workers, processors=processors)

        def application() -> Application:
            threading.Thread(target=_announce, args=(line, address, port, loading), daemon=True).start()
            return Application(root.absolute(), settings, own)

        os.register_at_fork(after_in_child=_follow_parent)
        server.serve(target_loader=application, wrap_loader=False)


def _allow_connections() -> None:
    """Have as many open at once as the system lets us: often it is a thousand unless one asks."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _CONNECTIONS if most == resource.RLIM_INFINITY else min(most, _CONNECTIONS)
    resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, most))


def _processors() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@contextlib.contextmanager
def _figures_together() -> Iterator[None]:
    """Have a folder where the processes put the figures that any of them shows."""
    with tempfile.TemporaryDirectory(prefix="communique-") as folder:
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = folder  # read when the library is imported
        yield


def _follow_parent() -> None:
    """Let a new server process end when this one says so, or ends itself, and not otherwise."""
    # It starts with the handler of its parent, which would let an early stop go unheard.
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    # Ctrl-C reaches it too, but granian's processes do not end at the second of two signals.
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_SET_PARENT_DEATH_SIGNAL, signal.SIGTERM, 0, 0, 0)


def _announce(line: str, address: str, port: int, loading: Synchronized[int]) -> None:
    """Print the line once all server processes have loaded the application and the address answers."""
    with loading:
        loading.value -= 1
        last = loading.value == 0
    while last:
        time.sleep(0.05)
        with contextlib.suppress(OSError):
            socket.create_connection((address, port), timeout=1).close()
            print(line, file=sys.stderr, flush=True)
            return


def _free_address(host: str, port: int) -> str:
    """Resolve the host and make sure that nobody listens there: granian would share the port without a word."""
    try:
        family, kind, protocol, _, place = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except socket.gaierror as error:
        raise ServerError(f"--host {host}: no such address ({error.strerror}); try 127.0.0.1") from error
    with socket.socket(family, kind, protocol) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(place)
        except PermissionError as error:
            raise ServerError(f"--port {port}: needs more rights than you have; choose one above 1023") from error
        except OSError as error:
            detail = f"port {port} of {host} is in use or not to be had ({error.strerror})"
            raise ServerError(f"{detail}; end what listens there, or choose another with --port") from error
    return str(place[0])
