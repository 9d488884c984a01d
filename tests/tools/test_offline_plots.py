import re
import subprocess
import sys
from pathlib import Path

import pytest

from tools import offline_plots


@pytest.fixture
def page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """What `dvc plots show` writes about two rows of numbers, in a repository with the page template."""
    monkeypatch.chdir(tmp_path)
    dvc = [sys.executable, "-m", "dvc"]
    subprocess.run([*dvc, "init", "--no-scm", "--quiet"], check=True)
    offline_plots.main()
    Path("history.csv").write_text("epoch,loss\n0,2.3\n1,0.4\n")
    subprocess.run([*dvc, "plots", "show", "history.csv"], check=True, capture_output=True)
    return Path("dvc_plots/index.html").read_text(encoding="utf-8")


def test_the_page_carries_its_library_and_loads_nothing(page: str) -> None:
    assert len(page) > 500_000
    assert not re.findall(r"<(?:script|link|img)[^>]*(?:src|href)=.?https?:", page)
    assert page.count("</script>") == page.count("<script")


def test_the_page_shows_the_chart(page: str) -> None:
    assert "vegaEmbed('#" in page
    assert '"loss": "0.4"' in page
    assert "plot_divs" not in page
