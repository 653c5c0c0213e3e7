"""The explaining process: holds the language model, has no network, and ends when nobody asks for a while.

Requests and answers are framed as those of the query evaluators; a request holds a whole article, so that this process
opens no file of the store.
"""

from __future__ import annotations

import json
import os
import select
import sys
from dataclasses import asdict
from typing import IO, Any, Final

from ontology.errors import CommuniqueError
from server.sparql.answer import Answer, Unfit
from server.sparql.sandbox import allow_seconds, deny_sockets, limit_memory
from server.sparql.worker import LENGTH

IDLE: Final = 900.0
"""Seconds without a request after which the memory of the model is given back."""
UNABLE: Final = "unable"
FAILED: Final = "failed"


def explained(request: dict[str, Any]) -> bytes:
    """Explain the article of a request; loads the language model on the first call."""
    from mappings.explain import explain
    from mappings.outline import article_of

    article = article_of(request["identifier"], request["text"], request["outline"])
    sentences = [asdict(sentence) for sentence in explain(article, rule=request["rule"])]
    return json.dumps(sentences, ensure_ascii=False).encode("utf-8")


def respond(request: dict[str, Any], answer: Answer) -> None:
    """Answer a request, whatever goes wrong with it."""
    try:
        answer.write(explained(request))
    except Unfit as error:
        return answer.fail(*error.args)
    except MemoryError:
        os.abort()
    except (CommuniqueError, ImportError, OSError) as error:
        return answer.fail(UNABLE, str(error))
    except Exception as error:
        return answer.fail(FAILED, f"{type(error).__name__}: {error}")
    return answer.end()


def serve(source: IO[bytes], sink: int) -> None:
    """Answer requests until there are no more, or none comes for a long time."""
    while select.select([source], [], [], IDLE)[0]:
        head = source.read(LENGTH.size)
        if not head:
            return
        request = json.loads(source.read(LENGTH.unpack(head)[0]))
        allow_seconds(request["seconds"])
        respond(request, Answer(sink, largest=request["largest"]))


def main() -> None:
    """Take the limit of memory in megabytes as the only argument, and serve."""
    for threads in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ.setdefault(threads, "1")  # one request at a time on one core; each thread would count as more
    limit_memory(int(sys.argv[1]))
    deny_sockets()
    sink = os.dup(sys.stdout.fileno())
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    serve(sys.stdin.buffer, sink)


if __name__ == "__main__":
    main()
