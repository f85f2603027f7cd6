"""Each program of docs/gateway-clients.md runs as it stands there, with a virtual key of one model."""

import re
import subprocess
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest

from operations.local.workspace import PROJECT, bare_environment
from tests.gateway_boot.aws import Aws
from tests.gateway_boot.calls import new_key
from tests.gateway_boot.gateway import Proxy
from tests.gateway_boot.installed import program
from tests.gateway_boot.provider import CHUNKS
from tests.gateway_boot.tls import behind_tls

TIMEOUT = 60
STREAMED = "".join(CHUNKS)


@dataclass(frozen=True, kw_only=True)
class Program:
    """A fenced block of the document."""

    name: str
    """The heading above it, and its number below that."""
    language: str
    text: str


def programs() -> list[Program]:
    found: list[Program] = []
    for section in (PROJECT / "docs" / "gateway-clients.md").read_text().split("\n## ")[1:]:
        blocks = re.findall(r"^```(\w+)\n(.*?)^```$", section, re.MULTILINE | re.DOTALL)
        heading = section.partition("\n")[0]
        for number, (language, text) in enumerate(blocks, 1):
            found.append(Program(name=f"{heading} {number}", language=language, text=text))
    return found


# The model that each is tried with, and what its output has to have.
EXPECTED = {
    "curl 1": ("other", ["other answers call"]),
    "curl 2": ("other", ["data: {", '" two"', "data: [DONE]"]),
    "OpenAI SDK 1": ("other", ["other answers call", STREAMED]),
    "boto3 1": ("nova", ["nova"]),
    "LangGraph 1": ("other", ["other answers call"]),
    "Anthropic SDK 1": ("nova", ["nova"]),
}


Runs = dict[str, "Future[subprocess.CompletedProcess[str]]"]


@pytest.fixture(scope="module")
def runs(proxy: Proxy, restart: object, aws: Aws, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Runs]:
    """Two at a time, and while the other proxy restarts: both take a quarter of a minute."""
    folder = tmp_path_factory.mktemp("programs")
    workspace = aws.engine.workspace
    with behind_tls(folder, port=proxy.port, workspace=workspace) as port, ThreadPoolExecutor(2) as pool:
        url = f"https://127.0.0.1:{port}"
        yield {each.name: pool.submit(run, each, proxy, url, workspace.certificate, folder) for each in programs()}


def run(each: Program, proxy: Proxy, url: str, trust: Path, folder: Path) -> "subprocess.CompletedProcess[str]":
    model = EXPECTED[each.name][0]
    variables = {
        "GATEWAY_URL": url,
        "GATEWAY_KEY": new_key(proxy, models=[model]),
        "GATEWAY_MODEL": model,
        "HOME": str(folder),
        # What makes each of the clients trust the certificate of the tests.
        **dict.fromkeys(("SSL_CERT_FILE", "AWS_CA_BUNDLE", "CURL_CA_BUNDLE"), str(trust)),
    }
    command = ["bash", "-ec"] if each.language == "sh" else [program("python"), "-c"]
    return subprocess.run(
        [*command, each.text],
        env={**bare_environment(), **variables},
        cwd=folder,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=TIMEOUT,
        check=False,
    )


def test_every_program_of_the_document_is_expected():
    assert [each.name for each in programs()] == list(EXPECTED)


@pytest.mark.parametrize("name", EXPECTED)
def test_a_program_of_the_document_works(runs: Runs, proxies: list[Proxy], name: str):
    result = runs[name].result()
    assert result.returncode == 0, result.stderr + result.stdout
    for text in EXPECTED[name][1]:
        assert text in result.stdout
