"""The production server: granian with a few processes, each with the whole application and its own evaluators."""

from __future__ import annotations

import contextlib
import ctypes
import multiprocessing
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final, cast

from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server import Server

from ontology.errors import CommuniqueError
from server.sparql.blueprint import EXTENSION, shortcut
from server.sparql.protocol import Endpoint
from server.sparql.workers import Bounds

if TYPE_CHECKING:
    from multiprocessing.sharedctypes import Synchronized

    from _typeshed.wsgi import WSGIApplication

THREADS: Final = 32
"""In each process: more than there are evaluators and queries that queue for them, so that pages never wait."""
_SET_PARENT_DEATH_SIGNAL: Final = 1
_LAST_ANSWERS: Final = 12
"""Seconds that a process has to finish what it is answering: a little more than a query may take."""


class ServerError(CommuniqueError):
    """The server cannot start."""


def serve(
    root: Path, *, host: str = "127.0.0.1", port: int = 8000, workers: int = 2, bounds: Bounds | None = None
) -> None:
    """Serve a store until SIGTERM or SIGINT, then finish what is being answered; prints one line when it listens.

    Raises `ServerError` when the address cannot be had. A store that is empty or replaced meanwhile needs no restart.
    """
    from server.app import create_app

    address = _free_address(host, port)
    create_app(root)  # loads the code before the processes fork, and shows a mistake in it once and not in each of them
    server = Server(
        "server.wsgi:application",
        address=address,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=THREADS,
        respawn_failed_workers=True,
        workers_kill_timeout=_LAST_ANSWERS,
        log_level=LogLevels.error,
    )
    shown = f"[{host}]" if ":" in host else host
    line = f"Serving {root} at http://{shown}:{port}/ (stop with Ctrl-C)"
    loading = multiprocessing.get_context("fork").Value("i", workers)
    announce = partial(_announce, line, address, port, loading)
    os.register_at_fork(after_in_child=_follow_parent)
    server.serve(target_loader=partial(_application, root.absolute(), bounds, announce), wrap_loader=False)


def _follow_parent() -> None:
    """Let a new server process end when this one says so, or ends itself, and not otherwise."""
    # It starts with the handler of its parent, which would let an early stop go unheard.
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    # Ctrl-C reaches it too, but granian's processes do not end at the second of two signals.
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_SET_PARENT_DEATH_SIGNAL, signal.SIGTERM, 0, 0, 0)


def _application(root: Path, bounds: Bounds | None, announce: Callable[[], None]) -> WSGIApplication:
    """Make the application of one server process, and its first evaluators beside."""
    from server.app import create_app

    app = create_app(root)
    endpoint = cast(Endpoint, app.extensions[EXTENSION])
    if bounds:
        endpoint.bound(bounds)
    threading.Thread(target=endpoint.pool.warm, daemon=True).start()
    threading.Thread(target=announce, daemon=True).start()
    return shortcut(app)


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
