"""Make the pages of `dvc plots show` and `dvc plots diff` work without the internet: `python -m tools.offline_plots`.

DVC's own page loads its chart library from a CDN. This one carries the library; it is written into `.dvc/` and set in
`.dvc/config.local`, so that a clone where it was never made still has DVC's page.
"""

import subprocess
import sys
from pathlib import Path

import vl_convert

PAGE = Path(".dvc/page.html")
TEMPLATE = Path(__file__).with_name("page.html")


def main() -> None:
    library = vl_convert.javascript_bundle(
        snippet="window.vegaEmbed = vegaEmbed;", vl_version=vl_convert.get_vegalite_versions()[-1]
    ).replace("</script", "<\\/script")
    PAGE.write_text(TEMPLATE.read_text(encoding="utf-8").replace("LIBRARY", library), encoding="utf-8")
    command = [sys.executable, "-m", "dvc", "config", "--local", "plots.html_template", PAGE.name]
    subprocess.run(command, check=True)


if __name__ == "__main__":
    main()
