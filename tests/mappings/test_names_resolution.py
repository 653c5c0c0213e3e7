"""Names, posts and references stand for the right entities, and for none where the text does not tell."""

from __future__ import annotations

from mappings import cascade, language
from mappings.article import Article, Segment
from mappings.extraction import rules
from mappings.resolve import entities
from mappings.resolve.resolution import Resolution


def known(text: str) -> Resolution:
    parsed = next(iter(language.parse([Article("test", text, (Segment(0, len(text)),))])))
    cascade.run(parsed, rules())
    return entities.resolve(parsed)


def labels(read: Resolution, kind: str) -> list[str]:
    return [entity.label for entity in read.entities.values() if entity.kind == kind]


def posts(read: Resolution) -> set[tuple[str, str, str | None]]:
    label = {key: entity.label for key, entity in read.entities.items()}
    return {(label[post.holder], post.title, label.get(post.body or "")) for post in read.posts}


def meant(read: Resolution, words: str) -> list[list[str]]:
    """Return the labels of what each reference with these words stands for, in order."""
    found = [m for m in read.parsed.labelled("Reference", "BodyNoun") if read.parsed.words(m) == words]
    return [[read.entities[key].label for key in read.keys(mention)] for mention in found]


def test_forms_of_one_name_are_one_person_and_titles_no_part_of_it() -> None:
    read = known(
        "Danish Foreign Minister Nils Holm Berg left on Friday. Mr. Berg thanked his hosts. Holm Berg will be back."
    )
    assert labels(read, "person") == ["Nils Holm Berg"]


def test_two_holders_of_one_surname_stay_two() -> None:
    read = known("Minister Nils Berg met Ambassador Anna Berg in Oslo.")
    assert labels(read, "person") == ["Nils Berg", "Anna Berg"]


def test_an_abbreviation_in_brackets_names_the_body_before_it() -> None:
    read = known("The Nordic Fisheries Council (NFC) met in Oslo. The NFC will meet again in May.")
    (body,) = [entity for entity in read.entities.values() if entity.kind == "body"]
    assert {name.text for name in body.names} == {"Nordic Fisheries Council", "NFC"}


def test_a_committee_is_part_of_its_parliament() -> None:
    read = known("The Danish Parliament's Foreign Policy Committee met in Copenhagen.")
    committee = next(entity for entity in read.entities.values() if "Committee" in entity.classes)
    assert [read.entities[link.target].label for link in committee.part_of] == ["Danish Parliament"]


def test_a_title_with_a_country_is_never_the_holder_from_another_country() -> None:
    read = known(
        "Danish Foreign Minister Nils Berg met Latvian Foreign Minister Edgars Ozols in Riga. "
        "The Latvian foreign minister praised the talks. The Chilean foreign minister did not come."
    )
    assert meant(read, "The Latvian foreign minister") == [["Edgars Ozols"]]
    assert meant(read, "The Chilean foreign minister") == [[]]


def test_a_counterpart_holds_the_same_post_in_the_country_named() -> None:
    read = known("Danish Foreign Minister Nils Berg met his Latvian counterpart Edgars Ozols in Riga.")
    assert ("Edgars Ozols", "foreign minister", "Latvia") in posts(read)


def test_a_president_without_a_country_gets_none_where_two_are_possible() -> None:
    read = known("President Anna Lund called President Edgars Ozols on Friday about Denmark and Latvia.")
    assert posts(read) == {("Anna Lund", "president", None), ("Edgars Ozols", "president", None)}


def test_a_post_told_before_the_name_goes_to_the_person_who_enters_next() -> None:
    read = known(
        "The chairman of the Danish Trade Committee welcomed the plan. “It is a good plan,” Anna Lund said in Oslo."
    )
    assert ("Anna Lund", "chairman", "Danish Trade Committee") in posts(read)


def test_an_envoy_is_sent_to_a_country() -> None:
    read = known("Norway's ambassador to Chile Nils Berg arrived in Santiago.")
    (post,) = read.posts
    assert (read.entities[post.body or ""].label, read.entities[post.to or ""].label) == ("Norway", "Chile")


def test_he_is_the_last_subject_and_nobody_without_one() -> None:
    read = known("Nils Berg met Edgars Ozols in Riga. He praised the talks.")
    assert meant(read, "He") == [["Nils Berg"]]
    assert meant(known("He praised the talks in Riga."), "He") == [[]]


def test_seas_named_after_countries_name_no_country() -> None:
    read = known("Ships crossed the Indian Ocean and the Persian Gulf on Monday.")
    assert labels(read, "country") == []
