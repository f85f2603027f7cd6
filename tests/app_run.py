"""The app run as a user runs it: in a process of its own, with every check, and without any network."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
_NO_NETWORK = ("unshare", "--map-root-user", "--net")
"""A network namespace of its own, where not even the loopback device is up."""


def run_app(environments: Path, outdir: Path) -> subprocess.CompletedProcess[str]:
    """Synthesize a folder of environment files into a folder."""
    possible = shutil.which("unshare") and subprocess.run([*_NO_NETWORK, "true"], check=False, timeout=10)
    alone = bool(possible) and possible.returncode == 0
    assert alone or "CI" not in os.environ, "CI must be able to make a network namespace"
    environment = {name: value for name, value in os.environ.items() if name != "CDK_VALIDATION"}
    context = f'{{"environments": "{environments}"}}'
    return subprocess.run(
        [*(_NO_NETWORK if alone else ()), sys.executable, str(ROOT / "app.py")],
        env=environment | {"CDK_CONTEXT_JSON": context, "CDK_OUTDIR": str(outdir)},
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
