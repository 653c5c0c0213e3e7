"""The way from articles to records: in batches, on any number of processes, each article read once."""

from __future__ import annotations

import hashlib
import json
import multiprocessing
import os
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Final

from mappings import codec
from mappings.article import Article
from mappings.records import Evidence, Records
from ontology.errors import CommuniqueError

BATCH: Final = 8
"""Articles that one process reads at a time: enough to fill the parser's batches, few enough to share the work out."""

PAYS: Final = 24
"""Articles that a further process must have to read, before loading its own model pays."""

Extract = Callable[[Sequence[Article]], list[Records]]


Progress = Callable[[str, int, int], None]
"""Is told the name of a stage, the steps done and the steps there are (0 while nobody knows)."""


class ExtractionError(CommuniqueError):
    """An article on which the rules failed; the article and the reason are in the message."""


class CacheError(CommuniqueError):
    """The cache cannot be written."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What came of one article: its records, or the error that stopped them."""

    article: Article
    records: Records | None
    error: ExtractionError | None = None
    cached: bool = False


def silent(stage: str, done: int, total: int) -> None:
    """Tell nobody."""


def extract_articles(articles: Sequence[Article]) -> list[Records]:
    """Run the rules; loads the language model on the first call in a process."""
    from mappings.extraction import extract  # the model is loaded only where something is to be read

    return list(extract(articles))


def read_all(
    articles: Sequence[Article],
    *,
    version: str,
    cache: Path | None = None,
    processes: int | None = 1,
    progress: Progress = silent,
    extract: Extract = extract_articles,
) -> list[Reading]:
    """Read every article, in the order given, whatever the number of processes; None takes as many as pay.

    With `cache`, a folder, an article that was read before under the same `version` of the rules is not read again.
    An article on which the rules fail costs itself only. `extract` must be importable when `processes` is above one.
    """
    known = {
        i: records
        for i, article in enumerate(articles)
        if (records := _remembered(cache, article, version)) is not None
    }
    todo = [i for i in range(len(articles)) if i not in known]
    batches = [todo[at : at + BATCH] for at in range(0, len(todo), BATCH)]
    fresh: dict[int, Records | ExtractionError] = {}
    done = len(known)
    progress("extract", done, len(articles))
    for batch, results in zip(
        batches,
        _run([[articles[i] for i in b] for b in batches], extract, processes or _paying(len(todo))),
        strict=True,
    ):
        for index, result in zip(batch, results, strict=True):
            fresh[index] = result
            if isinstance(result, Records):
                _remember(cache, articles[index], version, result)
        done += len(batch)
        progress("extract", done, len(articles))
    return [_reading(article, known.get(i), fresh.get(i)) for i, article in enumerate(articles)]


def faults(article: Article, records: Records) -> list[str]:
    """Tell what in the records cannot be written: a key that no record bears, a span outside the stored text."""
    keys = {record.key for group in (records.entities, records.events, records.agreements) for record in group}
    used = {
        *(link.target for entity in records.entities for link in (*entity.part_of, *entity.member_of)),
        *(key for post in records.posts for key in (post.holder, post.body, post.to)),
        *(key for event in records.events for key in (*event.attendees, event.place, event.parent)),
        *(key for event in records.events for key in event.topics if not key.startswith("topic:")),
        *(key for said in records.statements for key in (*said.speakers, *said.topics, said.event)),
        *(key for agreement in records.agreements for key in (*agreement.parties, *agreement.signatories)),
        *(change.actor for agreement in records.agreements for change in agreement.transitions),
    }
    spans = {(said.start, said.end) for said in records.statements} | {(u.start, u.end) for u in records.unread}
    spans |= {(e.start, e.end) for e in _evidence(records)}
    outside = sorted(span for span in spans if not 0 <= span[0] < span[1] <= len(article.text))
    unknown = sorted(key for key in used if key is not None and key not in keys)
    return [*(f"unknown key {key!r}" for key in unknown), *(f"span {start}-{end}" for start, end in outside)]


def _evidence(records: Records) -> Iterator[Evidence]:
    for entity in records.entities:
        yield from (name.evidence for name in entity.names)
        yield from (link.evidence for link in (*entity.part_of, *entity.member_of))
    for group in (records.posts, records.events, records.agreements):
        for record in group:
            yield from record.evidence
    for agreement in records.agreements:
        yield from (change.evidence for change in agreement.transitions)
    yield from (said.evidence for said in records.statements)


