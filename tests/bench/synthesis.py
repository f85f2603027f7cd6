"""How long synthesis takes for 1, 3, 10 and 30 environments with every check: `make bench`.

Each run is a process of its own, as `cdk synth` starts one. Times on a shared machine vary: read the ratios.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).parents[2]
COUNTS = (1, 3, 10, 30)
RUNS = 3


def main() -> None:
    """Print a table: environments, resources, seconds, resources a second, and the ratio to one environment."""
    table = Table("environments", "resources", "seconds (median of 3)", "resources/s", "ratio to 1")
    base = 0.0
    with tempfile.TemporaryDirectory() as folder:
        synthesize(Path(folder), 1)  # fills the caches of jsii and of the operating system
        for count in COUNTS:
            runs = [synthesize(Path(folder), count) for _ in range(RUNS)]
            seconds, resources = statistics.median(run[0] for run in runs), runs[0][1]
            base = base or seconds
            table.add_row(
                str(count), str(resources), f"{seconds:.1f}", f"{resources / seconds:.0f}", f"{seconds / base:.2f}"
            )
    Console().print(table)


def synthesize(folder: Path, count: int) -> tuple[float, int]:
    """Seconds and resources of one synthesis of copies of prod."""
    environments, out = folder / f"environments{count}", folder / f"out{count}"
    environments.mkdir(exist_ok=True)
    text = (ROOT / "environments/prod.yaml").read_text()
    for index in range(count):
        (environments / f"e{index}.yaml").write_text(text.replace("name: prod", f"name: e{index}"))
    context = {"environments": str(environments)}
    started = time.perf_counter()
    subprocess.run(
        [sys.executable, str(ROOT / "app.py")],
        env=os.environ | {"CDK_CONTEXT_JSON": json.dumps(context), "CDK_OUTDIR": str(out)},
        check=True,
        timeout=600,
    )
    seconds = time.perf_counter() - started
    templates = out.glob("assembly-*/*.template.json")
    return seconds, sum(len(json.loads(template.read_text())["Resources"]) for template in templates)


if __name__ == "__main__":
    main()
