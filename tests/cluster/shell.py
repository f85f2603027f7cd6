"""Runs the cluster's shell scripts on a root of their own, with programs that only write down how they were called."""

import os
import subprocess
from pathlib import Path

from groundwork.cluster.lifecycle_scripts import FOLDER


def program(folder: Path, name: str, body: str) -> None:
    """Put a program into a folder."""
    file = folder / name
    file.write_text(f"#!/bin/bash\n{body}\n")
    file.chmod(0o755)


def run(root: Path, script: str = "on_create_main.sh", **more: str) -> subprocess.CompletedProcess[str]:
    """A life-cycle script on the node below `root`."""
    return run_file(root, FOLDER / script, **more)


def run_file(root: Path, file: Path, **more: str) -> subprocess.CompletedProcess[str]:
    """A script with `root` for its file system, and the programs beside it first."""
    environment = {
        "PATH": f"{root.parent}/bin:{os.environ['PATH']}",
        "GROUNDWORK_ROOT": str(root),
        "GROUNDWORK_POLL_SECONDS": "0",
        "GROUNDWORK_LOG_SECONDS": "0",
        **more,
    }
    return subprocess.run(["bash", str(file)], env=environment, capture_output=True, text=True, timeout=60, check=False)
