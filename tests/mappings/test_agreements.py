"""Agreements: one record for one agreement, with its parties, its status as told, and the changes of it."""

from __future__ import annotations

import pytest

from mappings.article import Article, Segment
from mappings.extraction import extract
from mappings.records import Agreement, Records


def read(text: str) -> Records:
    (records,) = extract([Article("treaty", text, (Segment(0, len(text)),))])
    return records


def agreements(text: str) -> tuple[Agreement, ...]:
    return read(text).agreements


def parties(text: str) -> list[list[str]]:
    records = read(text)
    names = {entity.key: entity.label for entity in records.entities}
    return [sorted(names[key] for key in agreement.parties) for agreement in records.agreements]


@pytest.mark.parametrize(
    ("sentence", "status"),
    [
        ("Norway and Chile signed a fisheries agreement on Monday.", "signed"),
        ("Norway and Chile will sign a fisheries agreement on Monday.", "proposed"),
        ("Norway and Chile are negotiating a fisheries agreement.", "negotiating"),
        ("The Chilean parliament ratified the fisheries agreement with Norway.", "ratified"),
        ("The fisheries agreement between Norway and Chile entered into force.", "in-force"),
        ("The fisheries agreement between Norway and Chile is under negotiation.", "negotiating"),
        ("Chile suspended the fisheries agreement with Norway.", "suspended"),
        ("Chile withdrew from the fisheries agreement with Norway.", "withdrawn"),
        ("Norway urged Chile to return to the fisheries agreement.", "withdrawn"),
        ("They spoke about the fisheries agreement between Norway and Chile.", "unspecified"),
        ("Chile did not withdraw from the fisheries agreement with Norway.", "unspecified"),
        ("Chile refused to sign the fisheries agreement with Norway.", "unspecified"),
        ("Under the fisheries agreement with Norway, Chile must report its catch.", "in-force"),
        ("The fisheries agreement with Norway expires in May.", "in-force"),
        ("Norway and Chile are close to a fisheries agreement.", "negotiating"),
        ("Norway and Chile resumed the fisheries agreement negotiations.", "negotiating"),
        ("They spoke of the need for a fisheries agreement between Norway and Chile.", "proposed"),
        ("Both recalled the signing of the fisheries agreement between Norway and Chile.", "signed"),
        ("They expect the signing of the fisheries agreement between Norway and Chile.", "proposed"),
        ("Chile put the fisheries agreement with Norway on hold.", "suspended"),
    ],
)
def test_the_status_is_the_one_told(sentence: str, status: str) -> None:
    assert [agreement.status for agreement in agreements(sentence)] == [status]


@pytest.mark.parametrize(
    "sentence",
    [
        "Norway and Chile signed a fisheries agreement.",
        "The fisheries agreement between Norway and Chile was praised.",
        "The Norway-Chile fisheries agreement was praised.",
        "The fisheries agreement between Oslo and Santiago pleased Norway and Chile.",
        "The parties to the fisheries agreement are Norway and Chile.",
        "The fisheries agreement between the Norwegian government and Chile was signed by Anna Berg.",
        "Chile's President Juan Soto signed a fisheries agreement with Norway.",
        "Norwegian Foreign Minister Anna Berg and her Chilean counterpart Juan Soto signed a fisheries agreement.",
        "Norway and Chile agreed to a ten-day truce brokered by Kenya.",
        "Norway and Chile agreed to set up a joint fisheries fund.",
    ],
)
def test_the_parties_are_those_that_the_text_names(sentence: str) -> None:
    assert parties(sentence) == [["Chile", "Norway"]]


def test_who_meets_is_party_to_what_they_sign() -> None:
    text = "Norway's President Anna Berg met Chilean President Juan Soto in Oslo. A fisheries agreement was signed."
    assert parties(text) == [["Chile", "Norway"]]


def test_a_truce_is_not_of_those_who_speak_of_it() -> None:
    assert parties("Norway and Chile welcomed the UN-brokered truce.") == [[]]


def test_what_an_agreement_is_about_is_no_party() -> None:
    assert parties("Norway and Chile signed an agreement on Kenya.") == [["Chile", "Norway"]]


def test_a_deal_of_which_nothing_is_told_is_no_record() -> None:
    assert agreements("The ministers hoped for a new deal.") == ()


def test_a_capital_is_no_party_where_the_text_does_not_name_its_country() -> None:
    assert parties("The fisheries agreement between Oslo and Santiago was praised.") == [[]]


def test_one_agreement_is_one_record_under_all_its_names() -> None:
    (found,) = agreements(
        "Norway and Chile signed a long-term fisheries agreement. The agreement took effect in May. "
        "Fishermen welcomed the fisheries accord, formally known as the North Sea Treaty (NST)."
    )
    assert {name.text for name in found.names} == {
        "long-term fisheries agreement",
        "fisheries accord",
        "North Sea Treaty",
        "NST",
    }
    assert found.status == "in-force"


def test_agreements_of_different_parties_stay_apart() -> None:
    found = parties("The Norway-Chile trade agreement was signed. The Norway-Peru trade agreement was signed, too.")
    assert found == [["Chile", "Norway"], ["Norway", "Peru"]]


def test_a_change_of_status_keeps_its_day_and_who_made_it() -> None:
    records = read("Chile withdrew from the joint fisheries treaty with Norway in 2018.")
    (agreement,) = records.agreements
    (change,) = agreement.transitions
    names = {entity.key: entity.label for entity in records.entities}
    assert (change.status, change.date, names[change.actor or ""]) == ("withdrawn", "2018", "Chile")


def test_what_is_still_to_come_is_no_change() -> None:
    (agreement,) = agreements("Norway and Chile will sign a fisheries agreement in May 2031.")
    assert agreement.transitions == ()


def test_every_form_of_the_name_stands_where_its_evidence_says() -> None:
    text = "Norway and Chile signed a memorandum of understanding (MoU) on fisheries. The MoU covers cod."
    for agreement in agreements(text):
        for name in agreement.names:
            assert text[name.evidence.start : name.evidence.end] == name.text


def test_agreement_of_opinion_is_no_agreement() -> None:
    assert agreements("The ministers of Norway and Chile were in agreement on fisheries.") == ()
