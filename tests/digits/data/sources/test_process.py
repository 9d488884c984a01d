import re
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from digits.data.sources.process import run_limited, told
from tests.imports import ROOT

LAST = "print('all', 'is', 'well', sep='\\n'); print('first\\nlast reason\\n', file=sys.stderr); sys.exit(2)"


@pytest.fixture
def python(tmp_path: Path) -> Callable[..., None]:
    def run(code: str, *, time_limit: float = 30) -> None:
        run_limited([sys.executable, "-c", f"import sys; {code}"], tmp_path, time_limit=time_limit)

    return run


def test_success_says_nothing_of_its_own(python: Callable[..., None], capfd: pytest.CaptureFixture[str]) -> None:
    python("print('out'); print('err', file=sys.stderr)")
    assert capfd.readouterr() == ("", "")


def test_temporary_files_land_in_the_folder(python: Callable[..., None], tmp_path: Path) -> None:
    python("import tempfile; tempfile.NamedTemporaryFile(prefix='arriving', delete=False).write(b'x' * 5)")
    assert [path.read_bytes() for path in tmp_path.glob("arriving*")] == [b"x" * 5]


def test_a_terminal_sees_what_has_arrived(
    python: Callable[..., None], capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    monkeypatch.setattr("digits.data.sources.process.size", lambda _: 12_300_000)
    python("import time; time.sleep(0.5)")
    assert "12.3M" in capfd.readouterr().err


@pytest.mark.parametrize(
    ("code", "message"),
    [
        (LAST, "last reason"),
        ("sys.stderr.write('10 %\\r20 %\\rdisk full\\r\\n'); sys.exit(1)", "disk full"),
        ("sys.stderr.buffer.write(b'\\xff broken'); sys.exit(1)", "\N{REPLACEMENT CHARACTER} broken"),
        ("int('x')", "ValueError: invalid literal for int() with base 10: 'x'"),
        ("sys.stderr.write('\\n'); sys.exit(3)", "exit code 3"),
        ("sys.exit(3)", "exit code 3"),
    ],
)
def test_failure_is_the_last_line_on_stderr(python: Callable[..., None], code: str, message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)) as failure:
        python(code)
    assert str(failure.value) == message


def test_there_is_an_end(python: Callable[..., None], capfd: pytest.CaptureFixture[str]) -> None:
    begin = time.monotonic()
    with pytest.raises(ValueError, match=r"gave no result within 0\.2 s \(download\.time_limit\)"):
        python("\nwhile True: pass", time_limit=0.2)
    assert time.monotonic() - begin < 10
    assert capfd.readouterr() == ("", "")


def test_nobody_is_asked(tmp_path: Path) -> None:
    inner = [sys.executable, "-c", "import sys; sys.exit(len(sys.stdin.read()))"]
    code = "from digits.data.sources.process import run_limited; from pathlib import Path; "
    code += f"run_limited({inner}, Path({str(tmp_path)!r}), time_limit=30)"
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, input=b"y", check=True)


def spawning(marker: Path) -> str:
    """Code that starts a process which would write `marker` after a second, and then goes on for ever itself."""
    inner = f"import time, pathlib; time.sleep(1); pathlib.Path({str(marker)!r}).touch(); time.sleep(60)"
    return f"import subprocess, time; subprocess.Popen([sys.executable, '-c', {inner!r}]); time.sleep(60)"


def test_what_it_started_ends_with_it(python: Callable[..., None], tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="gave no result"):
        python(spawning(tmp_path / "alive"), time_limit=0.5)
    time.sleep(1)
    assert not (tmp_path / "alive").exists()


def test_ctrl_c_ends_it_at_once(python: Callable[..., None], monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(_: Path) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr("digits.data.sources.process.size", interrupt)
    begin = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        python("import time; time.sleep(60)")
    assert time.monotonic() - begin < 10


def test_what_it_writes_is_bounded(
    python: Callable[..., None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("digits.data.sources.process.MOST_WRITTEN", 3_000_000)
    code = "import time; file = open('{}', 'wb')\nwhile True: file.write(bytes(10**5)); time.sleep(0.001)"
    with pytest.raises(ValueError, match="sent more than 3,000,000 bytes"):
        python(code.format((tmp_path / "endless").as_posix()))
    assert 3e6 < (tmp_path / "endless").stat().st_size < 3e8


def test_the_memory_it_takes_is_bounded(python: Callable[..., None], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("digits.data.sources.process.MOST_MEMORY", 50_000_000)
    with pytest.raises(ValueError, match="took more than 50,000,000 bytes of memory"):
        python("import time; held = bytearray(b'x' * 60_000_000); time.sleep(60)")


@pytest.mark.parametrize(
    ("telling", "message"), [("why .*", "why 2 not"), ("nowhere", "last"), (".+", "last"), ("w[a-z]+", "why")]
)
def test_the_telling_line_is_told(telling: str, message: str, tmp_path: Path) -> None:
    (tmp_path / "errors").write_text("WARNING: why 1 so\nWARNING: why 2 not\nlast\n")
    assert told(tmp_path / "errors", telling) == message
