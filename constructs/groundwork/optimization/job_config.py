"""What the functions of a job know of it: `lambda/model_optimization/job.py` reads it."""

from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_iam as iam

from groundwork.inference.model import container_environment
from groundwork.inference.speculation import EAGLE_ARCHITECTURES, SERVERS, repository_of
from groundwork.optimization.plan import JobPlan
from groundwork.optimization.roles import JobRoles
from groundwork.optimization.section_fit import gate_concurrency

_HOUR = 3600
_INPUT = "/opt/ml/processing/input"
CONCURRENCIES = (1, 2, 4, 8)
"""Of the benchmark of an endpoint, beside the gate's own."""
_BENCHMARK_STARTS = 15 * 60
"""Seconds for its image to be pulled."""
_MOST_HOURS = 24
"""Of an import or a conversion."""


def job_config(plan: JobPlan, *, roles: JobRoles, topic: str) -> dict[str, Any]:
    """Plain values and tokens; what is not said is not there.

    Args:
        topic: ARN of the topic that reaches people.
    """
    job, target = plan.settings, plan.target.settings if plan.target else None
    variable = SERVERS.get(repository_of(plan.image.partition("@")[0])) if plan.image else None
    config: dict[str, Any] = {
        "name": plan.name,
        "model": job.model.uri,
        "head": job.head.uri if job.head else None,
        "data": _data(plan),
        "instance": job.instance,
        "max_instances": job.max_instances,
        "max_run_seconds": job.max_run_hours * _HOUR,
        "max_pending_seconds": job.max_pending_hours * _HOUR,
        "training_plan": job.training_plan,
        "role": roles.training.role_arn,
        "subnets": list(plan.subnets),
        "security_groups": list(plan.security_groups),
        "output": plan.results_uri,
        "output_key": plan.key.key_arn,
        "image": plan.image,
        "environment": container_environment(target, name=plan.target.name) if plan.target and target else {},
        "base_package": target.model.arn if target and target.model.source == "package" else None,
        # The server that a job recommends is LMI.
        "speculation_variable": variable or SERVERS["djl-inference"],
        "tokens": job.speculative_tokens,
        "methods": EAGLE_ARCHITECTURES,
        "gate": {
            "concurrency": gate_concurrency(job, target),
            "min_throughput_ratio": job.gate.min_throughput_ratio,
            "max_ttft_p95_ratio": job.gate.max_ttft_p95_ratio,
            "ttft_percentile": job.gate.ttft_percentile,
        },
        "topic": topic,
        "metadata": _metadata(plan),
        "importing": _importing(plan, roles.processing),
        "revision": f"{job.model.hub.repository}@{job.model.hub.revision}" if job.model.hub else None,
        "conversion": _conversion(plan, roles.processing),
        "switch": _switch(plan, roles.processing),
    }
    return {key: value for key, value in config.items() if value is not None}


def _data(plan: JobPlan) -> dict[str, Any] | None:
    data = plan.settings.data
    if not data:
        return None
    tolerance = 0.0 if data.source == "capture" else data.tolerance
    return {"uri": plan.data_uri, "format": data.format, "tolerance": tolerance}


def _metadata(plan: JobPlan) -> dict[str, str]:
    hub = plan.settings.model.hub
    licence = {"repository": hub.repository, "revision": hub.revision, "licence-accepted": "yes"} if hub else {}
    return {**licence, **({"endpoint": plan.target.name} if plan.target else {})}


def _program(
    plan: JobPlan, role: iam.IRole | None, *, module: str, arguments: list[str], code: str, **inputs: str
) -> dict[str, Any]:
    # Both are there for jobs that run one.
    assert role
    assert plan.section.image
    asset = plan.programs[code]
    return {
        "role": role.role_arn,
        "image": plan.section.image.pinned(plan.image_lock),
        "instance": plan.section.processing_instance,
        "volume_gib": plan.section.processing_volume_gib,
        "volume_key": plan.key.key_arn,
        "entrypoint": ["python3", "-m", module, *arguments],
        # Python imports from a zip file as from a folder.
        "environment": {"PYTHONPATH": f"{_INPUT}/code/{asset.s3_object_key}"},
        "inputs": {f"{_INPUT}/code": asset.s3_object_url, **inputs},
        "max_run_seconds": _MOST_HOURS * _HOUR,
    }


