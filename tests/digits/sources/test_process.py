import re
import subprocess
import sys
import time

import pytest

from digits.sources.process import run_limited
from tests.imports import ROOT

LAST = "print('all', 'is', 'well', sep='\\n'); print('first\\nlast reason\\n', file=sys.stderr); sys.exit(2)"


def python(code: str, *, time_limit: float = 30, progress: bool = False) -> None:
    run_limited([sys.executable, "-c", f"import sys; {code}"], time_limit=time_limit, progress=progress)


@pytest.mark.parametrize("progress", [False, True])
def test_success_says_nothing_of_its_own(capfd: pytest.CaptureFixture[str], progress: bool) -> None:
    python("print('out'); print('err', file=sys.stderr)", progress=progress)
    assert capfd.readouterr() == (("out\n", "err\n") if progress else ("", ""))


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
def test_failure_is_the_last_line_on_stderr(code: str, message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)) as failure:
        python(code)
    assert str(failure.value) == message


def test_failure_that_was_seen_is_not_repeated(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(ValueError, match="see above"):
        python(LAST, progress=True)
    assert "last reason" in capfd.readouterr().err


def test_there_is_an_end(capfd: pytest.CaptureFixture[str]) -> None:
    begin = time.monotonic()
    with pytest.raises(ValueError, match=r"gave no result within 0\.2 s \(download\.time_limit\)"):
        python("\nwhile True: pass", time_limit=0.2)
    assert time.monotonic() - begin < 10
    assert capfd.readouterr() == ("", "")


def test_nobody_is_asked() -> None:
    inner = [sys.executable, "-c", "import sys; sys.exit(len(sys.stdin.read()))"]
    code = f"from digits.sources.process import run_limited; run_limited({inner}, time_limit=30, progress=False)"
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, input=b"y", check=True)