def _reading(article: Article, known: Records | None, fresh: Records | ExtractionError | None) -> Reading:
    if known is not None:
        return Reading(article, known, cached=True)
    return Reading(article, None, fresh) if isinstance(fresh, ExtractionError) else Reading(article, fresh)


def _paying(articles: int) -> int:
    """Return how many processes to share so many articles out to, when nobody says."""
    return max(1, min(os.cpu_count() or 1, articles // PAYS))


def _run(
    batches: Sequence[Sequence[Article]], extract: Extract, processes: int
) -> Iterator[list[Records | ExtractionError]]:
    if processes <= 1 or len(batches) <= 1:
        yield from (_read_batch(extract, batch) for batch in batches)
        return
    # spawned, not forked: the caller may run threads, and a fork would copy whatever locks they hold
    spawn = multiprocessing.get_context("spawn")
    try:
        with ProcessPoolExecutor(min(processes, len(batches)), mp_context=spawn) as pool:
            yield from pool.map(_read_batch, [extract] * len(batches), batches)
    except BrokenProcessPool as error:
        raise ExtractionError(
            "a process that read articles was ended from outside, perhaps for want of memory (each needs 500 MB): "
            "try fewer processes; what was read is kept"
        ) from error


def _read_batch(extract: Extract, articles: Sequence[Article]) -> list[Records | ExtractionError]:
    """Read a batch; when the rules fail on it, read its articles one by one to learn which one it was."""
    try:
        results = extract(articles)
    except (CommuniqueError, OSError, MemoryError, ImportError):
        raise  # a broken rule file or a missing model is nobody's article
    except Exception as error:
        if len(articles) > 1:
            return [result for article in articles for result in _read_batch(extract, [article])]
        place = articles[0].source or articles[0].identifier
        return [ExtractionError(f"{place}: the rules failed on this article ({type(error).__name__}: {error})")]
    if len(results) != len(articles):
        raise ExtractionError(f"{len(articles)} articles went in, {len(results)} records came out")
    return [_checked(article, records) for article, records in zip(articles, results, strict=True)]


def _checked(article: Article, records: Records) -> Records | ExtractionError:
    found = faults(article, records)
    if not found:
        return records
    place = article.source or article.identifier
    return ExtractionError(f"{place}: the rules made records that do not hold together: {', '.join(found)}")


# the cache: one small file an article, named by everything that its records depend on


def cache_key(article: Article, version: str) -> str:
    """Hash all that the records of an article depend on."""
    segments = [astuple(segment) for segment in article.segments]
    published = article.published.isoformat() if article.published else None
    told = [
        version,
        article.identifier,
        article.text,
        segments,
        article.headline,
        published,
        article.publisher,
        article.language,
    ]
    return hashlib.sha256(json.dumps(told).encode("utf-8")).hexdigest()


def forget(cache: Path, articles: Sequence[Article], version: str) -> int:
    """Remove from the cache what belongs to none of the articles under this version; return how many files went."""
    kept = {_file(cache, cache_key(article, version)) for article in articles}
    stale = [file for file in cache.glob("*/*.json") if file not in kept]
    for file in stale:
        file.unlink(missing_ok=True)
    return len(stale)


def _file(cache: Path, key: str) -> Path:
    return cache / key[:2] / f"{key}.json"


def _remembered(cache: Path | None, article: Article, version: str) -> Records | None:
    if cache is None:
        return None
    with suppress(OSError, ValueError):  # a file that is absent, half-written or foreign is as good as none
        return codec.load(_file(cache, cache_key(article, version)).read_bytes())
    return None


def _remember(cache: Path | None, article: Article, version: str, records: Records) -> None:
    if cache is None:
        return
    try:
        write_atomically(_file(cache, cache_key(article, version)), codec.dump(records))
    except OSError as error:
        raise CacheError(
            f"{cache}: what was read in an article could not be kept ({error.strerror or error}): "
            "see to free space and write access there, then build again; what was kept so far is not read again"
        ) from error


def write_atomically(path: Path, data: bytes) -> None:
    """Write a file so that a reader, or a crash, sees it whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
