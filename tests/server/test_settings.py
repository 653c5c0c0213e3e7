"""Settings: a file, the environment and flags, the later over the earlier; and all of them are documented."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from server.cli import parser
from server.operations.settings import Settings, SettingsError, load, names

OPERATIONS = Path(__file__).parents[2] / "docs" / "operations.md"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "server.toml"
    path.write_text('port = 8001\nquery_seconds = 3\nrate = 2.5\nhost = "0.0.0.0"\n')
    return path


def test_environment_wins_over_the_file_and_flags_over_both(file: Path) -> None:
    environment = {"COMMUNIQUE_PORT": "8002", "COMMUNIQUE_QUERY_SECONDS": "4.5", "OTHER": "x"}
    assert load(file=file, environment={}) == Settings(port=8001, query_seconds=3.0, rate=2.5, host="0.0.0.0")
    found = load(file=file, environment=environment, flags={"port": 8003, "host": None, "articles": []})
    assert found == Settings(port=8003, query_seconds=4.5, rate=2.5, host="0.0.0.0")


def test_environment_can_name_the_file(file: Path) -> None:
    assert load(environment={"COMMUNIQUE_SETTINGS": str(file)}).port == 8001
    assert load(environment={}) == Settings()


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("prot = 1", "no setting 'prot'"),
        ('port = "many"', "port is a whole number"),
        ("port = 0", "port is at least 1"),
        ("port = true", "port is a whole number"),
        ("query_seconds = -1", "query_seconds is at least 0.1"),
        ("query_seconds = nan", "query_seconds is at least 0.1"),
        ('prefix = "graph/"', "prefix begins with /"),
        ("host = 5", "host is a text"),
        ("port =", "cannot be read"),
    ],
)
def test_setting_that_makes_no_sense_is_refused_with_its_place(tmp_path: Path, line: str, words: str) -> None:
    path = tmp_path / "server.toml"
    path.write_text(line)
    with pytest.raises(SettingsError, match=words) as refused:
        load(file=path, environment={})
    assert str(path) in str(refused.value)


def test_wrong_variable_and_flag_are_named() -> None:
    with pytest.raises(SettingsError, match=r"\$COMMUNIQUE_RATE: rate is a number"):
        load(environment={"COMMUNIQUE_RATE": "fast"})
    with pytest.raises(SettingsError, match="--query-rows: query_rows is a whole number"):
        load(environment={}, flags={"query_rows": "all"})


def test_every_setting_is_a_flag() -> None:
    arguments = [f"--{name.replace('_', '-')}=700" for name in names() if name != "prefix"]
    given = vars(parser().parse_args(["serve", *arguments]))
    assert load(environment={}, flags=given).evaluators_most == 700


def test_every_setting_is_documented_as_it_is() -> None:
    rows = re.findall(r"^\| `(\w+)` \| (.*?) \| (.*) \|$", OPERATIONS.read_text(encoding="utf-8"), re.MULTILINE)
    shown = [(name, f"`{own.default}`" if own.default != "" else "none", own.help) for name, own in names().items()]
    assert rows == shown


def test_settings_file_in_the_documentation_is_one(tmp_path: Path) -> None:
    (example,) = re.findall(r"```toml\n(.*?)```", OPERATIONS.read_text(encoding="utf-8"), re.DOTALL)
    (tmp_path / "server.toml").write_text(example)
    assert load(file=tmp_path / "server.toml", environment={}).rate == 20
