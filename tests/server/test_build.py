"""A build: what it publishes, what it skips, what it refuses, and that the same input gives the same bytes."""

from __future__ import annotations

import errno
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pyoxigraph as ox
import pytest

from mappings import codec
from mappings.article import Article
from mappings.records import Entity, Evidence, Name, Records
from ontology.errors import CommuniqueError
from ontology.namespaces import BASE
from server.build import BuildError, Summary, build
from server.export import OutputError
from server.fingerprint import code_version
from server.store import StoreError, building, current

INVENTED = Path(__file__).parents[1] / "invented"
OSLO, LAKE = f"{BASE}id/article/oslo-meeting", f"{BASE}id/article/ordonez-defends"


def extract(articles: Sequence[Article]) -> list[Records]:
    """Give the records that were made by hand; other articles yield nothing."""
    files = (INVENTED / f"{article.identifier}.records" for article in articles)
    return [codec.load(file.read_bytes()) if file.exists() else Records() for file in files]


@pytest.fixture
def articles(tmp_path: Path) -> Path:
    folder = tmp_path / "articles"
    folder.mkdir()
    for file in INVENTED.glob("*.txt"):
        shutil.copy(file, folder)
    return folder


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "store"


def graphs(root: Path) -> set[str]:
    return set(current(root).manifest.graphs)


def test_article_graphs_and_the_graphs_beside_them_are_published(articles: Path, root: Path) -> None:
    build([articles], root=root, extract=extract)
    assert graphs(root) == {
        OSLO,
        LAKE,
        *(f"{BASE}graph/{name}" for name in ("entities", "links", "derived", "ontology")),
    }


def test_summary_counts(articles: Path, root: Path) -> None:
    summary = build([articles], root=root, extract=extract)
    assert (summary.read, summary.conforming, summary.mentions, summary.unread) == (2, 2, 26, 1)
    assert not summary.refused
    assert not summary.quarantined
    assert summary.generation == current(root).identifier
    assert "2 articles read" in str(summary)


def test_things_of_two_articles_have_one_iri_and_one_preferred_label(articles: Path, root: Path) -> None:
    build([articles], root=root, extract=extract)
    query = f"""PREFIX schema: <https://schema.org/> PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
        SELECT ?thing ?label {{ GRAPH <{OSLO}> {{ ?a schema:mentions ?thing }}
        GRAPH <{LAKE}> {{ ?b schema:mentions ?thing }}
        GRAPH <{BASE}graph/entities> {{ ?thing skos:prefLabel ?label }} }} ORDER BY ?thing"""
    rows = current(root).open().query(query)
    assert isinstance(rows, ox.QuerySolutions)
    assert [row["thing"].value.removeprefix(f"{BASE}id/") for row in rows] == [
        "body/committee-on-fisheries-of-the-uruguayan-senate",
        "body/storting",
        "body/uruguayan-senate",
        "country/no",
        "country/uy",
        "person/ingrid-solheim",
        "person/rafael-ordonez",
    ]


