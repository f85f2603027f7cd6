"""The program of a SageMaker Processing job: `python3 -m endpoint_benchmark`, in an image that has AIPerf.

Measures an endpoint at each concurrency. Ends with 0 if all were measured, with 1 if not, and with 2 if the arguments
are wrong.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from botocore.session import Session

from .aiperf import BenchmarkError, Load, run
from .endpoint import Client, Endpoint
from .proxy import serving

EXIT_MESSAGE = Path("/opt/ml/output/message")
"""What stands here becomes the job's ExitMessage, of 1 KB at the most.
https://docs.aws.amazon.com/sagemaker/latest/dg/build-your-own-processing-container.html"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure; the exit code."""
    given = _parser().parse_args(arguments)
    try:
        message = _measure(given)
        code = 0
    except (BenchmarkError, OSError) as error:
        message, code = str(error), 1
    print(message, file=sys.stderr if code else sys.stdout)
    if EXIT_MESSAGE.parent.is_dir():
        EXIT_MESSAGE.write_text(message.encode()[:1000].decode(errors="ignore"))
    return code


def _measure(given: argparse.Namespace) -> str:
    session: Any = Session()
    credentials = session.get_credentials()
    if credentials is None:
        raise BenchmarkError("no credentials: the job needs a role")
    endpoint = Endpoint(
        name=given.endpoint,
        region=given.region,
        runtime_url=given.runtime_url,
        inference_component=given.inference_component,
    )
    load = Load(
        requests=given.requests,
        warmup_requests=given.warmup_requests,
        input_tokens=given.input_tokens,
        output_tokens=given.output_tokens,
        tokenizer=given.tokenizer,
        seed=given.seed,
        prompts=given.prompts,
        timeout=given.level_timeout,
    )
    with serving(Client(endpoint, credentials=credentials)) as url:
        for concurrency in given.concurrency:
            run(load, url=url, concurrency=concurrency, output=given.output)
    return f"measured {given.endpoint} at concurrency {', '.join(map(str, given.concurrency))}"


def _levels(text: str) -> list[int]:
    levels = [int(each) for each in text.split(",")]
    if min(levels) < 1:
        raise argparse.ArgumentTypeError(f"{text} is not allowed: numbers of 1 or more")
    return levels


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="endpoint_benchmark", description="Measure a SageMaker endpoint.")
    parser.add_argument("--endpoint", required=True, help="its name")
    parser.add_argument("--inference-component", help="the component's name, where the endpoint has some")
    parser.add_argument("--region", required=True)
    parser.add_argument("--runtime-url", required=True, help="https://runtime.sagemaker.REGION.amazonaws.com")
    parser.add_argument("--output", required=True, type=Path, help="the folder of the results")
    parser.add_argument("--concurrency", required=True, type=_levels, help="requests in flight: 1,2,4,8")
    parser.add_argument("--requests", required=True, type=int, help="at each concurrency")
    parser.add_argument("--warmup-requests", type=int, default=0, help="before them, not measured")
    parser.add_argument("--input-tokens", type=int, default=512, help="of a made-up prompt")
    parser.add_argument("--output-tokens", type=int, default=256, help="of an answer")
    parser.add_argument("--tokenizer", default="builtin", help="a name at Hugging Face, or AIPerf's own")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--prompts", type=Path, help='own prompts, {"text": ...} a line')
    parser.add_argument("--level-timeout", type=float, default=1800, help="seconds for one concurrency")
    return parser


if __name__ == "__main__":
    sys.exit(main())
