import sys
from pathlib import Path

import pytest

from tests.imports import ROOT
from tools import environment

PINNED = "numpy==2.0 \\\n    --hash=sha256:1\n    # via digits\nuv==0.9 \\\n    --hash=sha256:2\n    # via digits\n"
ANEW = ["venv", "pip", "uv", "tools.offline_plots", "dvc"]
IN_PLACE = ANEW[2:]


class Commands(list[tuple[str, ...]]):
    """What would have run. The module `fails` ends with 1."""

    fails = ""

    def run(self, root: Path, *command: str) -> None:
        (root / ".venv").mkdir(exist_ok=True)
        self.append(command)
        if command[2] == self.fails:
            sys.exit(1)

    def modules(self) -> list[str]:
        ran = [command[2] for command in self]
        self.clear()
        return ran


@pytest.fixture
def commands(monkeypatch: pytest.MonkeyPatch) -> Commands:
    commands = Commands()
    monkeypatch.setattr(environment, "run", commands.run)
    return commands


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "digits"
    (folder / "tools").mkdir(parents=True)
    (folder / ".git").mkdir()
    (folder / "requirements.txt").write_text(PINNED)
    (folder / "tools/page.html").write_text("page")
    return folder


@pytest.fixture
def made(root: Path, commands: Commands) -> Path:
    environment.main(root)
    commands.clear()
    return root


def test_it_is_made_from_the_pins_with_this_python_and_then_left_alone(root: Path, commands: Commands) -> None:
    environment.main(root)
    assert commands[0] == (sys.executable, "-m", "venv", "--clear", ".venv")
    assert {command[0] for command in commands[1:]} == {".venv/bin/python"}
    assert commands.modules() == ANEW
    assert (root / ".venv/uv.txt").read_text() == "uv==0.9 \\\n    --hash=sha256:2\n"
    environment.main(root)
    assert commands == []


def test_a_change_is_made_in_place(made: Path, commands: Commands) -> None:
    for name in ("requirements.txt", "tools/page.html"):
        (made / name).write_text(PINNED.replace("2.0", "2.1"))
        environment.main(made)
        assert commands.modules() == IN_PLACE


def test_with_another_python_or_in_another_folder_it_is_made_anew(
    made: Path, commands: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    moved = made.rename(made.with_name("moved"))
    for version in (sys.version, "3.99.0 (main)"):
        monkeypatch.setattr(sys, "version", version)
        environment.main(moved)
        assert commands.modules() == ANEW


@pytest.mark.parametrize(("again", "step"), [(False, step) for step in ANEW] + [(True, step) for step in IN_PLACE])
def test_after_an_interruption_it_is_made_anew(root: Path, commands: Commands, again: bool, step: str) -> None:
    if again:
        environment.main(root)
        (root / "requirements.txt").write_text(PINNED + "more==1\n")
    commands.fails = step
    with pytest.raises(SystemExit):
        environment.main(root)
    assert commands.modules()[-1] == step
    commands.fails = ""
    environment.main(root)
    assert commands.modules() == ANEW


def test_dvc_is_told_whether_there_is_git(made: Path, commands: Commands) -> None:
    for change, without in ((Path.rmdir, "true"), (Path.mkdir, "false")):  # as in a ZIP
        change(made / ".git")
        environment.main(made)
        assert commands[-1][2:] == ("dvc", "config", "--local", "core.no_scm", without)


def test_an_old_python_is_refused(root: Path, commands: Commands, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 10, 14))
    with pytest.raises(SystemExit, match=r"Python 3\.11 or newer is needed"):
        environment.main(root)
    assert commands == []


def test_a_command_that_fails_ends_it_with_its_code(tmp_path: Path) -> None:
    with pytest.raises(SystemExit) as ended:
        environment.run(tmp_path, sys.executable, "-c", "raise SystemExit(7)")
    assert ended.value.code == 7


def test_the_pinned_uv_is_found_with_its_hashes() -> None:
    first, *hashes = environment.requirement("uv", (ROOT / "requirements.txt").read_text()).splitlines()
    assert first.startswith("uv==")
    assert all(line.strip().startswith("--hash=sha256:") for line in hashes)
