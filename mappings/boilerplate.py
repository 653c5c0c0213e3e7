"""Cut what surrounds an article: decide, once and for all, which stretches of a text are the article proper."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import takewhile

from mappings.article import Kind, Segment
from mappings.cutting import Piece, cut_inside, cut_lines
from mappings.dates import full_date
from mappings.layout import Shape, announces_list, lines, shape_of, words_key
from mappings.naming import names_a_building, names_a_place, names_of

MENU_RUN = 3
DECK_WORDS = 5
DATE_REACH = 3
HEADLINE_SHARE = 0.3
REPEATED_LENGTH = 25
SIGNATURE_LINES = 6
LONGEST_HEADLINE = 300  # characters; a longer line is a text whose line ends were lost


_TITLES = (Shape.TITLE, Shape.SHORT, Shape.PLACE)
_DECKS = (Shape.TITLE, Shape.LONG, Shape.PROSE, Shape.ITEM)


@dataclass(frozen=True, slots=True)
class _Block:
    """A paragraph with its shape, on its way to become segments or nothing."""

    piece: Piece
    text: str
    shape: Shape
    kind: Kind = Kind.BODY

    def as_(self, kind: Kind) -> _Block:
        return replace(self, kind=kind)


def segments(text: str, *, headline: str | None = None, start: int = 0) -> tuple[Segment, ...]:
    """Find the article proper in a text, in order, without overlaps; an empty tuple if there is no prose at all."""
    pieces = [piece for line in lines(text, start) for piece in cut_inside(text, line)]
    blocks = [_block(text, piece) for piece in cut_lines(text, pieces)]
    prose = _prose(blocks)
    if not prose:
        return ()
    body_names = frozenset[str]().union(*(names_of(blocks[index].text) for index in prose))
    body_words = frozenset[str]().union(*(_long_words(blocks[index].text) for index in prose))
    first, last = _start(blocks, prose, headline), prose[-1]
    top = _top(blocks[:first], headline=headline, body_words=body_words)
    middle = _middle(blocks[first : last + 1])
    dated = any(block.kind is Kind.DATELINE and full_date(block.text) for block in [*top, *middle])
    kept = _once([*top, *middle, *_tail(blocks[last + 1 :], dated=dated, listing=announces_list(blocks[last].text))])
    return tuple(
        Segment(start, end, block.kind, glued=index > 0)
        for block in kept
        if block.kind is not Kind.CAPTION or names_of(block.text) & body_names
        for index, (start, end) in enumerate(block.piece.parts)
    )


def _block(text: str, piece: Piece) -> _Block:
    content = piece.words(text)
    if piece.cut:
        return _Block(piece, content, Shape.NOTHING)
    if piece.dateline:
        return _Block(piece, content, Shape.DATE, Kind.DATELINE)
    if piece.heading:
        return _Block(piece, content, Shape.TITLE, Kind.SUBHEADING)
    return _Block(piece, content, shape_of(content), Kind.CAPTION if piece.caption else Kind.BODY)


def _prose(blocks: list[_Block]) -> list[int]:
    """List the blocks that are sentences; long lines without an end count only where nothing else does."""
    candidates = [index for index, block in enumerate(blocks) if block.kind is Kind.BODY]
    ended = [index for index in candidates if blocks[index].shape is Shape.PROSE]
    return ended or [index for index in candidates if blocks[index].shape is Shape.LONG]


def _start(blocks: list[_Block], prose: list[int], headline: str | None) -> int:
    """Find where the report begins: at its first sentence, or after the known headline below a menu's sentences."""
    known = words_key(headline or "")
    for index, block in enumerate(blocks[: prose[len(prose) // 2] + 1]):
        if _same_title(words_key(block.text), known):
            return max(index + 1, prose[0]) if prose[0] != index else index + 1
    return prose[0] - 1 if prose[0] and blocks[prose[0] - 1].piece.dateline else prose[0]


def _same_title(key: str, known: str) -> bool:
    return len(key) > 8 and bool(known) and (known.startswith(key) or key.startswith(known))


def _top(blocks: list[_Block], *, headline: str | None, body_words: frozenset[str]) -> list[_Block]:
    """Keep the headline, the titles behind it, dates and captions; drop the menus above the first sentence."""
    at = _headline_index(blocks, headline=headline, body_words=body_words)
    kept = []
    for index, block in enumerate(blocks):
        if block.kind is not Kind.BODY:
            kept.append(block)
        elif index == at:
            kept.append(block.as_(Kind.HEADLINE))
        elif _is_dateline(blocks, index) or _is_setting(blocks, index, at):
            kept.append(block.as_(Kind.DATELINE))
        elif at is not None and index > at and block.shape in _DECKS and len(block.text.split()) >= DECK_WORDS:
            kept.append(block.as_(Kind.SUBHEADING))
    return kept


def _is_dateline(blocks: list[_Block], index: int) -> bool:
    """Say whether a block is a line with a date or time, or the place that stands by one."""
    if blocks[index].shape is Shape.PLACE:
        return names_a_place(blocks[index].text) and any(
            block.shape is Shape.DATE for block in blocks[max(0, index - DATE_REACH) : index + 2]
        )
    return blocks[index].shape is Shape.DATE


def _is_setting(blocks: list[_Block], index: int, at: int | None) -> bool:
    """Say whether a block above the text names the place below the headline, or the building beside a place or day."""
    if blocks[index].shape not in (Shape.PLACE, Shape.SHORT, Shape.TITLE):
        return False
    if blocks[index].shape is Shape.PLACE and at is not None and index > at and names_a_place(blocks[index].text):
        return True
    beside = [blocks[i] for i in (index - 1, index + 1) if 0 <= i < len(blocks)]
    return names_a_building(blocks[index].text) and any(
        block.shape is Shape.DATE or (block.shape is Shape.PLACE and names_a_place(block.text)) for block in beside
    )


def _headline_index(blocks: list[_Block], *, headline: str | None, body_words: frozenset[str]) -> int | None:
    """Choose the headline: the one that is known, else the first title whose words the report has too."""
    known = words_key(headline or "")
    for index, block in enumerate(blocks):
        if _same_title(words_key(block.text), known):
            return index
    titles = [
        i
        for i, block in enumerate(blocks)
        if block.shape in (Shape.TITLE, Shape.LONG) and block.kind is Kind.BODY and len(block.text) <= LONGEST_HEADLINE
    ]
    told = {i: min(_share(blocks[i].text, body_words), HEADLINE_SHARE) for i in titles}
    return max(titles, key=lambda i: (told[i], blocks[i].shape is Shape.TITLE, -i), default=None)


def _share(text: str, body_words: frozenset[str]) -> float:
    """Tell what part of a title's longer words the report has too; a single one among several is chance."""
    found = _long_words(text)
    shared = len(found & body_words)
    return shared / len(found) if shared > 1 or shared == len(found) > 0 else 0.0


def _long_words(text: str) -> frozenset[str]:
    return frozenset(word for word in re.findall(r"[^\W\d_]+", text.lower()) if len(word) > 3)


def _middle(blocks: list[_Block]) -> list[_Block]:
    """Keep prose, lists and single subheadings up to the last sentence; drop runs of loose short lines."""
    kept: list[_Block] = []
    run: list[_Block] = []
    listing = False
    for index, block in enumerate(blocks):
        if block.shape in (Shape.PROSE, Shape.LONG) or block.kind is not Kind.BODY:
            if len(run) < MENU_RUN:
                kept.extend(item.as_(Kind.SUBHEADING) for item in run if item.shape in _TITLES)
            run = []
            kept.append(block)
            listing = announces_list(block.text)
        elif _is_dateline(blocks, index):
            kept.append(block.as_(Kind.DATELINE))
        elif block.shape is Shape.ITEM or (listing and block.shape is Shape.TITLE):
            kept.append(block)
        else:
            run.append(block)
    return kept


def _tail(blocks: list[_Block], *, dated: bool, listing: bool) -> list[_Block]:
    """Keep an announced list, sentences without an end, captions, an agency's sign, the day below an undated text."""
    shapes = (Shape.LONG, Shape.ITEM, Shape.TITLE) if listing else (Shape.LONG,)
    cut_off = list(takewhile(lambda block: block.shape in shapes and block.kind is Kind.BODY, blocks))
    stamps = [block for block in blocks[:SIGNATURE_LINES] if block.shape is Shape.DATE and full_date(block.text)]
    day = [] if dated else [block.as_(Kind.DATELINE) for block in stamps[:1]]
    captions = [block for block in blocks if block.kind is Kind.CAPTION]
    signs = [block for block in blocks[:1] if block.piece.dateline]
    return sorted([*cut_off, *captions, *day, *signs], key=lambda block: block.piece.parts)


def _once(blocks: list[_Block]) -> list[_Block]:
    """Drop all but the best place of a longer line that stands in the text several times; a headline may stay."""
    best: dict[str, int] = {}
    for index, block in enumerate(blocks):
        key = words_key(block.text)
        if key not in best or _RANK[block.kind] < _RANK[blocks[best[key]].kind]:
            best[key] = index
    return [
        block
        for index, block in enumerate(blocks)
        if len(key := words_key(block.text)) <= REPEATED_LENGTH
        or best[key] == index
        or (block.kind is Kind.HEADLINE and blocks[best[key]].kind is Kind.BODY)
    ]


_RANK = {Kind.BODY: 0, Kind.HEADLINE: 1, Kind.SUBHEADING: 2, Kind.CAPTION: 3, Kind.DATELINE: 4}
