"""Posts from their mentions: who holds which title in which body or country."""

from __future__ import annotations

from collections.abc import Iterator, Set
from dataclasses import dataclass

from mappings import phrases
from mappings.records import Evidence, Post
from mappings.resolve.resolution import Resolution
from mappings.tokens import Mention, Parsed, Phrase

SUBJECT = ("nsubj", "nsubjpass")
UNREAD = "unread"  # the level of a post whose seat the text tells in words that are not read


@dataclass(frozen=True, slots=True)
class Held:
    """One reading of a post: the title in lower case, its seat if known, where it stands.

    `level` says in what such a post is held ("state", "body"), `code` of which country alone, as the lexicon has it.
    """

    holder: str
    title: str
    seat: str | None
    evidence: Evidence
    at: int
    to: str | None = None
    level: str = "body"
    code: str | None = None
    told: bool = True  # the seat is said with the title, not singled out by the rest of the text
    hint: str | None = None  # what the seat may be part of, if nothing speaks against it
    sender: str | None = None  # who sent or named the holder

    @property
    def words(self) -> frozenset[str]:
        return frozenset(self.title.split())

    @property
    def core(self) -> frozenset[str]:
        return core(self.words)


def core(words: frozenset[str]) -> frozenset[str]:
    """Return the words that tell one title from another: "minister of foreign affairs" is "foreign minister"."""
    return words - phrases.words("title_filler")


def title_text(parsed: Parsed, title: Mention, prefix: Mention | None = None) -> str:
    """Return a title as records hold it: lower case, abbreviations in full, a "former" before the country included."""
    words = parsed.words(title).lower().replace("’", "'").replace("–", "-")
    head = title.argument("head")
    phrase = parsed.phrase("title_head", head.start, head.end) if head else None
    if head and phrase and (full := phrase.attributes.get("full")):
        words = words.replace(parsed.words(head).lower(), full)
    whole = f"{parsed.words(prefix).lower()} {words}".replace("- ", "-") if prefix else words
    epithets = phrases.words("title_epithet")
    parts = whole.split()
    while len(parts) > 1 and parts[0] in epithets:
        del parts[0]
    before, hyphen, first = parts[0].partition("-")
    return " ".join([first, *parts[1:]] if hyphen and before in epithets else parts)


def held(parsed: Parsed, known: Resolution) -> list[Held]:
    """Read the Post mentions in order."""
    found: list[Held] = []
    for mention in parsed.labelled("Post"):
        if "ordered" in mention.attributes:
            found += _ordered(parsed, known, found, mention)
            continue
        holder = holder_of(mention)
        key = known.key(holder) if holder else None
        if key:
            found += _read(parsed, known, found, mention, key)
    return found + list(_lines(parsed, known))


def _lines(parsed: Parsed, known: Resolution) -> Iterator[Held]:
    """Yield the posts that stand in a line of their own below or above a name, as at the head of transcripts."""
    for sentence in range(len(parsed.sentences) - 1):
        first, end = parsed.sentences[sentence]
        start, stop = parsed.sentences[sentence + 1]
        below = next(iter(parsed.starting(("Title",), start)), None)
        person = parsed.covering(("Person",), end - 1)
        if below and person and person.end == end and _address(parsed, first, person.start):
            seat = next((m for m in parsed.within(sentence + 1, ("Body", "Country")) if m.end == stop), None)
            if below.end == stop or (seat and seat.start - below.end <= 2):
                yield from _line(parsed, known, person, below, seat)
        above = next(iter(parsed.starting(("Title",), first)), None)
        named = parsed.within(sentence + 1, ("Person",))
        alone = len(named) == 1 and all(parsed.text[token].isupper() for token in range(named[0].end, stop))
        if above and above.end == end and alone and _address(parsed, start, named[0].start):
            yield from _line(parsed, known, named[0], above, None)


def _line(parsed: Parsed, known: Resolution, person: Mention, title: Mention, seat: Mention | None) -> Iterator[Held]:
    if key := known.key(person):
        level, code = _level(parsed, title)
        evidence = known.sentence_evidence(title)
        yield Held(key, title_text(parsed, title), _key(known, seat), evidence, title.start, None, level, code)


def _address(parsed: Parsed, start: int, end: int) -> bool:
    """Tell whether the tokens are only forms of address."""
    known = [p for name in ("honorific", "honorific_as_written") for p in _phrases(parsed, name, start, end)]
    return all(parsed.text[t] in (".", "The") or any(p.start <= t < p.end for p in known) for t in range(start, end))


def _phrases(parsed: Parsed, lexicon: str, start: int, end: int) -> list[Phrase]:
    found = parsed.phrases.get(lexicon, {})
    return [phrase for token in range(start, end) for phrase in found.get(token, ())]


def holder_of(post: Mention) -> Mention | None:
    """Return the name of a post's holder; a further post has that of the post before it."""
    before = post.argument("before")
    return holder_of(before) if before else post.argument("holder")


