"""What surrounds an article is cut, and nothing of the article is."""

from __future__ import annotations

from itertools import pairwise

import pytest

from mappings.article import Kind
from mappings.boilerplate import segments
from mappings.cutting import CutRule, cut_rules

REPORT = (
    "Foreign Minister Kari Nordmann met her counterpart Ola Hansen in Oslo on Monday, the ministry said. "
    "The two ministers spoke of trade, fisheries and the transit of goods through the northern ports of both countries."
)


def kept(text: str, *, headline: str | None = None) -> list[str]:
    return [text[part.start : part.end] for part in segments(text, headline=headline)]


def kinds(text: str, *, headline: str | None = None) -> list[tuple[str, str]]:
    return [(str(part.kind), text[part.start : part.end]) for part in segments(text, headline=headline)]


@pytest.mark.parametrize("rule", cut_rules(), ids=lambda rule: rule.name)
def test_a_rule_cuts_its_example(rule: CutRule) -> None:
    assert kept(rule.example) == list(rule.keeps)
    assert rule.pattern.search(rule.example) or any(rule.pattern.search(line) for line in rule.example.split("\n"))


@pytest.mark.parametrize("rule", cut_rules(), ids=lambda rule: rule.name)
def test_a_rule_leaves_its_counterexample(rule: CutRule) -> None:
    assert kept(rule.counterexample) == [line.strip() for line in rule.counterexample.split("\n") if line.strip()]


@pytest.mark.parametrize("rule", cut_rules(), ids=lambda rule: rule.name)
def test_a_rule_says_why(rule: CutRule) -> None:
    assert len(rule.reason.split()) > 4


def test_rule_names_are_unique() -> None:
    names = [rule.name for rule in cut_rules()]
    assert len(names) == len(set(names))


def test_a_menu_above_the_report_is_cut() -> None:
    menu = "Home\n\nWorld\n\nAbout the site\n\nWeather\n\nContact our team\n\nVersion for mobile phones\n\n"
    assert kept(f"{menu}Nordmann and Hansen Speak of Trade\n\n{REPORT}") == [
        "Nordmann and Hansen Speak of Trade",
        REPORT,
    ]


def test_a_known_headline_is_found_among_other_titles() -> None:
    text = f"Storm closes the port of the island\n\nMinisters speak of trade in Oslo\n\n{REPORT}"
    assert kinds(text, headline="Ministers speak of trade in Oslo | Nordic Wire") == [
        ("headline", "Ministers speak of trade in Oslo"),
        ("body", REPORT),
    ]


def test_a_repeated_headline_is_kept_once() -> None:
    title = "Ministers of Nordmann and Hansen Speak of Trade"
    assert kept(f"{title}\n{title}\n\n{REPORT}") == [title, REPORT]


def test_links_behind_the_report_are_cut() -> None:
    assert kept(f"{REPORT}\n\nStorm closes the port of the island\n\nPrices of fish go up again\n") == [REPORT]


def test_a_subheading_between_sentences_is_kept_as_one() -> None:
    assert kinds(f"{REPORT}\n\nTrade Through the Ports\n\n{REPORT} Then they left.") == [
        ("body", REPORT),
        ("subheading", "Trade Through the Ports"),
        ("body", f"{REPORT} Then they left."),
    ]


def test_a_run_of_short_lines_between_sentences_is_a_menu() -> None:
    assert kept(f"{REPORT}\n\nWorld\nNorth\nSport\nWeather\n\n{REPORT} Then they left.") == [
        REPORT,
        f"{REPORT} Then they left.",
    ]


def test_the_lines_of_a_list_are_kept() -> None:
    items = ["An agreement on fisheries in the north", "A memorandum on the ports of Bergen", "A plan for the schools"]
    lines = [REPORT, "The following documents were signed:", *items, f"{REPORT} Then they left."]
    assert kept("\n\n".join(lines)) == lines


