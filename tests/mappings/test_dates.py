"""Date expressions mean the day that a newspaper reader takes them to mean, and nothing where they do not say."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mappings import dates

WEDNESDAY = date(2024, 12, 11)
WEEKDAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
DAYS = st.dates(min_value=date(1950, 1, 1), max_value=date(2090, 12, 31))


def meaning(text: str, *, published: date | None = WEDNESDAY, planned: bool = False) -> str | None:
    return dates.resolve(text, published=published, planned=planned).date


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("December 8, 2023", "2023-12-08"),
        ("Dec. 8, 2023", "2023-12-08"),
        ("8 December 2023", "2023-12-08"),
        ("8th of December, 2023", "2023-12-08"),
        ("Friday, December 8, 2023", "2023-12-08"),
        ("on Friday 8 December 2023", "2023-12-08"),
        ("2023-12-08", "2023-12-08"),
        ("08.12.2023", "2023-12-08"),
        ("27/07/2022", "2022-07-27"),
        ("07/27/2022", "2022-07-27"),
        ("5/6/2022", "2022"),
        ("on May 9-10, 2022", "2022-05-09"),
        ("from 12 to 14 March 2023", "2023-03-12"),
        ("October 2024", "2024-10"),
        ("early June 2024", "2024-06"),
        ("in 2018", "2018"),
        ("since 2018", "2018"),
        ("a visit in 2018 was made", "2018"),
        ("late 2023", "2023"),
        ("the summer of 2023", "2023"),
    ],
)
def test_a_stated_date_needs_no_publication(text: str, iso: str) -> None:
    assert dates.resolve(text) == dates.Resolved(iso, "stated", dates.find(text)[0].text)


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("on Wednesday", "2024-12-11"),
        ("on Monday afternoon", "2024-12-09"),
        ("last Wednesday", "2024-12-04"),
        ("Thursday", "2024-12-05"),
        ("today", "2024-12-11"),
        ("Earlier in the day", "2024-12-11"),
        ("this morning", "2024-12-11"),
        ("yesterday", "2024-12-10"),
        ("two days ago", "2024-12-09"),
        ("on December 8", "2024-12-08"),
        ("on January 5", "2024-01-05"),
        ("on 12 December", "2023-12-12"),
        ("5-7 May", "2024-05-05"),
        ("between January 9 and 10", "2024-01-09"),
        ("Monday (December 9)", "2024-12-09"),
        ("in October", "2024-10"),
        ("since May", "2024-05"),
        ("by March 3", "2024-03-03"),
        ("in December", "2024-12"),
        ("last December", "2023-12"),
        ("in early June", "2024-06"),
        ("last month", "2024-11"),
        ("this year", "2024"),
        ("last year", "2023"),
        ("four years ago", "2020"),
    ],
)
def test_a_past_date_is_counted_back_from_the_publication(text: str, iso: str) -> None:
    found = dates.resolve(text, published=WEDNESDAY)
    assert (found.date, found.basis) == (iso, "relative-to-publication")
    assert meaning(text, published=None) is None


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("on Friday", "2024-12-13"),
        ("on Wednesday", "2024-12-11"),
        ("next Wednesday", "2024-12-18"),
        ("Wednesday next week", "2024-12-18"),
        ("Monday next week", "2024-12-16"),
        ("tomorrow", "2024-12-12"),
        ("on January 5", "2025-01-05"),
        ("in October", "2025-10"),
        ("next month", "2025-01"),
        ("next year", "2025"),
    ],
)
def test_a_planned_date_is_counted_forward(text: str, iso: str) -> None:
    assert meaning(text, planned=True) == iso


@pytest.mark.parametrize("text", ["last week", "this week", "recently", "in the near future", "two weeks ago"])
def test_words_that_name_no_day_give_none(text: str) -> None:
    assert meaning(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "it may 5 be",
        "they march on",
        "nearly 50 years ago",
        "in the early 2000s",
        "in the 1970's",
        "to Mar del Plata",
        "a meeting of May and Merkel",
        "a statement by May",
        "a force of 2000 soldiers",
        "in 2000 schools",
        "1,401 tons",
        "20 percent",
        "$2024 million",
        "in 10 months",
        "wednesday",
        "Marching",
        "the Mayor",
        "30 February 2020",
    ],
)
def test_what_is_no_date_is_none(text: str) -> None:
    assert meaning(text) is None


def test_the_basis_of_a_dateline_is_the_dateline() -> None:
    found = dates.resolve("OSLO, January 16.", published=date(2024, 1, 17), dateline=True)
    assert found == dates.Resolved("2024-01-16", "dateline", "January 16")


def test_find_gives_spans_that_cut_out_their_words() -> None:
    text = "They met on Monday, signed it on 5 May 2021 in Oslo and will meet again in June."
    found = dates.find(text)
    assert (
        [text[one.start : one.end] for one in found] == ["Monday", "5 May 2021", "June"] == [one.text for one in found]
    )


def test_a_stated_weekday_chooses_the_year() -> None:
    assert meaning("Thursday, January 16", published=date(2025, 1, 10)) == "2025-01-16"


@pytest.mark.parametrize(
    "line",
    [
        "December 8, 2023",
        "14:30",
        "Published On 3 Mar 2022",
        "April 7, 2023 at 1:18 pm | Published in: News",
        "Sunday, 18 October 2009",
        "27/07/2022 12:59",
        "Eklenme: 23.12.2019 17:50:07",
    ],
)
def test_a_line_of_date_and_time_is_known(line: str) -> None:
    assert dates.is_date_line(line)


@pytest.mark.parametrize(
    "line", ["March 2 meeting held in Oslo", "Call of 21 April 2020 with the king", "Home", "2 mins read"]
)
def test_a_title_with_a_date_is_no_date_line(line: str) -> None:
    assert not dates.is_date_line(line)


@given(published=DAYS, wanted=st.sampled_from(WEEKDAYS))
def test_a_weekday_is_the_last_one_up_to_the_publication(published: date, wanted: str) -> None:
    found = date.fromisoformat(meaning(f"on {wanted}", published=published) or "")
    assert found.weekday() == WEEKDAYS.index(wanted)
    assert published - timedelta(days=6) <= found <= published


@given(published=DAYS, wanted=st.sampled_from(WEEKDAYS))
def test_a_planned_weekday_is_the_next_one_from_the_publication_on(published: date, wanted: str) -> None:
    found = date.fromisoformat(meaning(f"on {wanted}", published=published, planned=True) or "")
    assert found.weekday() == WEEKDAYS.index(wanted)
    assert published <= found <= published + timedelta(days=6)


@given(published=DAYS, wanted=st.sampled_from(WEEKDAYS))
def test_last_and_next_exclude_the_day_itself(published: date, wanted: str) -> None:
    last = date.fromisoformat(meaning(f"last {wanted}", published=published) or "")
    following = date.fromisoformat(meaning(f"next {wanted}", published=published) or "")
    assert published - timedelta(days=7) <= last < published < following <= published + timedelta(days=7)


@given(day=DAYS, form=st.sampled_from(["%B %d, %Y", "%d %B %Y", "%Y-%m-%d", "%b %d, %Y", "%d.%m.%Y", "%A, %B %d, %Y"]))
def test_every_full_date_is_read_back(day: date, form: str) -> None:
    assert meaning(day.strftime(form), published=None) == day.isoformat()


@given(published=DAYS, back=st.integers(min_value=0, max_value=360))
def test_a_day_without_a_year_is_the_nearest_one_behind(published: date, back: int) -> None:
    day = published - timedelta(days=back)
    assert meaning(day.strftime("on %d %B"), published=published) == day.isoformat()


@given(text=st.text(max_size=80), published=DAYS)
def test_no_text_makes_the_resolver_fail(text: str, published: date) -> None:
    dates.resolve(text, published=published)