def _importing(plan: JobPlan, role: iam.IRole | None) -> dict[str, Any] | None:
    model, hub = plan.settings.model, plan.settings.model.hub
    if not hub:
        return None
    arguments = ["--repository", hub.repository, "--revision", hub.revision, "--target", model.uri]
    arguments += ["--licence-accepted"]
    arguments += [*(("--key", model.key) if model.key else ()), *(("--token", hub.token) if hub.token else ())]
    program = _program(plan, role, module="model_optimization.hub_import", arguments=arguments, code="Import")
    tags = {"repository": hub.repository, "revision": hub.revision, "licence-accepted": "yes"}
    return {**program, "tags": tags}


def _conversion(plan: JobPlan, role: iam.IRole | None) -> dict[str, Any] | None:
    if not plan.settings.captured:
        return None
    settings = plan.programs["ConverterSettings"]
    arguments = ["convert", "--source", plan.captures_uri, "--target", plan.converted_uri]
    arguments += ["--state", plan.conversion_state_uri]
    arguments += ["--settings", f"{_INPUT}/settings/{settings.s3_object_key}", "--scratch", "/opt/ml/processing"]
    inputs = {f"{_INPUT}/settings": settings.s3_object_url}
    return _program(plan, role, module="capture_converter", arguments=arguments, code="Converter", **inputs)


def _switch(plan: JobPlan, role: iam.IRole | None) -> dict[str, Any] | None:
    if not plan.target or not role:
        return None
    benchmark = plan.section.benchmark
    gate = gate_concurrency(plan.settings, plan.target.settings)
    assert gate  # endpoints without are refused
    workload: dict[str, Any] = {
        "concurrencies": sorted({*CONCURRENCIES, gate}),
        "requests": benchmark.requests,
        "input_tokens": benchmark.input_tokens,
        "output_tokens": benchmark.output_tokens,
    }
    setup: dict[str, Any] = {
        "region": cdk.Stack.of(role).region,
        "role_arn": role.role_arn,
        "output_uri": plan.benchmarks_uri,
        "subnets": list(plan.subnets),
        "security_groups": list(plan.security_groups),
        "level_timeout_seconds": benchmark.level_seconds,
    }
    if plan.prompts_uri:
        workload["dataset_uri"] = plan.prompts_uri
    if benchmark.image:
        code, key = plan.programs["Benchmark"].s3_object_url, plan.key.key_arn
        image = benchmark.image.pinned(plan.image_lock)
        # The same way before and after: their figures are not to be compared with each other's.
        setup |= {"way": "processing-job", "processing": {"image": image, "code_uri": code, "kms_key": key}}
    return {
        "endpoint": plan.target.name,
        "log_group": plan.target.log_group,
        "stack": plan.target.stack_name,
        "resource": plan.target.logical_id,
        "workload": workload,
        "setup": setup,
        "benchmark_seconds": benchmark_seconds(plan),
        "min_ratio_to_head": plan.settings.gate.min_ratio_to_head,
        "package": _package(plan),
    }


def benchmark_seconds(plan: JobPlan) -> int:
    """What one measurement of the endpoint takes at the most."""
    return _BENCHMARK_STARTS + plan.section.benchmark.level_seconds * (len(CONCURRENCIES) + 1)


def _package(plan: JobPlan) -> dict[str, str]:
    found = {"weights": plan.settings.model.uri, "key": plan.settings.model.key, "image": plan.image}
    return {key: value for key, value in found.items() if value}
