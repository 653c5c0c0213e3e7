"""The parsed text of one article: parallel lists over its tokens, its sentences, lexicon phrases and mentions.

It is what rules see. Token numbers run over the whole article; offsets are those of the stored text.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from mappings.article import Article, Kind

NOTHING: Mapping[str, str] = MappingProxyType({})
NO_ARGUMENTS: Mapping[str, tuple[Mention, ...]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Phrase:
    """An entry of a lexicon class found in the text; `attributes` are those of the entry."""

    start: int
    end: int
    attributes: Mapping[str, str] = field(default_factory=lambda: NOTHING)


@dataclass(frozen=True, slots=True, eq=False)
class Mention:
    """A labelled span of tokens that a rule made; half-open."""

    label: str
    start: int
    end: int
    head: int
    rule: str
    arguments: Mapping[str, tuple[Mention, ...]] = field(default_factory=lambda: NO_ARGUMENTS)
    attributes: Mapping[str, str] = field(default_factory=lambda: NOTHING)

    def overlaps(self, other: Mention) -> bool:
        return self.start < other.end and other.start < self.end

    def argument(self, name: str) -> Mention | None:
        """Return the first mention bound to `name`, or None."""
        found = self.arguments.get(name)
        return found[0] if found else None


@dataclass
class Parsed:
    """Parallel lists over tokens; `head` and `sentence` hold numbers of tokens and sentences."""

    article: Article
    text: list[str] = field(default_factory=list)
    lower: list[str] = field(default_factory=list)
    lemma: list[str] = field(default_factory=list)
    pos: list[str] = field(default_factory=list)
    tag: list[str] = field(default_factory=list)
    dep: list[str] = field(default_factory=list)
    ent: list[str] = field(default_factory=list)
    ent_start: list[bool] = field(default_factory=list)
    head: list[int] = field(default_factory=list)
    start: list[int] = field(default_factory=list)
    end: list[int] = field(default_factory=list)
    sentence: list[int] = field(default_factory=list)
    sentences: list[tuple[int, int]] = field(default_factory=list)
    kinds: list[Kind] = field(default_factory=list)  # of each sentence's paragraph
    paragraph: list[int] = field(default_factory=list)  # of each sentence: its number
    phrases: dict[str, dict[int, list[Phrase]]] = field(default_factory=dict)
    covered: dict[str, set[int]] = field(default_factory=dict)  # the tokens that phrases of each class take

    def __post_init__(self) -> None:
        self.children: list[list[int]] = []
        self.mentions: list[Mention] = []
        self._by_start: dict[str, dict[int, list[Mention]]] = defaultdict(lambda: defaultdict(list))
        self._by_token: dict[str, dict[int, list[Mention]]] = defaultdict(lambda: defaultdict(list))
        self._by_sentence: dict[int, list[Mention]] = defaultdict(list)

    def __len__(self) -> int:
        return len(self.text)

    def finish(self) -> None:
        """Fill `children` from `head`; call once, when all tokens are in."""
        self.children = [[] for _ in self.text]
        for index, head in enumerate(self.head):
            if head != index:
                self.children[head].append(index)

    def add_phrase(self, lexicon: str, start: int, end: int, attributes: Mapping[str, str]) -> None:
        """Note an entry of a lexicon class; the longest comes first."""
        self.covered.setdefault(lexicon, set()).update(range(start, end))
        found = self.phrases.setdefault(lexicon, {}).setdefault(start, [])
        found.append(Phrase(start, end, attributes))
        found.sort(key=lambda p: -p.end)

    def phrase(self, lexicon: str, start: int, end: int) -> Phrase | None:
        """Return the entry of the class that takes exactly these tokens."""
        return next((p for p in self.phrases.get(lexicon, {}).get(start, ()) if p.end == end), None)

    def bounds(self, token: int) -> tuple[int, int]:
        """Return the first token and the end of the token's sentence."""
        return self.sentences[self.sentence[token]]

    def span_text(self, start: int, end: int) -> str:
        """Cut the tokens `start` to `end` out of the stored text."""
        return self.article.text[self.start[start] : self.end[end - 1]]

    def words(self, mention: Mention) -> str:
        """Return the mention's text as it stands, white space folded."""
        return " ".join(self.span_text(mention.start, mention.end).split())

    def head_of(self, start: int, end: int) -> int:
        """Return the first token of the span whose head lies outside it."""
        for token in range(start, end):
            head = self.head[token]
            if head == token or not start <= head < end:
                return token
        return end - 1

    def add(self, mention: Mention) -> None:
        """Make a mention visible to the rules that follow."""
        self.mentions.append(mention)
        starts = self._by_start[mention.label][mention.start]
        starts.append(mention)
        starts.sort(key=lambda m: -m.end)
        for token in range(mention.start, mention.end):
            self._by_token[mention.label][token].append(mention)
        self._by_sentence[self.sentence[mention.start]].append(mention)

    def remove(self, mention: Mention) -> None:
        """Take a mention back."""
        self.mentions.remove(mention)
        self._by_start[mention.label][mention.start].remove(mention)
        for token in range(mention.start, mention.end):
            self._by_token[mention.label][token].remove(mention)
        self._by_sentence[self.sentence[mention.start]].remove(mention)

    def starting(self, labels: Iterable[str], token: int) -> list[Mention]:
        """Return the mentions of the labels that start at the token, longest first."""
        found = [m for label in labels if label in self._by_start for m in self._by_start[label].get(token, ())]
        return found if len(found) < 2 else sorted(found, key=lambda m: -m.end)

    def covering(self, labels: Iterable[str], token: int) -> Mention | None:
        """Return the mention of the labels that covers the token: headed by it if there is one, else the longest."""
        found = [m for label in labels if label in self._by_token for m in self._by_token[label].get(token, ())]
        if not found:
            return None
        return max(found, key=lambda m: (m.head == token, m.end - m.start))

    def within(self, sentence: int, labels: Iterable[str]) -> list[Mention]:
        """Return the mentions of the labels that start in the sentence, in order."""
        wanted = set(labels)
        return sorted((m for m in self._by_sentence[sentence] if m.label in wanted), key=lambda m: (m.start, -m.end))

    def labelled(self, *labels: str) -> list[Mention]:
        """Return all mentions of the labels in order of the text."""
        return sorted((m for m in self.mentions if m.label in labels), key=lambda m: (m.start, -m.end))

    def starts_of(self, label: str) -> Iterable[int]:
        """Return the tokens at which mentions of the label start."""
        return [t for t, found in self._by_start[label].items() if found] if label in self._by_start else ()

    def sentence_at(self, offset: int) -> int:
        """Return the number of the sentence that holds the stored offset (the last one that starts before it)."""
        starts = [self.start[first] for first, _ in self.sentences]
        return max(0, bisect_right(starts, offset) - 1)