def test_stored_text_is_kept_under_its_hash(articles: Path, root: Path) -> None:
    build([articles], root=root, extract=extract)
    generation = current(root)
    (digest,) = (
        quad.object
        for quad in generation.open().quads_for_pattern(
            ox.NamedNode(OSLO), ox.NamedNode("https://w3id.org/communique#contentHash"), None, ox.NamedNode(OSLO)
        )
    )
    assert isinstance(digest, ox.Literal)
    assert generation.text(digest.value) == (articles / "oslo-meeting.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("ending", [".nq", ".trig"])
def test_two_builds_write_the_same_bytes(articles: Path, tmp_path: Path, ending: str) -> None:
    one, other = tmp_path / f"one{ending}", tmp_path / f"other{ending}"
    first = build([articles], root=tmp_path / "a", output=one, extract=extract)
    second = build(sorted(articles.iterdir(), reverse=True), root=tmp_path / "b", output=other, extract=extract)
    assert one.read_bytes() == other.read_bytes()
    assert first.generation == second.generation


@pytest.mark.parametrize(("ending", "form"), [(".nq", ox.RdfFormat.N_QUADS), (".trig", ox.RdfFormat.TRIG)])
def test_written_dataset_is_what_was_published(
    articles: Path, root: Path, tmp_path: Path, ending: str, form: ox.RdfFormat
) -> None:
    output = tmp_path / f"graph{ending}"
    build([articles], root=root, output=output, extract=extract)
    written = ox.Dataset(ox.parse(path=str(output), format=form))
    published = ox.Dataset(quad for quad in current(root).open() if isinstance(quad.graph_name, ox.NamedNode))
    for dataset in (written, published):
        dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    assert len(written) > 1000
    assert written == published


def test_prefixes_stand_once_and_in_order(articles: Path, root: Path, tmp_path: Path) -> None:
    output = tmp_path / "graph.trig"
    build([articles], root=root, output=output, extract=extract)
    prefixes = [line for line in output.read_text(encoding="utf-8").splitlines() if line.startswith("@prefix ")]
    assert prefixes == sorted(set(prefixes))


def test_withdrawn_article_leaves_nothing_behind(articles: Path, root: Path) -> None:
    build([articles], root=root, extract=extract)
    (articles / "ordonez-defends.txt").unlink()
    build([articles], root=root, extract=extract)
    generation = current(root)
    assert LAKE not in generation.manifest.graphs
    assert not any("Ordonez" in generation.text(sha256) for sha256 in generation.manifest.texts)
    assert not any("Ordonez" in str(quad.object) for quad in generation.open())


# what does not fit


def nameless(articles: Sequence[Article]) -> list[Records]:
    """Give the first article by name a person whose name is longer than any name."""
    whole = extract(articles)
    label = "Ingrid " * 60
    person = Entity("person:1", "person", label, (Name(label, Evidence(0, 8, "person")),))
    return [
        Records(entities=(person,), mentions=1) if article.identifier == "ordonez-defends" else records
        for article, records in zip(articles, whole, strict=True)
    ]


def test_article_that_does_not_conform_is_quarantined_with_its_report(articles: Path, root: Path) -> None:
    summary = build([articles], root=root, extract=nameless)
    ((identifier, report),) = summary.quarantined
    assert identifier == "ordonez-defends"
    assert "sh:conforms false" in report.read_text(encoding="utf-8")
    assert LAKE not in graphs(root) and OSLO in graphs(root)
    assert summary.conforming == 1


def test_mended_article_leaves_quarantine(articles: Path, root: Path) -> None:
    build([articles], root=root, extract=nameless)
    assert build([articles], root=root, extract=extract).quarantined == ()
    assert LAKE in graphs(root)


def test_unreadable_article_is_reported_and_the_others_are_built(articles: Path, root: Path) -> None:
    (articles / "empty.txt").write_bytes(b"")
    summary = build([articles], root=root, extract=extract)
    assert len(summary.refused) == 1
    assert "empty.txt" in str(summary.refused[0])
    assert summary.conforming == 2


def test_nothing_readable_leaves_the_live_generation_as_it_was(articles: Path, root: Path, tmp_path: Path) -> None:
    before = build([articles], root=root, extract=extract).generation
    (tmp_path / "empty.txt").write_bytes(b"")
    with pytest.raises(BuildError, match=r"empty\.txt"):
        build([tmp_path / "empty.txt"], root=root, extract=extract)
    assert current(root).identifier == before


def test_store_that_is_being_built_is_left_alone(articles: Path, root: Path) -> None:
    root.mkdir()
    with building(root), pytest.raises(StoreError, match="another build"):
        build([articles], root=root, extract=extract)


def test_full_disk_is_named(articles: Path, root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*args: object, **kwargs: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    before = build([articles], root=root, extract=extract).generation
    monkeypatch.setattr("server.export.tempfile.mkstemp", full)
    with pytest.raises(CommuniqueError, match="No space left on device"):
        build([articles], root=root, output=tmp_path / "graph.nq", extract=extract)
    assert current(root).identifier == before


@pytest.mark.parametrize("name", ["graph.ttl", "graph", "nowhere/graph.nq"])
def test_output_that_cannot_be_is_refused_before_any_work(
    articles: Path, root: Path, tmp_path: Path, name: str
) -> None:
    with pytest.raises(OutputError):
        build([articles], root=root, output=tmp_path / name, extract=extract)
    assert not root.exists()


def test_summary_shows_a_hostile_identifier_harmlessly() -> None:
    summary = Summary(1, 1, 1, 0, 0, quarantined=(("\x1b[2J\u202e" + "x" * 200, Path("report.ttl")),))
    (line,) = (line for line in str(summary).splitlines() if "report.ttl" in line)
    assert line.isprintable()
    assert len(line) < 100


# links and judgements


def test_links_are_published_with_their_ground(articles: Path, root: Path, tmp_path: Path) -> None:
    links = tmp_path / "links"
    links.mkdir()
    (links / "some.sssom.tsv").write_text(
        "#curie_map:\n#  x: https://example.org/\n#  skos: http://www.w3.org/2004/02/skos/core#\n"
        "#  semapv: https://w3id.org/semapv/vocab/\n"
        "subject_id\tsubject_label\tsubject_kind\tsubject_country\tpredicate_id\tobject_id\tmapping_justification\tobject_source\n"
        "x:1\tIngrid Solheim\tperson\tNO\tskos:exactMatch\tx:Q1\tsemapv:ManualMappingCuration\ta register\n"
    )
    assert build([articles], root=root, links=links, extract=extract).links == 1
    assert (
        current(root)
        .open()
        .query(
            "PREFIX sssom: <https://w3id.org/sssom/> ASK { GRAPH ?g { "
            "?m a sssom:Mapping ; sssom:object_id <https://example.org/Q1> ; sssom:object_source 'a register' } }"
        )
    )


def test_judgements_are_followed(articles: Path, root: Path, tmp_path: Path) -> None:
    file = tmp_path / "judgements.tsv"
    row = "person\tsame\tRafael Ordonez\tIngrid Solheim\ta reader\ta pen name"
    file.write_text(f"kind\tjudgement\tleft\tright\tby\treason\n{row}\n", encoding="utf-8")
    build([articles], root=root, judgements=file, extract=extract)
    subjects = {str(quad.subject) for quad in current(root).open()}
    assert len({subject for subject in subjects if "/id/person/" in subject}) == 2  # the person, and the former IRI
    assert f"<{BASE}id/person/rafael-ordonez>" in subjects


# nothing to do

READ_NOTHING = """
import sys
from pathlib import Path
from server.build import build
summary = build([Path(sys.argv[1])], root=Path(sys.argv[2]), output=Path(sys.argv[3]))
assert summary.unchanged
print(*sorted(name for name in ("spacy", "trafilatura", "pyshacl") if name in sys.modules))
"""


@pytest.fixture
def built(articles: Path, root: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Summary]:
    """A store that was built by the whole way, save that the rules were made by hand."""
    monkeypatch.setattr("mappings.pipeline.extract_articles", extract)
    code_version.cache_clear()
    yield build([articles], root=root, processes=1)


def test_second_build_does_nothing_and_imports_nothing_heavy(
    built: Summary, articles: Path, root: Path, tmp_path: Path
) -> None:
    command = [sys.executable, "-c", READ_NOTHING, str(articles), str(root), str(tmp_path / "graph.nq")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.strip()) == (0, ""), done.stderr
    assert (tmp_path / "graph.nq").stat().st_size > 100_000


def test_summary_of_a_build_is_remembered(built: Summary, articles: Path, root: Path) -> None:
    again = build([articles], root=root)
    assert replace(again, unchanged=False, cached=0, seconds=0) == replace(built, cached=0, seconds=0)


def test_changed_article_is_built_again(built: Summary, articles: Path, root: Path) -> None:
    file = articles / "ordonez-defends.txt"
    file.write_text(file.read_text(encoding="utf-8") + "\nOne more line.\n", encoding="utf-8")
    again = build([articles], root=root, processes=1)
    assert not again.unchanged
    assert again.cached == 1


def test_another_base_is_another_dataset(built: Summary, articles: Path, root: Path) -> None:
    base = "http://127.0.0.1:8401/"
    assert not build([articles], root=root, base=base, processes=1).unchanged
    assert f"{base}id/article/oslo-meeting" in graphs(root)
    assert current(root).meta["base"] == base


def test_union_of_many_graphs_goes_to_the_disk_and_leaves_nothing_there(
    articles: Path, root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = build([articles], root=tmp_path / "a", extract=extract)
    monkeypatch.setattr("server.gathering.BATCH", 10_000)
    monkeypatch.setattr("server.gathering.IN_MEMORY", 10_000)
    assert build([articles], root=root, extract=extract).generation == first.generation
    assert not list(root.glob(".union-*"))
