import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from tools import environment

PINNED = "numpy==2.0 \\\n    --hash=sha256:1\n    # via digits\nuv==0.9 \\\n    --hash=sha256:2\n    # via digits\n"
ANEW = ["venv", "pip", "uv", "tools.offline_plots", "core.no_scm false"]
IN_PLACE = ANEW[2:]
Make = Callable[..., list[str]]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for folder in ("tools", ".git"):
        (tmp_path / "digits" / folder).mkdir(parents=True)
    (tmp_path / "digits/requirements.txt").write_text(PINNED)
    (tmp_path / "digits/tools/page.html").write_text("page")
    return tmp_path / "digits"


@pytest.fixture
def make(monkeypatch: pytest.MonkeyPatch) -> Make:
    """`make(root)`: the modules that run, or DVC's setting, until the one that `fails`."""

    def make(root: Path, *, fails: str = "") -> list[str]:
        def run(root: Path, *command: str) -> None:
            (root / ".venv").mkdir(exist_ok=True)
            ran.append(" ".join(command[-2:]) if command[2] == "dvc" else command[2])
            if ran[-1] == fails:
                sys.exit(1)

        ran: list[str] = []
        monkeypatch.setattr(environment, "run", run)
        with suppress(SystemExit):
            environment.main(root)
        return ran

    return make


def test_it_is_made_once_and_a_change_is_made_in_place(root: Path, make: Make) -> None:
    assert make(root) == ANEW
    assert (root / ".venv/uv.txt").read_text() == "uv==0.9 \\\n    --hash=sha256:2\n"
    assert make(root) == []
    for name in ("requirements.txt", "tools/page.html"):
        (root / name).write_text(PINNED.replace("2.0", "2.1"))
        assert make(root) == IN_PLACE
    (root / ".git").rmdir()  # as in a ZIP
    assert make(root) == [*IN_PLACE[:-1], "core.no_scm true"]


def test_another_python_or_folder_makes_it_anew(root: Path, make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    make(root)
    moved = root.rename(root.with_name("moved"))
    assert make(moved) == ANEW
    monkeypatch.setattr(sys, "version", "3.99.0 (main)")
    assert make(moved) == ANEW


@pytest.mark.parametrize(("again", "step"), [(False, step) for step in ANEW] + [(True, step) for step in IN_PLACE])
def test_after_an_interruption_it_is_made_anew(root: Path, make: Make, again: bool, step: str) -> None:
    if again:
        make(root)
        (root / "requirements.txt").write_text(PINNED + "more==1\n")
    assert make(root, fails=step)[-1] == step
    assert make(root) == ANEW


def test_what_a_link_leads_to_is_left_alone(root: Path, make: Make) -> None:
    (root / ".venv").symlink_to(root.parent)
    assert make(root) == []


def test_an_old_python_is_refused_and_a_command_that_fails_ends_it(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SystemExit, match="7"):
        environment.run(root, sys.executable, "-c", "raise SystemExit(7)")
    monkeypatch.setattr(sys, "version_info", (3, 10, 14))
    with pytest.raises(SystemExit, match=r"Python 3\.11 or newer is needed"):
        environment.main(root)