def _read(parsed: Parsed, known: Resolution, found: list[Held], mention: Mention, holder: str) -> Iterator[Held]:
    office = next((m for m in mention.arguments.get("office", ()) if m.label == "Office"), mention)
    seat = _key(known, office.argument("of")) or _key(known, mention.argument("of"))
    to = _key(known, office.argument("to"))
    evidence = known.sentence_evidence(mention)
    if mention.attributes.get("counterpart") and "title" not in mention.arguments:
        if title := _counterpart(parsed, known, found, holder, mention.start):
            yield Held(holder, title.removeprefix("former "), seat, evidence, mention.start)
        return
    if like := mention.argument("like"):
        model = _key(known, holder_of(like))
        if title := next((one.title for one in reversed(found) if one.holder == model), None):
            yield Held(holder, title.removeprefix("former "), seat, evidence, mention.start, None, "state")
        return
    if mention.attributes.get("listed"):
        if seat and (title := _listed(parsed, known, seat, mention.start)):
            yield Held(holder, title, seat, evidence, mention.start, None, "state")
        return
    if title := mention.attributes.get("title"):
        level = mention.attributes.get("level", "body")
        yield Held(holder, title.lower(), seat, evidence, mention.start, None, level)
        return
    if sender := _key(known, mention.argument("sender")):
        seat = seat or next((one.seat for one in found if one.holder == sender and one.seat), None)
    seat = seat or _key(known, _owner(parsed, mention))
    hint = seat if mention.attributes.get("hint") else None
    titles = [*office.arguments.get("title", ()), *mention.arguments.get("rank", ())]
    if len(titles) > 1 and _other_holder(parsed, known, found, mention, holder, titles[0]):
        titles = titles[1:]
    for title_mention in titles:
        title = title_text(parsed, title_mention, office.argument("prefix"))
        title += _tail(parsed, mention)
        level, code = ("body", None) if sender else _level(parsed, title_mention)
        nation = level == "state" and " to the " not in title
        own = None if hint or (nation and _in_body(parsed, known, seat, titles)) else seat
        level = UNREAD if seat is None and _seated(parsed, mention, title_mention) else level
        yield Held(holder, title, own, evidence, mention.start, to, level, code, hint=hint, sender=sender)


def _ordered(parsed: Parsed, known: Resolution, found: list[Held], mention: Mention) -> Iterator[Held]:
    """Yield the posts of several holders who are named in the order of their countries, or without any."""
    holders = mention.arguments.get("holder", ())
    seats: tuple[Mention | None, ...] = mention.arguments.get("of", ()) or (None,) * len(holders)
    words, noun = mention.argument("title"), mention.argument("noun")
    for of, holder in zip(seats, holders, strict=True) if len(seats) == len(holders) else ():
        key, seat = known.key(holder), _key(known, of)
        title = title_text(parsed, words) if words else plural_title(parsed, noun) if noun else None
        title = title or (_counterpart(parsed, known, found, key, mention.start) if key else None)
        if key and title and (seat or of is None):
            evidence = known.sentence_evidence(mention)
            yield Held(key, title.removeprefix("former "), seat, evidence, mention.start, None, "state")


def _tail(parsed: Parsed, mention: Mention) -> str:
    """Return what a title goes on with behind its body: the business of a post, or the office that it serves."""
    business, office, link = (mention.argument(name) for name in ("business", "office", "link"))
    if group := mention.argument("group"):
        return f" of the {parsed.words(group).lower()}"
    if office and link:
        return f" {parsed.words(link).lower()} the {title_text(parsed, office)}"
    return f" {parsed.words(business).lower().strip(' ,')}" if business else ""


def _in_body(parsed: Parsed, known: Resolution, seat: str | None, titles: list[Mention]) -> bool:
    """Tell whether one of several posts is held in a body, in which those of a state beside it are not."""
    return (
        seat is not None and known.kind(seat) == "body" and any(_level(parsed, title)[0] != "state" for title in titles)
    )


def _owner(parsed: Parsed, mention: Mention) -> Mention | None:
    """Return the country or body that is meant by "its" before a title: the one named last before in the sentence."""
    named = parsed.within(parsed.sentence[mention.start], ("Country", "Demonym", "Body"))
    return next((m for m in reversed(named) if m.end <= mention.start), None) if _its(parsed, mention) else None


def _its(parsed: Parsed, mention: Mention) -> bool:
    return "its" in parsed.lower[max(0, mention.start - 1) : mention.start + 1]


def _seated(parsed: Parsed, mention: Mention, title: Mention) -> bool:
    """Tell whether the text says in what a post is held by words that are not read: "President X of Zanzibar"."""
    if title.start > 0 and parsed.dep[title.start - 1] == "compound" and _other(parsed, title.start - 1):
        return True
    if _its(parsed, mention):
        return True
    holder = mention.argument("holder")
    head = title.argument("head")
    phrase = parsed.phrase("title_head", head.start, head.end) if head else None
    ends = [] if phrase and "business" in phrase.attributes else [title.end]
    for at in (*ends, holder.end if holder else title.end):
        token = at + 2 if at + 1 < len(parsed) and parsed.lower[at + 1] == "the" else at + 1
        if token < len(parsed) and parsed.lower[at] == "of" and parsed.text[token][:1].isupper():
            return not parsed.covering(("Country", "Demonym"), token) and parsed.lower[token] not in phrases.words(
                "state_word"
            )
    return False


