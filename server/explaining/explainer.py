"""The explaining process as the server sees it: started when first asked, killed at its deadline, started again."""

from __future__ import annotations

import atexit
import json
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from mappings.article import Article
from mappings.outline import outline
from ontology.errors import CommuniqueError
from server.explaining.worker import UNABLE
from server.sparql.answer import TOO_LARGE
from server.sparql.process import Died, Evaluator, Overdue, Refusal

MODULE: Final = "server.explaining.worker"
Key = tuple[str, str, str | None]
"""What an answer depends on: the generation, the article and the rule. The rules themselves stay as long as we run."""


class ExplainError(CommuniqueError):
    """An article cannot be explained now; `retry` are the seconds after which it may be worth another try, or None."""

    def __init__(self, title: str, detail: str, *, retry: int | None = None) -> None:
        super().__init__(f"{title}: {detail}")
        self.title, self.detail, self.retry = title, detail, retry


@dataclass(frozen=True, slots=True)
class Bounds:
    """What an explanation may take, how many may wait for theirs, and how many bytes of answers are kept.

    `megabytes` bounds the address space, of which the model and its libraries take 560, an article a few.
    """

    seconds: float = 30.0
    megabytes: int = 2048
    largest: int = 4 << 20
    waiting: int = 6
    kept: int = 32 << 20


class Explainer:
    """One process that explains articles for the threads of this one, one article at a time."""

    def __init__(self, bounds: Bounds | None = None) -> None:
        self.bounds = bounds or Bounds()
        self._turn = threading.Lock()
        self._guard = threading.Lock()
        self._waiting = 0
        self._process: Evaluator | None = None
        self._kept: OrderedDict[Key, bytes] = OrderedDict()
        atexit.register(self.close)

    def explain(self, key: Key, article: Callable[[], Article]) -> list[dict[str, Any]]:
        """Give the sentences of an article with their firings and attempts; raises `ExplainError`."""
        found = self._remembered(key) or self._asked(key, article)
        sentences: list[dict[str, Any]] = json.loads(found)
        return sentences

    def close(self) -> None:
        """End the process, also in the middle of an article; the next request starts another."""
        process, self._process = self._process, None
        if process:
            process.kill()

    def _asked(self, key: Key, article: Callable[[], Article]) -> bytes:
        """Wait for a turn, and ask."""
        with self._guard:
            if self._waiting >= self.bounds.waiting:
                raise _busy()
            self._waiting += 1
        try:
            if not self._turn.acquire(timeout=self.bounds.seconds):
                raise _busy()
            try:
                return self._remembered(key) or self._ask(key, article())
            finally:
                self._turn.release()
        finally:
            with self._guard:
                self._waiting -= 1

    def _ask(self, key: Key, article: Article) -> bytes:
        request = {
            "identifier": article.identifier,
            "text": article.text,
            "outline": outline(article),
            "rule": key[2],
            "seconds": self.bounds.seconds,
            "largest": self.bounds.largest,
        }
        answer = self._answer(json.dumps(request).encode("utf-8"))
        self._remember(key, answer)
        return answer

    def _answer(self, request: bytes, *, again: bool = True) -> bytes:
        process = self._running()
        try:
            answer = process.ask(request, seconds=self.bounds.seconds)
        except Overdue:
            self.close()
            detail = f"Reading this article again took longer than {self.bounds.seconds:g} seconds and was stopped."
            raise ExplainError("Explanation timed out", detail, retry=30) from None
        except Died as error:
            self.close()
            if again and error.args[0] == 0:  # it had been idle, and ended just before it was asked
                return self._answer(request, again=False)
            detail = "The process that reads articles again was ended, perhaps for want of memory."
            raise ExplainError("Explanation stopped", detail, retry=30) from None
        if isinstance(answer, Refusal):
            raise self._refused(answer)
        with answer:
            return answer.read()

    def _refused(self, answer: Refusal) -> ExplainError:
        if answer.reason == TOO_LARGE:
            detail = f"All of it would be larger than {self.bounds.largest >> 10:,} KB. Ask for one rule: ?rule=NAME"
            return ExplainError("Explanation too large", detail)
        title = "No explanations here" if answer.reason == UNABLE else "Explanation failed"
        return ExplainError(title, f"This article cannot be read again: {answer.detail}")

    def _running(self) -> Evaluator:
        process = self._process
        if process and process.alive:
            return process
        self.close()
        try:
            process = self._process = Evaluator(self.bounds.megabytes, module=MODULE, patience=self.bounds.seconds)
        except OSError as error:
            detail = f"No process could be started to read the article again ({error.strerror or error})."
            raise ExplainError("No explanations now", detail, retry=30) from error
        return process

    def _remembered(self, key: Key) -> bytes | None:
        with self._guard:
            if key in self._kept:
                self._kept.move_to_end(key)
            return self._kept.get(key)

    def _remember(self, key: Key, answer: bytes) -> None:
        """Keep an answer; the ones longest unused go, and those of other generations."""
        with self._guard:
            for other in [k for k in self._kept if k[0] != key[0]]:
                del self._kept[other]
            self._kept[key] = answer
            while sum(map(len, self._kept.values())) > self.bounds.kept:
                self._kept.popitem(last=False)


def _busy() -> ExplainError:
    return ExplainError(
        "Explanations are busy", "Other articles are being explained; try again in some seconds.", retry=10
    )
