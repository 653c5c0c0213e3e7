"""The generation store: what is published is whole, what is not published leaves no trace."""

from __future__ import annotations

import hashlib
import multiprocessing
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox
import pytest

from server.store import Generation, Live, StoreError, building, current, prune

EX = "https://example.org/"


def line(subject: str, value: str, graph: str | None = None) -> str:
    return (
        f'<{EX}{subject}> <{EX}says> "{value}" <{EX}{graph}> .\n'
        if graph
        else f'<{EX}{subject}> <{EX}says> "{value}" .\n'
    )


def published(root: Path, graphs: dict[str, str], *, remove: tuple[str, ...] = (), version: str = "1") -> Generation:
    with building(root) as draft:
        for name, nquads in graphs.items():
            draft.replace_graph(EX + name, nquads.encode())
        for name in remove:
            draft.remove_graph(EX + name)
        return draft.publish({"base": EX, "version": version})


def values(store: ox.Store, graph: str | None = None) -> list[str]:
    name = ox.NamedNode(EX + graph) if graph else ox.DefaultGraph()
    return sorted(
        str(getattr(quad.object, "value", quad.object)) for quad in store.quads_for_pattern(None, None, None, name)
    )


def identifier_of(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def test_nothing_published_is_said_with_the_mend(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="communique build"):
        current(tmp_path / "nowhere")


def test_default_graph_holds_each_triple_of_the_named_graphs_once(tmp_path: Path) -> None:
    store = published(tmp_path, {"one": line("a", "x") + line("a", "y"), "two": line("a", "y") + line("a", "z")}).open()
    assert values(store) == ["x", "y", "z"]
    assert values(store, "one") == ["x", "y"]
    assert values(store, "two") == ["y", "z"]


def test_triple_leaves_the_default_graph_with_its_last_holder_only(tmp_path: Path) -> None:
    published(tmp_path, {"one": line("a", "x") + line("a", "y"), "two": line("a", "y")})
    without_one = published(tmp_path, {}, remove=("one",)).open()
    assert values(without_one) == ["y"]
    assert list(without_one.named_graphs()) == [ox.NamedNode(EX + "two")]
    assert values(published(tmp_path, {"two": ""}).open()) == []


def test_triple_that_moves_between_graphs_in_one_build_stays_in_the_default_graph(tmp_path: Path) -> None:
    published(tmp_path, {"one": line("a", "x")})
    moved = published(tmp_path, {"one": "", "two": line("a", "x")}).open()
    assert values(moved) == ["x"]
    assert values(moved, "one") == []


def test_graph_replaced_twice_in_one_build_keeps_the_last_content(tmp_path: Path) -> None:
    with building(tmp_path) as draft:
        draft.replace_graph(EX + "one", line("a", "first").encode())
        draft.replace_graph(EX + "one", line("a", "second").encode())
        store = draft.publish({}).open()
    assert values(store) == values(store, "one") == ["second"]


def test_literal_that_oxigraph_normalises_survives_a_replacement(tmp_path: Path) -> None:
    old = f'<{EX}a> <{EX}says> "01"^^<http://www.w3.org/2001/XMLSchema#integer> .\n'
    published(tmp_path, {"one": old})
    assert values(published(tmp_path, {"one": old + line("a", "x")}).open()) == ["1", "x"]


def test_blank_nodes_of_two_graphs_do_not_meet(tmp_path: Path) -> None:
    nquads = f'_:b <{EX}says> "x" .\n'
    store = published(tmp_path, {"one": nquads, "two": nquads}).open()
    assert len({quad.subject for quad in store.quads_for_pattern(None, None, None, ox.DefaultGraph())}) == 2


def test_same_data_has_the_same_identifier_whatever_the_way_to_it(tmp_path: Path) -> None:
    both = {"one": line("a", "x") + line("a", "y"), "two": line("b", "z")}
    straight = published(tmp_path / "straight", both)
    published(tmp_path / "detour", {"one": line("q", "q"), "three": line("q", "q")})
    detour = published(
        tmp_path / "detour", {"two": both["two"], "one": line("a", "y") + line("a", "x")}, remove=("three",)
    )
    assert straight.identifier == detour.identifier
    assert sorted(map(str, straight.open())) == sorted(map(str, detour.open()))


def test_publishing_what_is_live_changes_nothing_on_disk(tmp_path: Path) -> None:
    def state() -> list[tuple[str, int]]:
        return sorted((str(p), p.stat().st_mtime_ns) for p in tmp_path.rglob("*") if p.name != "build.lock")

    first = published(tmp_path, {"one": line("a", "x")})
    first.open()
    del first
    before = state()
    published(tmp_path, {"one": line("a", "x")})
    assert [entry for entry in state() if "generations" not in entry[0]] == [
        entry for entry in before if "generations" not in entry[0]
    ]
    assert {path for path, _ in state()} == {path for path, _ in before}


def test_meta_is_part_of_what_is_published(tmp_path: Path) -> None:
    first = published(tmp_path, {"one": line("a", "x")}, version="1")
    second = published(tmp_path, {}, version="2")
    assert first.identifier != second.identifier
    assert current(tmp_path).meta == {"base": EX, "version": "2"}


def test_unchanged_graph_is_not_rewritten(tmp_path: Path) -> None:
    published(tmp_path, {"one": line("a", "x") + line("a", "y")})
    with building(tmp_path) as draft:
        assert draft.replace_graph(EX + "one", (line("a", "y") + line("a", "x")).encode()) is False
        assert draft.replace_graph(EX + "one", line("a", "y").encode()) is True
        assert list(draft.graphs()) == [EX + "one"]


@pytest.mark.parametrize(
    ("nquads", "complaint"), [("<a> <b>", "not N-Quads"), (line("a", "x", "elsewhere"), "names another")]
)
def test_what_is_not_this_graph_is_refused(tmp_path: Path, nquads: str, complaint: str) -> None:
    with building(tmp_path) as draft, pytest.raises(StoreError, match=complaint):
        draft.replace_graph(EX + "one", nquads.encode())


def test_texts_come_back_as_stored_and_are_carried_over(tmp_path: Path) -> None:
    text = "Zürich, 3 May\r\n\u2028“Peace”\n"
    with building(tmp_path) as draft:
        draft.put_text(identifier_of(text), text)
        draft.publish({})
    published(tmp_path, {"one": line("a", "x")})
    assert current(tmp_path).text(identifier_of(text)) == text


def test_removed_text_is_gone_and_a_wrong_hash_refused(tmp_path: Path) -> None:
    with building(tmp_path) as draft:
        draft.put_text(identifier_of("text"), "text")
        draft.publish({})
    with building(tmp_path) as draft:
        assert draft.texts() == {identifier_of("text")}
        draft.remove_text(identifier_of("text"))
        generation = draft.publish({})
        with pytest.raises(StoreError, match="has another"):
            draft.put_text("0" * 64, "text")
    for unknown in (identifier_of("text"), "../meta.json"):
        with pytest.raises(StoreError, match="no text"):
            generation.text(unknown)


def test_quarantine_keeps_report_and_graph_until_released(tmp_path: Path) -> None:
    with building(tmp_path) as draft:
        draft.quarantine("articles/a.txt", "# report\n", line("a", "x").encode())
        draft.publish({})
    (kept,) = current(tmp_path).quarantined()
    assert (kept.identifier, kept.report, kept.nquads) == ("articles/a.txt", "# report\n", line("a", "x").encode())
    assert values(current(tmp_path).open()) == []
    with building(tmp_path) as draft:
        assert draft.quarantined() == ("articles/a.txt",)
        draft.release("articles/a.txt")
        assert draft.publish({}).quarantined() == ()


def test_draft_that_is_not_published_leaves_no_trace(tmp_path: Path) -> None:
    live = published(tmp_path, {"one": line("a", "x")}).identifier
    with pytest.raises(RuntimeError, match="the caller failed"), building(tmp_path) as draft:
        draft.replace_graph(EX + "two", line("b", "y").encode())
        raise RuntimeError("the caller failed")
    assert [path.name for path in (tmp_path / "generations").iterdir()] == [live]
    assert values(current(tmp_path).open()) == ["x"]


def test_generation_in_use_stays_until_it_is_let_go(tmp_path: Path) -> None:
    old = published(tmp_path, {"one": line("a", "x")})
    store = old.open()
    new = published(tmp_path, {"one": line("a", "y")})
    assert prune(tmp_path) == ()
    assert values(store) == ["x"]
    gone = old.identifier
    del store, old
    assert prune(tmp_path) == (gone,)
    assert current(tmp_path) == new


def test_live_follows_the_pointer_and_opens_a_generation_once(tmp_path: Path) -> None:
    published(tmp_path, {"one": line("a", "x")})
    live = Live(tmp_path)
    first = live.generation()
    assert live.generation() is first
    assert first.open() is first.open()
    published(tmp_path, {"one": line("a", "y")})
    assert values(live.generation().open()) == ["y"]


def test_second_build_is_told_who_holds_the_store(tmp_path: Path) -> None:
    with building(tmp_path), pytest.raises(StoreError, match=rf"process {os.getpid()}\b"), building(tmp_path):
        pass


def _sleep(ready: Callable[[], None]) -> None:
    ready()
    multiprocessing.Event().wait(30)


def test_forked_child_does_not_keep_the_build_lock(tmp_path: Path) -> None:
    context = multiprocessing.get_context("fork")
    ready = context.Event()
    with building(tmp_path):
        child = context.Process(target=_sleep, args=(ready.set,), daemon=True)
        child.start()
        assert ready.wait(10)
    try:
        with building(tmp_path):
            assert child.is_alive()
    finally:
        child.kill()
        child.join()


def test_missing_generation_is_named_and_mended_by_the_next_build(tmp_path: Path) -> None:
    lost = published(tmp_path, {"one": line("a", "x")})
    shutil.rmtree(lost.path)
    with pytest.raises(StoreError, match=f"{lost.identifier}.*build again"):
        current(tmp_path)
    assert values(published(tmp_path, {"one": line("a", "x")}).open()) == ["x"]


@pytest.mark.parametrize("damage", ["manifest.json", "meta.json", "oxigraph/CURRENT"])
def test_damaged_generation_is_named_with_the_mend(tmp_path: Path, damage: str) -> None:
    folder = published(tmp_path, {"one": line("a", "x")}).path
    (folder / damage).unlink()
    with pytest.raises(StoreError, match=rf"{folder.name}.*build again"):
        published(tmp_path, {"one": line("a", "y")})
    shutil.rmtree(folder)
    assert values(published(tmp_path, {"one": line("a", "y")}).open()) == ["y"]
