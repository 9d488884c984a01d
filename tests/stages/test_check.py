from pathlib import Path

import pytest

from digits.pipeline.parameters import SECTIONS as NAMES
from stages import check
from tests.imports import ROOT

TEXT = (ROOT / "params.yaml").read_text()


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_the_repository_s_parameters_are_valid(capsys: pytest.CaptureFixture[str]) -> None:
    Path("params.yaml").write_text(TEXT)
    check.main()
    assert capsys.readouterr().out == "params.yaml is valid\n"


@pytest.mark.parametrize("section", NAMES)
def test_a_bad_value_in_any_section_is_found(section: str) -> None:
    Path("params.yaml").write_text(TEXT.replace(f"\n{section}:", f"\n{section}:\n  more: 1"))
    with pytest.raises(ValueError, match=rf"^params\.yaml: {section}\.more = 1: unknown parameter$"):
        check.main()


@pytest.mark.parametrize(("device", "asked"), [("auto", []), ("cpu", []), ("cuda", ["cuda"]), ("mps", ["mps"])])
def test_a_named_device_is_asked_for(monkeypatch: pytest.MonkeyPatch, device: str, asked: list[str]) -> None:
    calls: list[str] = []
    monkeypatch.setattr("digits.network.device.prepare_device", lambda name, threads: calls.append(name))  # noqa: ARG005
    Path("params.yaml").write_text(TEXT.replace("device: auto", f"device: {device}"))
    check.main()
    assert calls == asked
