"""Stands in for AIPerf: streams chat completions from the address it is given, and writes AIPerf's export."""

import argparse
import http.client
import json
import os
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path


def main() -> None:
    parser = argparse.ArgumentParser(allow_abbrev=False)
    parser.add_argument("command", choices=["profile"])
    for flag in ("--streaming", "--use-server-token-count"):
        parser.add_argument(flag, action="store_true", required=True)
    for option in ("--model", "--url", "--endpoint-type", "--tokenizer", "--artifact-dir", "--ui"):
        parser.add_argument(option, required=True)
    for option in ("--concurrency", "--request-count", "--output-tokens-mean", "--output-tokens-stddev"):
        parser.add_argument(option, required=True, type=int)
    for option in ("--random-seed", "--warmup-request-count", "--synthetic-input-tokens-mean"):
        parser.add_argument(option, type=int)
    parser.add_argument("--synthetic-input-tokens-stddev")
    parser.add_argument("--extra-inputs")
    parser.add_argument("--input-file", type=Path)
    parser.add_argument("--custom-dataset-type")
    given = parser.parse_args()
    if os.environ.get("FAKE_AIPERF_FAILS") == str(given.concurrency):
        sys.exit(3)
    prompts = ["made up"]
    if given.input_file:
        prompts = [json.loads(line)["text"] for line in given.input_file.read_text().splitlines()]

    def ask(number: int) -> bool:
        connection = http.client.HTTPConnection(given.url.removeprefix("http://"), timeout=20)
        message = {"role": "user", "content": prompts[number % len(prompts)]}
        body = {"model": given.model, "messages": [message], "stream": True}
        connection.request("POST", "/v1/chat/completions", json.dumps(body))
        response = connection.getresponse()
        return response.status == 200 and response.read().endswith(b"data: [DONE]\n\n")

    with ThreadPoolExecutor(given.concurrency) as pool:
        good = sum(pool.map(ask, range(given.request_count)))
    folder = Path(given.artifact_dir)
    (folder / "inputs.json").write_text(json.dumps(prompts))
    export = {
        "request_throughput": {"unit": "requests/sec", "avg": good / 10},
        "output_token_throughput": {"unit": "tokens/sec", "avg": good * 2.0},
        "time_to_first_token": {"unit": "ms", "avg": 10.0 * given.concurrency, "p95": 20.0 * given.concurrency},
        "error_request_count": {"unit": "requests", "avg": given.request_count - good},
        "offline": os.environ.get("HF_HUB_OFFLINE"),
    }
    (folder / "profile_export_aiperf.json").write_text(json.dumps(export))


main()
