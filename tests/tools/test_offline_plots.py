import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.imports import ROOT
from tools import offline_plots


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What `dvc plots show` writes about two rows of numbers, in a repository with the page template."""
    dvc = [sys.executable, "-m", "dvc"]
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path_factory.mktemp("repository"))
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


def test_a_clone_without_the_page_has_dvcs_own() -> None:
    assert "html_template" not in (ROOT / ".dvc/config").read_text()
