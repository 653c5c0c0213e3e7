"""Date expressions in English news: where they stand, and what day, month or year they mean."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Literal

from mappings import lexicon

Basis = Literal["stated", "relative-to-publication", "dateline"]


@dataclass(frozen=True, slots=True)
class Resolved:
    """A date as YYYY-MM-DD, YYYY-MM or YYYY, or None where the words give none soundly; `text` keeps the words."""

    date: str | None
    basis: Basis | None
    text: str


@dataclass(frozen=True, slots=True)
class Expression:
    """A date expression in a text: half-open offsets, its words, and the kind of expression it is."""

    start: int
    end: int
    text: str
    kind: str


@dataclass(frozen=True, slots=True)
class Setting:
    """What an expression is resolved against: the publication, and whether the text speaks of what is yet to come."""

    published: date | None = None
    planned: bool = False


@dataclass(frozen=True, slots=True)
class Words:
    """The word lists of lexicon/dates.yaml, turned into look-ups and alternations."""

    months: Mapping[str, int]
    weekdays: Mapping[str, int]
    days: Mapping[str, int]
    numbers: Mapping[str, int]
    lists: Mapping[str, tuple[str, ...]]

    def any_of(self, name: str) -> str:
        """Give one list as a regular expression's alternation, longest word first."""
        return _any(self.lists[name])


def _any(words: tuple[str, ...] | Mapping[str, int]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=lambda word: (-len(word), word)))


@cache
def words() -> Words:
    """Load the word lists once."""
    data = lexicon.load("dates")
    return Words(
        months={name: number for number, names in data["months"].items() for name in names},
        weekdays={name: number for number, names in data["weekdays"].items() for name in names},
        days=data["days"],
        numbers=data["numbers"],
        lists={key: tuple(value) for key, value in data.items() if isinstance(value, list)},
    )


def resolve(text: str, *, published: date | None = None, planned: bool = False, dateline: bool = False) -> Resolved:
    """Resolve the first date expression of a text.

    "Wednesday" is the last one on or before the publication, the day itself included, or the next one when `planned`.
    Without a publication date everything relative gives None. `dateline`: the words stand in the article's dateline.
    """
    found = find(text)
    if not found:
        return Resolved(None, None, text)
    return resolve_expression(found[0], published=published, planned=planned, dateline=dateline)


def resolve_expression(
    expression: Expression, *, published: date | None = None, planned: bool = False, dateline: bool = False
) -> Resolved:
    """Resolve an expression that `find` gave."""
    pattern, reader = _readers()[expression.kind]
    match = pattern.search(expression.text) or pattern.search(f"in {expression.text}")
    iso = reader(match, Setting(published, planned)) if match else None
    if iso is None:
        return Resolved(None, None, expression.text)
    stated = expression.kind in STATED
    return Resolved(iso, "dateline" if dateline else "stated" if stated else "relative-to-publication", expression.text)


def find(text: str) -> tuple[Expression, ...]:
    """Find the date expressions of a text from left to right, the longest at each place, without overlaps."""
    hits = [
        Expression(*match.span("date"), match.group("date"), kind)
        for kind, (pattern, _) in _readers().items()
        for match in pattern.finditer(text)
    ]
    found: list[Expression] = []
    for hit in sorted(hits, key=lambda hit: (hit.start, -hit.end, KINDS.index(hit.kind))):
        if not found or hit.start >= found[-1].end:
            found.append(hit)
    return tuple(found)


Reader = Callable[[re.Match[str], Setting], str | None]


