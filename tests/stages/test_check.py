from pathlib import Path

import pytest

from digits import params
from stages import check
from tests.parameters import sections, write

OUT = Path("data/checked.txt")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_valid_parameters_whatever_they_are_give_the_same_file(folder: Path) -> None:
    made = set()
    for dpi in (50, 60):
        write(folder, plot={"dpi": dpi})
        check.main(OUT)
        made.add(OUT.read_bytes())
    assert len(made) == 1


def test_all_that_is_wrong_is_said_at_once(folder: Path) -> None:
    path = write(folder, subset={"samples": 0}, train={"epochs": -1, "epoch": 5})
    path.write_text(path.read_text().replace("plot:", "plots:"))
    with pytest.raises(ValueError, match=r"^params\.yaml: ") as error:
        check.main(OUT)
    assert str(error.value).removeprefix("params.yaml: ").split("; ") == [
        "plots: unknown section",
        "plot: missing section",
        "subset.samples = 0: must be a whole number from 1 on, or all",
        "train.epochs = -1 (int): must be greater than or equal to 0",
        "train.epoch = 5: unknown parameter",
    ]
    assert not OUT.exists()


def test_a_section_is_a_file_in_digits_params(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert set(check.find_sections()) == set(sections())
    source = "from digits.pipeline.section import Section\nclass ExportParams(Section):\n    opset: int\n"
    (folder / "export.py").write_text(source)
    monkeypatch.setattr(params, "__path__", [*params.__path__, str(folder)])
    with write(folder).open("a") as file:
        file.write("export: {opset: new}\n")
    with pytest.raises(ValueError, match=r"^params\.yaml: export\.opset = 'new' \(str\): must be a valid integer$"):
        check.main(OUT)


def test_too_few_devices_are_refused(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("torch.cuda.device_count", lambda: 1)
    write(folder, train={"device": "auto", "processes": 2})
    with pytest.raises(ValueError, match=r"train\.processes = 2: must be at most 1 on cuda"):
        check.main(OUT)
