"""How fast captured data becomes training data, and how much memory that takes: `make bench`.

Makes 2 GB of capture in a temporary folder, whole answers, streamed ones and base64, with duplicates, errors and broken
lines, and converts it in a process of its own with every built-in redaction rule: its processor time is the
figure, as the machine may be busy with other things, and the kernel's high-water mark its memory.
"""

import argparse
import base64
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

LAMBDA = Path(__file__).parents[2] / "lambda"
MB = 1_000_000
FILE_BYTES = 64 * MB
SEED = 20261123
WORDS = (
    "the a of to model token endpoint deploy latency how why write explain return list value function when with "
    "for each user please summarize report cluster memory région überall 東京 naïve class def import print"
).split()


def text(chance: random.Random, words: int) -> str:
    """So many words, with what has to be redacted in every fifth text."""
    said = " ".join(chance.choices(WORDS, k=words))
    return (
        f"{said} jane.{chance.randint(1, 99)}@example.com 10.0.3.{chance.randint(1, 99)}"
        if chance.random() < 0.2
        else said
    )


@dataclass(frozen=True)
class Exchange:
    """What a line is made of."""

    kind: str
    asked: str
    answer: str

    def line(self, number: int) -> bytes:
        """The line, with a number in the question: another one is no duplicate."""
        encoded = self.kind == "base64"
        bodies = {
            "endpointInput": self.asked.replace("Be brief.", f"Be brief, {number}."),
            "endpointOutput": self.answer,
        }
        sides = {
            side: {
                "observedContentType": "application/json",
                "mode": side[8:].upper(),
                "data": base64.b64encode(body.encode()).decode() if encoded else body,
                "encoding": "BASE64" if encoded else "JSON",
            }
            for side, body in bodies.items()
        }
        metadata = {"eventId": f"{number:032x}", "inferenceTime": "2026-01-01T00:00:00Z"}
        line = json.dumps({"captureData": sides, "eventMetadata": metadata, "eventVersion": "0"}).encode()
        return line[: len(line) // 2] if self.kind == "broken" else line


def exchange(chance: random.Random, kind: str) -> Exchange:
    """One question and its answer."""
    messages = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": text(chance, 200)}]
    said = text(chance, 300)
    if kind == "streamed":
        pieces = [said[at : at + 24] for at in range(0, len(said), 24)]
        head = {"id": "chatcmpl-0123456789", "object": "chat.completion.chunk", "created": 1770000000, "model": "m"}
        events = [{**head, "choices": [{"index": 0, "delta": {"content": p}, "finish_reason": None}]} for p in pieces]
        events.append({**head, "choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]})
        answer = "".join(f"data: {json.dumps(event)}\n\n" for event in events) + "data: [DONE]\n\n"
    elif kind == "error":
        answer = json.dumps({"object": "error", "message": "overloaded", "code": 503})
    else:
        message = {"index": 0, "message": {"role": "assistant", "content": said}, "finish_reason": "stop"}
        answer = json.dumps({"id": "chatcmpl-0123456789", "choices": [message], "usage": {"total_tokens": 500}})
    return Exchange(kind, json.dumps({"messages": messages}), answer)


def generate(folder: Path, *, size: int, kinds: list[str]) -> int:
    """Write so many bytes of capture, of which every twentieth line comes twice; what it came to."""
    chance, written = random.Random(SEED), 0  # noqa: S311 - the same input each time
    exchanges = [exchange(chance, kind) for kind in kinds for _ in range(20)]
    number = 0
    while written < size:
        with (folder / f"{number:09}.jsonl").open("wb") as file:
            while file.tell() < min(FILE_BYTES, size - written):
                number += 1
                line = exchanges[number % len(exchanges)].line(number) + b"\n"
                file.write(line * (2 if number % 20 == 0 else 1))
            written += file.tell()
    return written


def measure(name: str, *, size: int, kinds: list[str]) -> tuple[str, ...]:
    """Generate, convert, and look at what the conversion took."""
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder) / "capture", Path(folder) / "training"
        source.mkdir()
        written = generate(source, size=size, kinds=kinds)
        command = [sys.executable, __file__, "--child", str(source), str(target)]
        started = time.perf_counter()
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE, timeout=1800)
        seconds = time.perf_counter() - started
        result = json.loads(done.stdout.splitlines()[-1])
    tally, cpu, peak = result["tally"], result["cpu"], result["peak_kib"] / 1024
    kept = tally["train"] + tally["validation"]
    dropped = ", ".join(f"{reason} {count}" for reason, count in sorted(tally["dropped"].items()))
    speed = written / MB / cpu
    return (
        name,
        f"{written / MB:.0f}",
        f"{speed:.0f}",
        f"{written / MB / seconds:.0f}",
        f"{peak:.0f}",
        str(kept),
        dropped,
    )


def child(source: str, target: str) -> None:
    """Convert, and print what it took."""
    sys.path.insert(0, str(LAMBDA))
    from capture_converter.__main__ import main as convert

    if convert(["convert", "--source", source, "--target", target, "--scratch", str(Path(target).parent)]):
        raise SystemExit(1)
    tally = json.loads((Path(target) / "report.json").read_text())
    used = resource.getrusage(resource.RUSAGE_SELF)
    print(json.dumps({"tally": tally, "cpu": used.ru_utime + used.ru_stime, "peak_kib": used.ru_maxrss}))


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--megabytes", type=int, default=2000)
    parser.add_argument("--child", nargs=2)
    given = parser.parse_args()
    if given.child:
        child(*given.child)
        return
    table = Table("capture", "MB", "MB/s of a core", "MB/s elapsed", "peak MiB", "examples", "dropped")
    rest = ["error", "broken"]
    for name, size, kinds in (
        ("mixed", given.megabytes, ["whole", "streamed", "base64"] * 5 + rest),
        ("whole answers", given.megabytes // 10, ["whole"]),
        ("streamed answers", given.megabytes // 10, ["streamed"]),
        ("base64", given.megabytes // 10, ["base64"]),
    ):
        table.add_row(*measure(name, size=size * MB, kinds=kinds))
    Console(width=140).print(table)


if __name__ == "__main__":
    main()