@cache
def _readers() -> dict[str, tuple[re.Pattern[str], Reader]]:
    """Compile one pattern for each kind of expression; the whole expression is the group "date"."""
    w = words()
    month = rf"(?P<month>{_any(w.months)})\b(?:(?<=\b\w{{3}})(?<!May)\.|(?<=\bSept)\.)?"  # "Jan." but "in May."
    weekday = rf"(?P<weekday>{_any(w.weekdays)})\b(?:(?<=\b\w{{3}})\.|(?<=\b\w{{4}})\.|(?<=\b\w{{5}})\.)?"
    loud = month.replace(_any(w.months), f"(?i:{_any(w.months)})")  # in any case: "12 JUNE 2020"
    day, year = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?\b", r"(?P<year>(?:1[89]|20)\d\d)(?![\d%]|[.,]\d)"
    on = rf"(?:{weekday}(?:\s(?:{w.any_of('parts_of_day')}))?,?\s+(?:\(|the\s|on\s)?)?"
    to = r"(?:\s?(?:-|–|—|to|and|until|through|till)\s?(?:{})\b)?"
    to_day = to.format(rf"(?:(?:{_any(w.months)})\.?\s)?\d{{1,2}}(?:st|nd|rd|th)?")
    to_month = to.format(rf"\d{{1,2}}(?:st|nd|rd|th)?(?:\s(?:{_any(w.months)}))?")
    part = rf"(?:(?:{w.any_of('parts_of_period')})[\s-]?)?"
    intro, plain = w.any_of("introducing"), w.lists["months_that_are_words"]
    whole = tuple(name for name in w.months if len(name) > 3 or name in ("Jan", "Feb", "Aug", "Oct", "Nov", "Dec"))
    safe = tuple(name for name in whole if name not in plain)  # "Mar del Plata", "Jun Li" are no months
    unsure = "".join(rf"(?<!{word}\s)" for word in w.lists["approximate"])
    sides, months = _any(w.lists["before"] + w.lists["after"] + w.lists["here"]), f"(?:{_any(w.months)})"
    side = rf"(?P<side>{sides})"
    year_end = rf"(?!-\w|['’]?s\b|\s(?!(?:{w.any_of('no_plurals')})\b)[a-z]+s\b)"  # "in 2018", not "in 2000 schools"
    no_year = r"(?!\s\d|,?\s(?:1[89]|20)\d\d)"
    hour = rf"(?:\s(?:{w.any_of('parts_of_day')}))?"
    shapes: dict[str, tuple[str, Reader]] = {
        "iso": (rf"(?P<date>{year}[-/.](?P<month>\d{{1,2}})[-/.](?P<day>\d{{1,2}}))(?!\d)", _numeric),
        "numeric": (rf"(?P<date>(?P<day>\d{{1,2}})(?P<mark>[/.-])(?P<month>\d{{1,2}})(?P=mark){year})", _numeric),
        "month-day-year": (rf"\b(?P<date>{on}{loud}\s{day}{to_day},?\.?\s?,?\s?{year})", _full),
        "day-month-year": (rf"\b(?P<date>{on}{day}{to_month}\s(?:of\s)?{loud},?\s{year})", _full),
        "month-day": (rf"\b(?P<date>{on}{month}\s{day}{to_day})(?!,?\s?\d{{4}}|[:,]\d)", _day_of_year),
        "day-month": (rf"\b(?P<date>{on}{day}{to_month}\s(?:of\s)?{month})(?!,?\s?\d{{4}})", _day_of_year),
        "month-year": (rf"\b(?P<date>{part}{month},?\s(?:of\s)?{year})", _month_of_year),
        "year": (
            rf"\b(?:{intro}|year)\s(?P<date>{part}(?:(?:{w.any_of('seasons')})\s(?:of\s)?)?{year}){year_end}",
            _year,
        ),
        "period-year": (
            rf"\b(?P<date>(?:{w.any_of('parts_of_period')}|{w.any_of('seasons')})[\s-]?(?:of\s)?{year}){year_end}",
            _year,
        ),
        "bare-year": (rf"^\s*(?P<date>{year})\s*$", _year),
        "month": (rf"\b(?:{intro})\s(?P<date>{part}(?P<month>{_any(safe)})\b(?:(?<=\b\w{{3}})\.)?){no_year}", _month),
        "month-word": (
            rf"\b(?:{w.any_of('introducing_words')})\s(?P<date>{part}(?P<month>{_any(plain)})\b){no_year}",
            _month,
        ),
        "sided-month": (rf"\b(?P<date>(?:{side}|early|late|mid-?)\s?{month})(?!\s\d|,?\s(?:1[89]|20)\d\d)", _month),
        "bare-month": (
            rf"^\s*(?P<date>{part}(?P<month>{_any(safe)})\b\.?)\s*$",
            _month,
        ),
        "weekday": (
            rf"\b(?P<date>(?:{side}\s)?{weekday}{hour}(?:\s(?P<week>{sides})\sweek)?)\b"
            rf"(?!,?\s(?:the\s)?\d{{1,2}}(?:st|nd|rd|th)?\s(?:of\s)?{months}|,?\s{months}\b\.?\s\d)",
            _weekday,
        ),
        "day": (rf"\b(?P<date>(?i:(?P<words>{_any(w.days)})))\b", _relative_day),
        "days-ago": (
            rf"\b{unsure}(?P<date>(?i:(?P<count>\d{{1,2}}|{_any(w.numbers)}))\s(?P<unit>day|year)s?\sago)\b",
            _ago,
        ),
        "period": (rf"\b(?P<date>(?i:{side})\s(?P<unit>month|year|week|summer|winter|spring|autumn|fall))\b", _period),
    }
    return {kind: (re.compile(pattern), reader) for kind, (pattern, reader) in shapes.items()}