def test_a_caption_of_the_reported_event_is_kept_and_another_one_cut() -> None:
    own = "Kari Nordmann (R) and Ola Hansen in Oslo, Norway, on May 2, 2022. (Photo by NTB)"
    other = "Actor Per Olsen (L) speaks with singer Liv Dahl in Oslo, Norway, on May 1, 2022. (NTB photo)"
    assert kinds(f"{other}\n{own}\n\n{REPORT}") == [("caption", own), ("body", REPORT)]


def test_day_hour_and_place_lines_are_the_dateline() -> None:
    assert kinds(f"Meeting with Minister Ola Hansen\n\nJune 9, 2018\n\n10:45\n\nAkershus, Oslo\n\n{REPORT}") == [
        ("headline", "Meeting with Minister Ola Hansen"),
        ("dateline", "June 9, 2018"),
        ("dateline", "10:45"),
        ("dateline", "Akershus, Oslo"),
        ("body", REPORT),
    ]


@pytest.mark.parametrize(
    "dateline",
    [
        "OSLO",
        "OSLO, March 3 (NTB)",
        "OSLO, March 3. /NTB/.",
        "Oslo, 3 March 2022",
        "OSLO (NTB)",
        "NEW YORK, Sept. 4 (Xinhua)",
    ],
)
def test_a_wire_dateline_is_a_segment_of_its_own(dateline: str) -> None:
    mark = " " if dateline.endswith("/.") else " – "
    assert kinds(f"{dateline}{mark}{REPORT}") == [("dateline", dateline), ("body", REPORT)]


def test_a_cut_inside_a_sentence_leaves_glued_segments() -> None:
    text = f"{REPORT}\n\nThe king congratulated Ola Hansen Hansen OlaMinister of Trade on his election."
    found = segments(text)
    assert [(text[part.start : part.end], part.glued) for part in found[1:]] == [
        ("The king congratulated Ola Hansen", False),
        ("on his election.", True),
    ]


def test_lines_broken_at_a_column_are_one_paragraph() -> None:
    wrapped = "\n".join(
        [
            "The president of Norway spoke today with the president of Sweden",
            "about the ports of both countries. They discussed a number of",
            "regional questions, among them the fisheries in the north and the",
            "transit of goods.",
        ]
    )
    assert kept(wrapped) == wrapped.split("\n")
    assert [part.glued for part in segments(wrapped)] == [False, True, True, True]


def test_a_sentence_broken_by_a_blank_line_is_one_paragraph() -> None:
    text = f"{REPORT}\n\nThe ministers of both countries also\n\nspoke of the schools in the north."
    assert [part.glued for part in segments(text)] == [False, False, True]


def test_turns_of_a_transcript_are_kept() -> None:
    turns = ["King of Norway: Mr President,", "I am glad.", "President of Sweden (retranslated): Thank you."]
    assert kept("\n\n".join(turns)) == turns


def test_a_list_at_the_end_is_kept_where_the_last_sentence_announces_it() -> None:
    items = ["An agreement on fisheries in the north", "A memorandum on the ports of Bergen"]
    lines = [REPORT, "The following documents were signed in Oslo:", *items]
    assert kept("\n\n".join(lines)) == lines


def test_a_label_amid_the_report_does_not_end_it() -> None:
    text = f"A short sentence stands here first.\n\nMore news\n\n{REPORT}\n\n{REPORT} Then they left."
    assert REPORT in kept(text)


def test_a_text_without_a_sentence_has_no_segments() -> None:
    assert segments("Home\n\nWorld\n\nContact\n") == ()


def test_segments_lie_in_order_within_the_text() -> None:
    text = f"Home\n\n{REPORT}\n\nShare\n\nA plan for Ola Hansen Hansen Ola was made by them. AB/CD\n"
    found = segments(text)
    assert all(part.start < part.end <= len(text) for part in found)
    assert all(one.end <= other.start for one, other in pairwise(found))
    assert {part.kind for part in found} <= set(Kind)
