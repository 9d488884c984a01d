import re
from pathlib import Path

import pytest

from tests.clones import succeed
from tests.imports import ROOT
from tools import offline_plots


def test_the_page_shows_the_chart_carries_its_library_and_loads_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    succeed(tmp_path, "dvc", "init", "--no-scm", "--quiet")
    offline_plots.main()
    Path("history.csv").write_text("epoch,loss\n0,2.3\n1,0.4\n")
    succeed(tmp_path, "dvc", "plots", "show", "history.csv")
    page = Path("dvc_plots/index.html").read_text(encoding="utf-8")
    assert "vegaEmbed('#" in page
    assert '"loss": "0.4"' in page
    assert "plot_divs" not in page
    assert len(page) > 500_000
    assert not re.findall(r"<(?:script|link|img)[^>]*(?:src|href)=.?https?:", page)
    assert page.count("</script>") == page.count("<script")


def test_a_clone_without_the_page_has_dvcs_own() -> None:
    assert "html_template" not in (ROOT / ".dvc/config").read_text()