STATED = frozenset(
    ("iso", "numeric", "month-day-year", "day-month-year", "month-year", "year", "period-year", "bare-year")
)
KINDS = (
    *(
        "iso",
        "numeric",
        "month-day-year",
        "day-month-year",
        "month-day",
        "day-month",
        "month-year",
        "year",
        "period-year",
    ),
    *("bare-year", "sided-month", "month", "month-word", "bare-month", "weekday", "day", "days-ago", "period"),
)


def _safe(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _iso(found: date | None) -> str | None:
    return found.isoformat() if found else None


def _numeric(match: re.Match[str], setting: Setting) -> str | None:
    """Read digits; "5/6/2022" gives its year only, since outlets put the day and the month in either order."""
    year, month, day = int(match["year"]), int(match["month"]), int(match["day"])
    if match.groupdict().get("mark") == "/":
        if day > 12 >= month or day == month:
            return _iso(_safe(year, month, day))
        return _iso(_safe(year, day, month)) if month > 12 else str(year)
    return _iso(_safe(year, month, day))


def _number(month: str) -> int:
    """Give the number of a month in whatever case it is written."""
    months = words().months
    return months[month] if month in months else months[month.capitalize()]


def _full(match: re.Match[str], setting: Setting) -> str | None:
    return _iso(_safe(int(match["year"]), _number(match["month"]), int(match["day"])))


def _day_of_year(match: re.Match[str], setting: Setting) -> str | None:
    """Give a day and a month the year nearest to the publication on its side; a stated weekday must agree if it can."""
    if setting.published is None:
        return None
    month, day, published = words().months[match["month"]], int(match["day"]), setting.published
    years = (published.year + shift for shift in (-4, -3, -2, -1, 0, 1, 2, 3, 4))
    days = [found for year in years if (found := _safe(year, month, day))]
    named = match.groupdict().get("weekday")
    if named and any(_near(found, published) for found in days if found.weekday() == words().weekdays[named]):
        days = [found for found in days if found.weekday() == words().weekdays[named] and _near(found, published)]
        return _iso(min(days, key=lambda found: abs(found - published)))
    sided = [found for found in days if (found >= published if setting.planned else found <= published)]
    return _iso(min(sided, key=lambda found: abs(found - published), default=None))


def _near(found: date, published: date) -> bool:
    return abs(found - published).days < 400


def _month_of_year(match: re.Match[str], setting: Setting) -> str | None:
    return f"{match['year']}-{words().months[match['month']]:02d}"


def _year(match: re.Match[str], setting: Setting) -> str | None:
    return str(match["year"])


def _month(match: re.Match[str], setting: Setting) -> str | None:
    """Give a month its year: the last one begun by the publication, or the next one if planned or so said."""
    if setting.published is None:
        return None
    published, month = setting.published, words().months[match["month"]]
    side = _side(match)
    if side == "before" and month == published.month:
        year = published.year - 1
    elif side == "after" or (setting.planned and side != "before"):
        year = published.year + (month < published.month or (side == "after" and month == published.month))
    else:
        year = published.year - (month > published.month)
    return f"{year}-{month:02d}"


def _side(match: re.Match[str], group: str = "side") -> str | None:
    """Tell to which of the lists before, after, here a qualifier belongs."""
    word = (match.groupdict().get(group) or "").lower()
    return next((name for name in ("before", "after", "here") if word in words().lists[name]), None)


def _weekday(match: re.Match[str], setting: Setting) -> str | None:
    """Find the day that a weekday means; "last" and "next" exclude the day of publication itself."""
    if setting.published is None:
        return None
    published, wanted = setting.published, words().weekdays[match["weekday"]]
    side, week = _side(match), _side(match, "week")
    if week:
        monday = (
            published - timedelta(days=published.weekday()) + timedelta(weeks={"before": -1, "after": 1}.get(week, 0))
        )
        return _iso(monday + timedelta(days=wanted))
    back = (published.weekday() - wanted) % 7
    if side == "before":
        return _iso(published - timedelta(days=back or 7))
    ahead = (wanted - published.weekday()) % 7
    if side == "after":
        return _iso(published + timedelta(days=ahead or 7))
    return _iso(published + timedelta(days=ahead) if setting.planned else published - timedelta(days=back))


def _relative_day(match: re.Match[str], setting: Setting) -> str | None:
    if setting.published is None:
        return None
    return _iso(setting.published + timedelta(days=words().days[match["words"].lower()]))


def _ago(match: re.Match[str], setting: Setting) -> str | None:
    if setting.published is None:
        return None
    count = words().numbers.get(match["count"].lower()) or int(match["count"])
    if match["unit"] == "day":
        return _iso(setting.published - timedelta(days=count))
    return str(setting.published.year - count)


def _period(match: re.Match[str], setting: Setting) -> str | None:
    """Resolve "last month", "this year"; a week or a season is no date that the graph can hold."""
    if setting.published is None or match["unit"] not in ("month", "year"):
        return None
    published, step = setting.published, {"before": -1, "after": 1}.get(_side(match) or "", 0)
    if match["unit"] == "year":
        return str(published.year + step)
    index = published.year * 12 + published.month - 1 + step
    return f"{index // 12}-{index % 12 + 1:02d}"


_CLOCK = re.compile(
    r"\d{1,2}[:.]\d{2}(?:[:.]\d{2})?(?:\s?[ap]\.?m\.?)?"
    r"(?:\s?\(?[A-Z]{2,4}(?:[+-]\d{1,2}(?::?\d\d)?)?\)?)?|[+-]\d{1,2}:?\d{2}",
    re.IGNORECASE,
)


def is_date_line(line: str) -> bool:
    """Say whether a line holds a date or a time of day and nothing else but the words that go with them."""
    if len(line) > 120:
        return False
    dates = [found for found in find(line) if found.kind in DAYS]
    rest = line
    for found in reversed(dates):
        rest = rest[: found.start] + " " + rest[found.end :]
    rest, clocks = _CLOCK.subn(" ", rest)
    if not dates and not clocks:
        return False
    if clocks and any(found.kind in FULL for found in dates) and len(line.split()) <= STAMP_WORDS and line[-1] != ".":
        return True
    beside = set(words().lists["line_words"]) | {name.lower() for name in words().weekdays}
    return all(word.lower().strip(".'’") in beside for word in re.findall(r"[^\W\d_][\w.'’]*", rest))


FULL = frozenset(("iso", "numeric", "month-day-year", "day-month-year"))
STAMP_WORDS = 12  # a short line with a day and an hour is a stamp, whatever else it says, in whatever language
DAYS = frozenset(("iso", "numeric", "month-day-year", "day-month-year", "month-day", "day-month"))


def full_date(line: str) -> date | None:
    """Give the first complete day that a line states with its year."""
    for found in find(line):
        if found.kind in FULL:
            iso = resolve_expression(found).date
            if iso and len(iso) == 10:
                return date.fromisoformat(iso)
    return None
