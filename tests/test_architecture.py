"""The rooms keep their order: imports go one way, knowledge stays in files, modules stay small."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from server.evaluation import read_gold

ROOT = Path(__file__).parents[1]
ROOMS = ("ontology", "mappings", "server")  # each may import from those before it, and from itself
MAX_LINES = 450
MODULES = sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py"))


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def imported_rooms(path: Path) -> set[str]:
    """Give the first part of every module that is imported anywhere in a file, also inside functions."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.partition(".")[0])
    return found


def test_every_room_has_modules() -> None:
    assert {path.relative_to(ROOT).parts[0] for path in MODULES} == set(ROOMS)


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_imports_go_from_server_to_mappings_to_ontology_only(path: Path) -> None:
    room = ROOMS.index(path.relative_to(ROOT).parts[0])
    forbidden = {*ROOMS[room + 1 :], "tests", "data", "bench", "tools"}
    assert imported_rooms(path) & forbidden == set()


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_no_module_is_longer_than_450_lines(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= MAX_LINES


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_every_module_says_in_its_first_line_what_it_holds(path: Path) -> None:
    assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))


def test_no_person_of_the_founding_articles_is_named_in_code() -> None:
    surnames = {p.name.split()[-1] for gold in read_gold(ROOT / "data" / "gold") for p in gold.persons}
    assert len(surnames) > 10
    named = [
        f"{name_of(path)}: {surname}"
        for path in MODULES
        for surname in sorted(surnames)
        if surname in path.read_text(encoding="utf-8")
    ]
    assert named == []


def test_code_names_no_data_folder_and_no_path_of_one_machine() -> None:
    bad = ("data/articles", "data/gold", "/home/", "/tmp/", "/usr/")
    in_strings = [
        f"{name_of(path)}:{node.lineno}: {node.value!r}"
        for path in MODULES
        if "cli" not in path.parts  # whose examples show the folders by name
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and any(part in node.value for part in bad)
    ]
    assert in_strings == []
