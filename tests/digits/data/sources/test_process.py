import signal
import sys
from pathlib import Path

import psutil
import pytest

from digits.data.sources.process import run_program
from tests.clones import started, wait_for


def python(folder: Path, code: str) -> None:
    run_program([sys.executable, "-c", f"import sys; {code}"], folder, telling="why .*")


def test_success_is_silent(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    python(tmp_path, "import tempfile; print('out'); print('err', file=sys.stderr); tempfile.mkstemp(prefix='new')")
    assert len(list(tmp_path.glob("new*"))) == 1
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("print('first\\nlast reason\\n', file=sys.stderr); sys.exit(2)", "last reason"),
        ("sys.stderr.write('10 %\\r20 %\\rdisk broken\\r\\n'); sys.exit(1)", "disk broken"),
        ("sys.exit(3)", "exit code 3"),
        ("sys.exit('WARNING: why 1 so\\nWARNING: why 2 not\\nlast')", "why 2 not"),
    ],
)
def test_failure_is_the_last_or_the_telling_line(tmp_path: Path, code: str, message: str) -> None:
    with pytest.raises(ValueError, match=f"^{message}$"):
        python(tmp_path, code)


def test_nobody_is_asked_and_ctrl_c_ends_it(tmp_path: Path) -> None:
    number = tmp_path / "number"
    shell = ["sh", "-c", f"cat; echo $$ > {number}; exec sleep 60"]
    whole = "from digits.data.sources.process import run_program; from pathlib import Path; "
    whole += f"run_program({shell}, Path({str(tmp_path)!r}))"
    with started(tmp_path, sys.executable, "-c", whole) as program:
        wait_for(lambda: number.exists() and number.read_text(), seconds=30)
        inner = psutil.Process(int(number.read_text()))
        program.send_signal(signal.SIGINT)
        assert "KeyboardInterrupt" in program.communicate(timeout=30)[0]
    inner.wait(timeout=30)
