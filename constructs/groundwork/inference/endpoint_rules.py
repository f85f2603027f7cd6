"""Combinations of an endpoint's settings that AWS refuses, that hang, or that fail when it matters."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from groundwork.inference.image_rules import refusals_of_image
from groundwork.inference.instance_types import RESERVABLE
from groundwork.settings import Refusal

if TYPE_CHECKING:
    from groundwork.inference.endpoint_settings import EndpointSettings


def refusals_of_endpoint(endpoint: "EndpointSettings") -> Iterator[Refusal]:
    """All of them, each with the field to change."""
    yield from refusals_of_image(endpoint)
    yield from _refusals_of_capacity(endpoint)
    yield from _refusals_of_component(endpoint)
    yield from _refusals_of_scaling(endpoint)
    yield from _refusals_of_update(endpoint)
    yield from _refusals_of_asynchronous(endpoint)
    if endpoint.browser and (endpoint.asynchronous or endpoint.interface != "messages"):
        reason = "an agent waits for answers to chat messages"
        yield Refusal(reason=reason, allowed="none, or an endpoint that gives them", at=("browser",))
    if endpoint.routing.strategy == "prefix-aware" and endpoint.most < 2:
        reason = "there is one instance to choose from"
        allowed = "least-outstanding, or a `count` or `scaling.max` of 2 or more"
        yield Refusal(reason=reason, allowed=allowed, at=("routing", "strategy"), value=endpoint.routing.strategy)


def _refusals_of_capacity(endpoint: "EndpointSettings") -> Iterator[Refusal]:
    kinds = endpoint.hosting_types
    if len({kind.gpus > 0 for kind in kinds}) > 1:
        reason, allowed = "types with GPUs and types without", "one or the other"
        yield Refusal(reason=reason, allowed=allowed, at=("instances",))
    elif len(kinds) > 1 and not endpoint.component and len({kind.gpus for kind in kinds}) > 1:
        reason = "one model spreads over the same number of GPUs on each type"
        yield Refusal(reason=reason, allowed="types with as many GPUs, or a `component`", at=("instances",))
    if endpoint.reservation:
        if len(kinds) > 1:
            yield Refusal(reason="a reservation is of one type", allowed="one entry", at=("instances",))
        for index, kind in enumerate(kinds):
            if kind.name not in RESERVABLE:
                reason, allowed = "cannot be reserved for an endpoint", ", ".join(sorted(RESERVABLE))
                yield Refusal(reason=reason, allowed=allowed, at=("instances", index), value=kind.name)
        if endpoint.scaling and endpoint.scaling.reaches_zero:
            reason = "reserved instances are paid while they stand still"
            yield Refusal(reason=reason, allowed="1 or more", at=("scaling", "min"), value=endpoint.scaling.min)


def _refusals_of_component(endpoint: "EndpointSettings") -> Iterator[Refusal]:
    component = endpoint.component
    if not component:
        return
    for kind in endpoint.hosting_types:
        if kind.gpus and not component.gpus:
            reason = f"a copy without a GPU on {kind.name}"
            yield Refusal(reason=reason, allowed=f"1 to {kind.gpus}", at=("component", "gpus"), value=component.gpus)
        elif component.gpus > kind.gpus:
            reason = f"{kind.name} has {kind.gpus} GPUs"
            allowed = f"at most {kind.gpus}"
            yield Refusal(reason=reason, allowed=allowed, at=("component", "gpus"), value=component.gpus)
        if component.cpus > kind.vcpus:
            reason, allowed = f"{kind.name} has {kind.vcpus} vCPUs", f"at most {kind.vcpus}"
            yield Refusal(reason=reason, allowed=allowed, at=("component", "cpus"), value=component.cpus)
        if component.memory_mib >= kind.memory_gib * 1024:
            reason = f"{kind.name} has {kind.memory_gib * 1024} MiB, and its system needs some"
            at = ("component", "memory_mib")
            yield Refusal(reason=reason, allowed="less", at=at, value=component.memory_mib)
    if endpoint.model.source == "package":
        reason = "a package brings its own container, and a component has one model by name"
        yield Refusal(reason=reason, allowed="no component, or source: s3 or jumpstart", at=("component",))
    if endpoint.capture:
        # https://docs.aws.amazon.com/sagemaker/latest/dg/model-monitor-data-capture.html knows variants only.
        yield Refusal(reason="captures are documented for endpoints without", allowed="none", at=("component",))


def _refusals_of_scaling(endpoint: "EndpointSettings") -> Iterator[Refusal]:
    scaling = endpoint.scaling
    if not scaling:
        return
    if scaling.reaches_zero and not (endpoint.component or endpoint.asynchronous):
        reason = "only endpoints with a component, and asynchronous ones, scale to zero"
        yield Refusal(reason=reason, allowed="1 or more, or a `component`", at=("scaling", "min"), value=scaling.min)
    low = max(scaling.min, 1)
    if not low <= endpoint.count <= scaling.max:
        reason, allowed = "outside the bounds of `scaling`", f"{low} to {scaling.max}"
        yield Refusal(reason=reason, allowed=allowed, at=("count",), value=endpoint.count)


def _refusals_of_update(endpoint: "EndpointSettings") -> Iterator[Refusal]:
    update = endpoint.update
    if not update:
        return
    fewest = endpoint.scaling.min if endpoint.scaling else endpoint.count
    what = "copies" if endpoint.component else "instances"
    at = ("update", "type")
    if update.type == "rolling" and fewest < 2:
        reason = f"a batch is at most half of the {what}, and there can be {fewest}"
        yield Refusal(reason=reason, allowed=f"2 or more {what} at any time, or blue-green", at=at, value=update.type)
    if update.type == "blue-green" and endpoint.component:
        yield Refusal(reason="components are updated batch by batch", allowed="rolling, or none", at=at, value="")
    if update.type == "blue-green" and endpoint.reservation:
        reason = "needs twice the instances, and the reservation holds them once"
        yield Refusal(reason=reason, allowed="rolling", at=at, value=update.type)
    if endpoint.model.source == "package" and not endpoint.model.weights:
        reason = "Marketplace containers are updated all at once, whatever is asked for"
        yield Refusal(reason=reason, allowed="none", at=("update",))


def _refusals_of_asynchronous(endpoint: "EndpointSettings") -> Iterator[Refusal]:
    if not endpoint.asynchronous:
        return
    if endpoint.component:
        yield Refusal(reason="an asynchronous endpoint has no components", allowed="none", at=("component",))
    if endpoint.gateway_model:
        reason = "the gateway waits for answers, and this endpoint puts them into a bucket"
        yield Refusal(reason=reason, allowed="none", at=("gateway_model",), value=endpoint.gateway_model)
