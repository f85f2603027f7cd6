"""What an endpoint's image, its variables and its model must have in common."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from groundwork.inference.inference_amis import CUDA_AMIS
from groundwork.inference.served_name import SERVED_NAMES
from groundwork.inference.speculation import EAGLE_ARCHITECTURES, SERVERS, repository_of
from groundwork.settings import Refusal

if TYPE_CHECKING:
    from groundwork.inference.endpoint_settings import EndpointSettings

_SECRET = re.compile(r"(TOKEN|SECRET|PASSWORD|API_?KEY|CREDENTIAL)(_|$)", re.IGNORECASE)
_MODEL = ("OPTION_MODEL", "OPTION_MODEL_ID", "HF_MODEL_ID", "SM_VLLM_MODEL")


def refusals_of_image(endpoint: "EndpointSettings") -> Iterator[Refusal]:
    """Why image, variables or speculation cannot be."""
    packaged = endpoint.model.source == "package"
    if packaged and endpoint.image:
        reason = "a model package brings its own image"
        yield Refusal(reason=reason, allowed="none", at=("image",), value=endpoint.image.root)
    if packaged and endpoint.environment:
        yield Refusal(reason="a model package brings its own variables", allowed="none", at=("environment",))
    if not packaged and not endpoint.image:
        yield Refusal(reason="the weights come without a server", allowed="registry/repository:tag", at=("image",))
    else:
        yield from _refusals_of_pair(endpoint)
    yield from _refusals_of_variables(endpoint)
    yield from _refusals_of_speculation(endpoint)


def _refusals_of_pair(endpoint: "EndpointSettings") -> Iterator[Refusal]:
    cuda = endpoint.image_cuda
    if not endpoint.on_gpu:
        if cuda:
            at = ("cuda",) if endpoint.cuda else ("image",)
            reason = f"made for {cuda}, and no instance has a GPU"
            yield Refusal(reason=reason, allowed="an image for CPUs, or instances with GPUs", at=at, value=cuda)
        if endpoint.inference_ami:
            reason = "a host for GPUs, and no instance has one"
            yield Refusal(reason=reason, allowed="none", at=("inference_ami",), value=endpoint.inference_ami)
    elif not cuda:
        reason = "nothing says which CUDA the image has, and a wrong host hangs without a log"
        yield Refusal(reason=reason, allowed=f"`cuda`: {', '.join(CUDA_AMIS)}", at=("cuda",))
    elif not endpoint.amis:
        at = ("cuda",) if endpoint.cuda else ("image",)
        reason = f"no AMI is known that runs {cuda} on {', '.join(endpoint.instances)}"
        yield Refusal(reason=reason, allowed=", ".join(CUDA_AMIS), at=at, value=cuda)
    elif endpoint.inference_ami and endpoint.inference_ami not in endpoint.amis:
        reason = f"its driver does not run {cuda} on {', '.join(endpoint.instances)}"
        allowed = ", ".join(endpoint.amis)
        yield Refusal(reason=reason, allowed=allowed, at=("inference_ami",), value=endpoint.inference_ami)


def _refusals_of_variables(endpoint: "EndpointSettings") -> Iterator[Refusal]:
    for name, value in endpoint.environment.items():
        at = ("environment", name)
        if _SECRET.search(name):
            reason = "whoever may describe the model reads it"
            yield Refusal(reason=reason, allowed="no secret: bring the weights to S3 first", at=at, value="(not shown)")
        if endpoint.network_isolation and name in _MODEL and not value.startswith("/opt/ml/"):
            reason = "an isolated server downloads nothing"
            yield Refusal(reason=reason, allowed="/opt/ml/model", at=at, value=value)
        if name.endswith("TRUST_REMOTE_CODE") and value.lower() == "true" and not endpoint.network_isolation:
            reason = "code that comes with weights runs with a path to the network"
            yield Refusal(reason=reason, allowed="true", at=("network_isolation",), value=False)
        if name in SERVERS.values():
            yield Refusal(reason="is written by `speculation`", allowed="`speculation`", at=at, value=value)
        if name in SERVED_NAMES.values():
            yield Refusal(reason="the server answers to the endpoint's name", allowed="none", at=at, value=value)
        if name == "OPTION_SPECULATIVE_DRAFT_MODEL":
            yield Refusal(reason="is ignored by the server, silently", allowed="`speculation`", at=at, value=value)


def _refusals_of_speculation(endpoint: "EndpointSettings") -> Iterator[Refusal]:
    if not endpoint.speculation:
        return
    model, at = endpoint.model, ("speculation",)
    if model.source != "s3":
        reason = "the head lies below the model's own prefix"
        yield Refusal(reason=reason, allowed="none, or source: s3", at=at)
    elif model.architecture not in EAGLE_ARCHITECTURES:
        allowed, named = ", ".join(EAGLE_ARCHITECTURES), model.architecture
        reason = "EAGLE does not know this architecture" if named else "needed for `speculation`"
        yield Refusal(reason=reason, allowed=allowed, at=("model", model.source, "architecture"), value=named)
    if endpoint.image and repository_of(endpoint.image.root) not in SERVERS:
        allowed = " or ".join(SERVERS)
        reason = "no server that is known to speculate"
        yield Refusal(reason=reason, allowed=f"an image of {allowed}", at=("image",), value=endpoint.image.root)
    if not endpoint.on_gpu:
        yield Refusal(reason="drafts are made on GPUs", allowed="instances with GPUs", at=("instances",))
