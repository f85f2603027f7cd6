"""What is preloaded into the CDK CLI: its waits for a stack are short here, all others are as they were."""

import json
import subprocess

import pytest

from operations.local.cdk import QUICK_POLLING
from operations.local.workspace import cdk_cli, node

PROGRAM = """
const began = Date.now(), ended = {};
const done = (name) => { ended[name] = Date.now() - began; };
setTimeout(done, 5000, "stack");
setTimeout(done, 2000, "events");
setTimeout(done, 900, "other");
clearTimeout(setTimeout(done, 5000, "cleared"));
require("util").promisify(setTimeout)(800).then(() => done("promise"));
process.on("exit", () => console.log(JSON.stringify(ended)));
"""


def test_only_the_waits_for_a_stack_are_short() -> None:
    command = [str(node()), "--require", str(QUICK_POLLING), "--eval", PROGRAM]
    answer = subprocess.run(command, capture_output=True, check=True, timeout=20)
    ended = json.loads(answer.stdout)
    assert list(ended) == ["stack", "events", "promise", "other"]
    assert ended["promise"] >= 790
    assert ended["other"] >= 890


@pytest.mark.parametrize("wait", ["waitFor(valueProvider, timeout = 5e3)", "pollingInterval = 2e3"])
def test_the_installed_cli_waits_as_long_as_is_made_short(wait: str) -> None:
    # Where this fails, deployments still work, and take longer.
    assert wait in (cdk_cli().parents[1] / "lib" / "index.js").read_text()
