"""An endpoint's benchmark: started once, watched, and read.

By an AIBenchmarkJob where the Region has it, otherwise by AIPerf in a Processing job: the same report from both.
The measured tokens are the endpoint's own count in a Processing job, and AIPerf's in an AIBenchmarkJob, so compare
reports of one way with each other.
"""

import contextlib
import json
from dataclasses import asdict, dataclass
from typing import Any

from model_optimization import benchmark_ai_job, benchmark_processing
from model_optimization.benchmark_prompts import store_prompts
from model_optimization.benchmark_report import FormatError, Report, from_ai_benchmark_job, from_aiperf
from model_optimization.benchmark_s3 import one_below, split
from model_optimization.benchmark_setup import BenchmarkError, Processing, Run, Setup, Status, Target
from model_optimization.benchmark_workload import Workload, name_of

__all__ = ["BenchmarkError", "Clients", "Processing", "Run", "Setup", "Status", "Target", "Workload"]
__all__ += ["read", "start", "status"]

ARCHIVE = "output.tar.gz"
_STATES: dict[str, Any] = {"Completed": "completed", "Failed": "failed", "Stopped": "stopped"}


@dataclass(frozen=True, kw_only=True)
class Clients:
    """boto3's clients; botocore must know AIBenchmarkJob (1.44 does) where it is used."""

    sagemaker: Any
    s3: Any


def start(target: Target, workload: Workload, setup: Setup, *, subject: str, clients: Clients, attempt: int = 0) -> Run:
    """Start it, or find the one that was started with the same content: its name follows from it.

    Args:
        subject: what people call what is measured; not part of the content.
        attempt: another number starts anew what has failed.

    Raises:
        BenchmarkError: there is no way to run it, or no prompt in the data set.
        botocore.exceptions.ClientError: SageMaker refuses it.
    """
    way = setup.chosen
    content = {"target": asdict(target), "workload": asdict(workload), "setup": asdict(setup), "attempt": attempt}
    name = name_of("benchmark", content)
    prompts_uri = None
    if workload.dataset_uri:
        prompts_uri = f"{setup.below(name)}prompts/"
        limit = workload.requests + workload.warmup_requests
        store_prompts(clients.s3, source=workload.dataset_uri, target=prompts_uri, limit=limit)
    sagemaker = clients.sagemaker
    if way == "ai-benchmark-job":
        config = name_of("workload", {**content, "way": way})
        wanted = benchmark_ai_job.config_request(workload, setup, name=config, prompts_uri=prompts_uri)
        _once(sagemaker, "create_ai_workload_config", wanted)
        _once(
            sagemaker, "create_ai_benchmark_job", benchmark_ai_job.job_request(target, setup, name=name, config=config)
        )
    else:
        assert setup.processing  # `chosen` has looked
        wanted = benchmark_processing.request(
            target, workload, setup, setup.processing, name=name, prompts_uri=prompts_uri
        )
        _once(sagemaker, "create_processing_job", wanted)
    return Run(way=way, name=name, subject=subject, output_uri=setup.below(name), concurrencies=workload.concurrencies)


def status(run: Run, *, clients: Clients) -> Status:
    """How far it is.

    Raises:
        botocore.exceptions.ClientError: it is gone, or SageMaker does not answer.
    """
    if run.way == "ai-benchmark-job":
        found = clients.sagemaker.describe_ai_benchmark_job(AIBenchmarkJobName=run.name)
        state = found["AIBenchmarkJobStatus"]
    else:
        found = clients.sagemaker.describe_processing_job(ProcessingJobName=run.name)
        state = found["ProcessingJobStatus"]
    # InProgress and Stopping go on.
    reason = found.get("ExitMessage") or found.get("FailureReason")
    return Status(state=_STATES.get(state, "running"), reason=reason)


def read(run: Run, *, clients: Clients) -> Report:
    """The report of a benchmark that is completed.

    Raises:
        BenchmarkError: a result is missing.
        FormatError: a result is in no known form.
    """
    if run.way == "processing-job":
        exports = {each: _export(clients.s3, run, each) for each in run.concurrencies}
        return from_aiperf(exports, subject=run.subject)
    bucket, key = one_below(clients.s3, run.output_uri, suffix=ARCHIVE)
    archive = clients.s3.get_object(Bucket=bucket, Key=key)["Body"]
    return from_ai_benchmark_job(archive, subject=run.subject, concurrencies=run.concurrencies)


def _once(sagemaker: Any, operation: str, request: dict[str, Any]) -> None:
    # A repeat: the name says that it is the same.
    with contextlib.suppress(sagemaker.exceptions.ResourceInUse):
        getattr(sagemaker, operation)(**request)


def _export(s3: Any, run: Run, concurrency: int) -> object:
    bucket, prefix = split(run.output_uri)
    key = prefix + benchmark_processing.EXPORT.format(concurrency=concurrency)
    try:
        return json.loads(s3.get_object(Bucket=bucket, Key=key)["Body"].read())
    except s3.exceptions.NoSuchKey as error:
        raise BenchmarkError(f"s3://{bucket}/{key}: there is no such result") from error
    except ValueError as error:
        raise FormatError(f"s3://{bucket}/{key}: no JSON: {error}") from error
