"""A client that costs little: one thread, any number of connections, whole answers, no parsing of what they say."""

from __future__ import annotations

import selectors
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import quote


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer: its status, its size, how long it took; `whole` unless the connection broke off before its end."""

    status: int
    size: int
    seconds: float
    whole: bool = True


@dataclass(slots=True)
class Load:
    """What came of many requests."""

    seconds: float = 0.0
    answers: list[Answer] = field(default_factory=list)

    def median(self, share: float = 0.5) -> float:
        """Give a quantile of the time an answer took, in seconds."""
        times = sorted(answer.seconds for answer in self.answers)
        return times[min(int(len(times) * share), len(times) - 1)] if times else float("nan")

    @property
    def rate(self) -> float:
        """Give the answers in a second."""
        return len(self.answers) / self.seconds


def request(path: str, query: str, accept: str, **headers: str) -> bytes:
    """Write a GET request."""
    lines = [f"GET {path}?query={quote(query)} HTTP/1.1", "Host: localhost", f"Accept: {accept}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


class _Connection:
    def __init__(self, port: int, timeout: float) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=timeout)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.started = 0.0
        self._head = b""
        self._tail = b""
        self._size = 0
        self._length = -1

    def ask(self, data: bytes) -> None:
        self._head, self._tail, self._size, self._length = b"", b"", 0, -1
        self.started = time.perf_counter()
        self.socket.sendall(data)

    def read(self) -> Answer | None:
        """Take what has come; give the answer when it is whole, or the connection has ended."""
        data = self.socket.recv(1 << 18)
        if not data:
            return self._answer(whole=False)
        if not self._ended_head():
            self._head += data
            head, mark, data = self._head.partition(b"\r\n\r\n")
            if not mark:
                return None
            self._head = head + mark
            _, named, length = head.lower().partition(b"\r\ncontent-length:")
            self._length = int(length.split(b"\r\n")[0]) if named else -1
            if self._status() in (204, 304):
                self._length = 0
        self._size += len(data)
        if self._length >= 0:
            return self._answer() if self._size >= self._length else None
        self._tail = (self._tail + data)[-7:]
        return self._answer() if self._tail.endswith(b"\r\n0\r\n\r\n") or self._tail == b"0\r\n\r\n" else None

    def header(self, name: str) -> str:
        """Give a header of the last answer."""
        _, found, rest = self._head.partition(f"\r\n{name}: ".encode())
        return rest.split(b"\r\n")[0].decode() if found else ""

    def _ended_head(self) -> bool:
        return self._head.endswith(b"\r\n\r\n")

    def _status(self) -> int:
        return int(self._head[9:12] or 0)

    def _answer(self, *, whole: bool = True) -> Answer:
        return Answer(self._status(), self._size, time.perf_counter() - self.started, whole)


def once(port: int, data: bytes, *, timeout: float = 60) -> tuple[Answer, str]:
    """Send one request, and give the answer with its entity tag."""
    connection = _Connection(port, timeout)
    connection.ask(data)
    while not (answer := connection.read()):
        pass
    connection.socket.close()
    return answer, connection.header("etag")


def load(
    port: int, requests: Callable[[], bytes], *, connections: int, seconds: float, least: int, timeout: float = 60
) -> Load:
    """Keep connections busy for a time, and until there are as many answers as are wanted at least."""
    selector = selectors.DefaultSelector()
    found, start = Load(), time.perf_counter()
    for _ in range(connections):
        connection = _Connection(port, timeout)
        connection.ask(requests())
        selector.register(connection.socket, selectors.EVENT_READ, connection)
    end = start + seconds
    while selector.get_map():
        ready = selector.select(timeout)
        if not ready:
            break
        for key, _ in ready:
            connection = key.data
            answer = connection.read()
            if answer is None:
                continue
            found.answers.append(answer)
            if answer.whole and (time.perf_counter() < end or len(found.answers) < least):
                connection.ask(requests())
            else:
                selector.unregister(connection.socket)
                connection.socket.close()
    found.seconds = time.perf_counter() - start
    return found
