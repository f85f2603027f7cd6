"""What the `optimization` section needs of the others."""

from collections.abc import Iterator, Mapping
from typing import Any

from groundwork.inference.endpoint_settings import EndpointSettings
from groundwork.inference.settings import InferenceSettings
from groundwork.inference.speculation import EAGLE_ARCHITECTURES, SERVERS, repository_of
from groundwork.network.settings import NetworkSettings
from groundwork.optimization.job_settings import CONCURRENCIES, JobSettings
from groundwork.optimization.settings import OptimizationSettings
from groundwork.settings import Refusal


def refusals_of_optimization(optimization: OptimizationSettings, data: Mapping[str, Any]) -> Iterator[Refusal]:
    """What network and endpoints cannot give to the jobs.

    Args:
        data: the sections that are valid, by name; nothing is said about one that is missing because it is not.
    """
    if "network" in data:
        if data["network"] is None:
            yield Refusal(reason="jobs run in private subnets, and there are none", allowed="a `network` section")
        else:
            yield from _refusals_of_imports(optimization, data["network"])
    if "inference" in data:
        inference: InferenceSettings | None = data["inference"]
        endpoints = {each.name: each for each in (inference.all_endpoints if inference else ())}
        for index, job in enumerate(optimization.jobs):
            measured = bool(optimization.benchmark.image)
            switch = _refusals_of_switch(job, endpoints, benchmark_image=measured)
            for refusal in (*_refusals_of_capture(job, endpoints), *switch):
                at = ("jobs", index, *refusal.at)
                yield Refusal(reason=refusal.reason, allowed=refusal.allowed, at=at, value=refusal.value)


def gate_concurrency(job: JobSettings, endpoint: EndpointSettings | None) -> int | None:
    """Requests at once of each instance that the gate looks at; None: nobody said it, or more than a job measures at.
    An endpoint of several is measured with as many times as many."""
    if job.gate.concurrency:
        return job.gate.concurrency
    if not endpoint:
        return None
    wanted = endpoint.scaling.concurrent_requests if endpoint.scaling else 8
    return next((each for each in CONCURRENCIES if each >= wanted), None)


def _refusals_of_imports(optimization: OptimizationSettings, network: NetworkSettings) -> Iterator[Refusal]:
    for index, job in enumerate(optimization.jobs):
        at = ("jobs", index, "model", "hub")
        if job.model.hub and network.internet == "none":
            reason = "Hugging Face is on the internet, and `network.internet` is none"
            yield Refusal(reason=reason, allowed="weights that somebody has brought to `uri`", at=at)
        elif job.model.hub and network.vpc and network.vpc.nat == "none":
            reason = "Hugging Face is on the internet, and the private subnets have no way there"
            yield Refusal(reason=reason, allowed="a `network.vpc.nat`, or weights that are at `uri` already", at=at)


def _refusals_of_capture(job: JobSettings, endpoints: Mapping[str, EndpointSettings]) -> Iterator[Refusal]:
    if not job.captured:
        return
    name, at = job.captured.endpoint, ("data", "endpoint")
    if name not in endpoints:
        yield _unknown(name, endpoints, at=at)
    elif not endpoints[name].capture:
        yield Refusal(reason="the endpoint captures nothing", allowed="one with `capture`", at=at, value=name)


def _refusals_of_switch(
    job: JobSettings, endpoints: Mapping[str, EndpointSettings], *, benchmark_image: bool
) -> Iterator[Refusal]:
    name, at = job.endpoint, ("endpoint",)
    if name is None:
        return
    if name not in endpoints:
        yield _unknown(name, endpoints, at=at)
        return
    endpoint = endpoints[name]
    model = endpoint.model
    if endpoint.component:
        reason, allowed = "its component holds the model, and CloudFormation the component", "one without `component`"
        yield Refusal(reason=reason, allowed=allowed, at=at, value=name)
    if endpoint.asynchronous:
        reason = "nobody waits for the first token of an asynchronous endpoint, and it cannot be measured"
        yield Refusal(reason=reason, allowed="one without `asynchronous`", at=at, value=name)
    if not endpoint.on_gpu:
        yield Refusal(reason="drafts are made on GPUs", allowed="one on instances with GPUs", at=at, value=name)
    if model.source == "jumpstart":
        yield Refusal(reason="its weights are JumpStart's", allowed="one of `source: s3`", at=at, value=name)
    served = model.weights if model.source == "package" else model.uri
    if model.source != "jumpstart" and served and served != job.model.uri:
        reason = f"it serves {served}, and the head would be of another model"
        yield Refusal(reason=reason, allowed=served, at=("model", "uri"), value=job.model.uri)
    if model.source == "s3" and model.architecture and model.architecture not in EAGLE_ARCHITECTURES:
        reason = f"SageMaker trains no EAGLE head for its {model.architecture}"
        yield Refusal(reason=reason, allowed=", ".join(sorted(EAGLE_ARCHITECTURES)), at=at, value=name)
    image = job.image or endpoint.server
    if image and not benchmark_image and repository_of(image.root) == "djl-inference":
        reason = "SageMaker's own benchmark job does not read the streams of LMI"
        yield Refusal(reason=reason, allowed="a `benchmark.image` with AIPerf", at=at, value=name)
    if image and repository_of(image.root) not in SERVERS:
        reason = f"its server is not known to take a head: {repository_of(image.root)}"
        yield Refusal(reason=reason, allowed=f"a server of {', '.join(sorted(SERVERS))}", at=at, value=name)
    if job.image and endpoint.server and job.image != endpoint.server:
        reason = "a switch changes the model only, and the endpoint has another server"
        yield Refusal(reason=reason, allowed=endpoint.server.root, at=("image",), value=job.image.root)
    if model.source == "package" and not model.weights:
        reason = "nobody sees the weights of a Marketplace package"
        yield Refusal(reason=reason, allowed="one whose package has `weights` and `image`", at=at, value=name)
    if gate_concurrency(job, endpoint) is None:
        reason = f"the endpoint scales for more than {CONCURRENCIES[-1]} requests at once, where heads gain least"
        yield Refusal(reason=reason, allowed="1, 2, 4, 8 or 16, where it is worth it", at=("gate", "concurrency"))


def _unknown(name: str, endpoints: Mapping[str, object], *, at: tuple[str, ...]) -> Refusal:
    allowed = ", ".join(sorted(endpoints)) or "none: there is no `inference` section"
    return Refusal(reason="not an endpoint of `inference`", allowed=allowed, at=at, value=name)
