import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.imports import ROOT
from tools import audit

SAFE = {"name": "safe", "version": "1.0", "vulns": []}
HOLED = {"name": "holed", "version": "2.0", "vulns": [{"id": "PYSEC-1", "fix_versions": ["2.1", "3.0"]}]}
HOPELESS = {"name": "hopeless", "version": "3.0", "vulns": [{"id": "PYSEC-2", "fix_versions": []}]}
UNKNOWN = {"name": "unknown", "skip_reason": "Dependency not found on PyPI and could not be audited: unknown (1.0)"}


@pytest.fixture
def answer(monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[str]]:
    """`answer(stdout, …)`: what pip-audit says, call after call; the requirements it was given are the list."""
    monkeypatch.chdir(ROOT)
    given: list[str] = []

    def say(*answers: list[dict[str, Any]] | str) -> list[str]:
        waiting = list(answers)

        def run(command: list[str], **_: object) -> subprocess.CompletedProcess[str]:
            given.append(Path(command[-1]).read_text())
            content = waiting.pop(0)
            if isinstance(content, str):
                return subprocess.CompletedProcess(command, 1, "", content)
            return subprocess.CompletedProcess(command, 0, json.dumps({"dependencies": content, "fixes": []}), "")

        monkeypatch.setattr(subprocess, "run", run)
        return given

    return say


def test_no_known_vulnerability_is_0(answer: Callable[..., list[str]], capsys: pytest.CaptureFixture[str]) -> None:
    given = answer([SAFE], [SAFE, SAFE])
    assert audit.main() == 0
    assert capsys.readouterr() == ("", "0 of 2 packages have known vulnerabilities\n")
    assert given[1] == (ROOT / "requirements.txt").read_text()
    assert given[0].count("==") == 1
    assert "--hash=sha256:" in given[0]


def test_every_vulnerability_is_a_line_and_1(
    answer: Callable[..., list[str]], capsys: pytest.CaptureFixture[str]
) -> None:
    answer([SAFE], [SAFE, HOLED, HOPELESS])
    assert audit.main() == 1
    lines = "holed 2.0: PYSEC-1, fixed in 2.1, 3.0\nhopeless 3.0: PYSEC-2, fixed in no version\n"
    assert capsys.readouterr() == (lines, "2 of 3 packages have known vulnerabilities\n")


@pytest.mark.parametrize(
    ("answers", "reason"),
    [
        (([UNKNOWN],), "the database is out of reach, or does not know unknown"),
        (([SAFE], [SAFE, UNKNOWN]), "the database is out of reach, or does not know unknown"),
        (("Traceback\n  File\nConnectionError: no route to host\n",), "ConnectionError: no route to host"),
        (("",), "pip-audit says nothing"),
    ],
)
def test_no_answer_is_3_and_never_taken_for_safe(
    answer: Callable[..., list[str]], capsys: pytest.CaptureFixture[str], answers: tuple[Any, ...], reason: str
) -> None:
    answer(*answers)
    assert audit.main() == 3
    assert capsys.readouterr() == ("", f"not audited: {reason}\n")