def _other(parsed: Parsed, token: int) -> bool:
    """Tell whether the word before a title names something that is not read: "company president X"."""
    if parsed.lower[token] in phrases.words("title_epithet", "title_modifier"):
        return False
    if _phrases(parsed, "honorific_as_written", token, token + 1):
        return False
    abbreviation = parsed.text[token].isupper() and len(parsed.text[token]) > 1
    read = parsed.covering(("Body", "Country", "Demonym", "Title"), token)
    return read is None and (abbreviation or parsed.pos[token] == "NOUN")


def _other_holder(
    parsed: Parsed, known: Resolution, found: list[Held], mention: Mention, holder: str, title: Mention
) -> bool:
    """Tell whether "the Vice President and Prime Minister X" speaks of two persons: the first title is another's."""
    definite = mention.start == title.start and mention.start > 0 and parsed.lower[mention.start - 1] == "the"
    words = title_text(parsed, title)
    return definite and any(one.holder != holder and one.title == words for one in found)


def _level(parsed: Parsed, title: Mention) -> tuple[str, str | None]:
    """Return in what such a post is held, and in which country alone: as the longest form in the lexicon has it."""
    head = title.argument("head")
    for start in range(title.start, head.start if head else title.start):
        for end in (title.end, head.end if head else title.end):
            if phrase := parsed.phrase("title_head", start, end):
                return phrase.attributes.get("of", "body"), phrase.attributes.get("code")
    return title.attributes.get("of", "body"), title.attributes.get("code")


def _counterpart(parsed: Parsed, known: Resolution, found: list[Held], holder: str, at: int) -> str | None:
    """Return the title of whom the counterpart is one: of the last subject before with a title, else the last holder.

    In an earlier sentence the subject of its main verb comes first.
    """
    posts = {one.holder: one.title for one in found if one.holder != holder}

    def nearness(mention: Mention) -> tuple[int, bool, int]:
        sentence, verb = parsed.sentence[mention.start], parsed.head[mention.head]
        return sentence, sentence < parsed.sentence[at] and parsed.head[verb] == verb, mention.start

    before = [m for m in parsed.labelled("Person", "Reference") if m.start < at and parsed.dep[m.head] in SUBJECT]
    for mention in sorted(before, key=nearness, reverse=True):
        if title := mention.argument("title"):
            return title_text(parsed, title)
        if (key := known.key(mention)) in posts:
            return posts[key or ""]
    return next((one.title for one in reversed(found) if one.holder in posts and one.at < at), None)


def _listed(parsed: Parsed, known: Resolution, seat: str, at: int) -> str | None:
    """Return the title last said of the holders in several countries, this one among them."""
    for mention in reversed(parsed.labelled("Reference")):
        noun = mention.argument("noun")
        if mention.start < at and noun and any(seat in known.keys(m) for m in mention.arguments.get("of", ())):
            return plural_title(parsed, noun)
    return None


def plural_title(parsed: Parsed, noun: Mention) -> str:
    """Return the title of which several are said to be the holders."""
    return " ".join(singular(word) for word in parsed.words(noun).lower().split())


def singular(word: str) -> str:
    """Return the singular of a word in the plural of a title; it is a title's last word that is put in the plural."""
    if word.endswith("men"):
        return word[:-3] + "man"
    return word[:-1] if word.endswith("s") and word != "affairs" else word


def _key(known: Resolution, mention: Mention | None) -> str | None:
    return known.key(mention) if mention else None


def records(found: list[Held]) -> tuple[Post, ...]:
    """Join the readings of one post: one that lacks the seat goes with one of the same title that has it."""
    return tuple(_joined(found))


def _joined(found: list[Held]) -> Iterator[Post]:
    groups: list[list[Held]] = []
    for one in sorted(found, key=lambda h: h.seat is None):
        for group in groups:
            if group[0].holder == one.holder and any(same_post(one, other) for other in group):
                group.append(one)
                break
        else:
            groups.append([one])
    for group in sorted(groups, key=lambda g: min(h.at for h in g)):
        best = max(group, key=lambda h: (h.seat is not None, len(h.title), -h.at))
        seen = dict.fromkeys(h.evidence for h in sorted(group, key=lambda h: h.at))
        to = next((h.to for h in group if h.to), None)
        title = max((h.title for h in group), key=len)
        yield Post(best.holder, title, best.seat, tuple(seen), to)


def same_post(one: Held, other: Held) -> bool:
    """Tell whether two readings of one holder tell of one post: no other seat, one title short for the other."""
    if one.seat and other.seat and one.seat != other.seat:
        return False
    return same_title(one.words, other.words)


def same_title(one: Set[str], other: Set[str]) -> bool:
    """Tell whether one title, as its words, may be short for the other; a word like "deputy" makes it another."""
    return (one <= other or other <= one) and not (one ^ other) & phrases.words("title_changer")
