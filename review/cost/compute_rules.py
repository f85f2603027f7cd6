"""What runs, and what it is charged for: containers, functions, clusters, nodes and endpoints."""

from collections.abc import Iterator, Mapping

from review.cost.accelerators import gpus_of
from review.cost.charge import Charge, Kind, Place, Rule, hours
from review.cost.price_list import HOURS_PER_MONTH, Item
from review.cost.scaling import Range, range_of
from review.stores import at
from rules.intrinsics import mapping, sequence


def _service(place: Place) -> Iterator[Charge]:
    named = place.stack.template.references(place.resource.properties.get("TaskDefinition"))
    task = next((place.stack.resources[id_] for id_ in named if id_ in place.stack.resources), None)
    if task is None:
        yield Charge(what="tasks of an unknown size", item=Item(service="AmazonECS", usage="Fargate"), quantity=1)
        return
    cpus = (place.as_number(task.properties.get("Cpu")) or 0) / 1024
    gigabytes = (place.as_number(task.properties.get("Memory")) or 0) / 1024
    arm = "ARM-" if place.rendered(at(task.properties, "RuntimePlatform.CpuArchitecture")) == "ARM64" else ""
    tasks = range_of(place, "ecs", started=place.number("DesiredCount"))
    for count, kind in _spread(place, tasks):
        processor = Item(service="AmazonECS", usage=f"Fargate-{arm}vCPU-Hours:perCPU")
        memory = Item(service="AmazonECS", usage=f"Fargate-{arm}GB-Hours")
        what = f"{tasks} tasks"
        yield Charge(what=f"{what}, processors", item=processor, quantity=count * cpus, kind=kind)
        yield Charge(what=f"{what}, memory", item=memory, quantity=count * gigabytes, kind=kind)


def _spread(place: Place, counts: Range) -> Iterator[tuple[float, Kind]]:
    """Hours of a month at the least, and above it as long as the utilization says."""
    if counts.least:
        yield counts.least * HOURS_PER_MONTH, Kind.FIXED
    if counts.most > counts.least:
        yield (counts.most - counts.least) * HOURS_PER_MONTH * place.usage.utilization, Kind.USAGE


def _instances(place: Place, counts: Range, kind: str, usage: str, *, group: str = "") -> Iterator[Charge]:
    for quantity, fixed in _spread(place, counts):
        yield Charge(
            what=f"{counts} x {kind}" + (f", group {group}" if group else ""),
            item=Item(service="AmazonSageMaker", usage=f"{usage}:{kind}"),
            quantity=quantity,
            kind=fixed,
            gpu_hours=quantity * gpus_of(kind).count,
            assumption="" if fixed == Kind.FIXED else "utilization",
            pods=group,
        )


def _hyperpod(place: Place) -> Iterator[Charge]:
    for group in map(mapping, sequence(place.resource.properties.get("InstanceGroups"))):
        name, kind = place.rendered(group.get("InstanceGroupName")), place.rendered(group.get("InstanceType"))
        count, least = place.as_number(group.get("InstanceCount")), place.as_number(group.get("MinInstanceCount")) or 0
        # Karpenter fills a group whose number only a deployment knows; how far, no template says.
        counts = Range(least=least, most=place.usage.of("burst-nodes")) if count is None else Range.of(count)
        yield from _instances(place, counts, kind, "Cluster", group=name)
        gib = sum(
            place.as_number(at(storage, "EbsVolumeConfig.VolumeSizeInGB")) or 0
            for storage in sequence(group.get("InstanceStorageConfigs"))
        )
        if gib and counts.least:
            volume = Item(service="AmazonSageMaker", usage="Cluster:VolumeUsage.gp3")
            yield Charge(what=f"{gib:g} GiB each, group {name}", item=volume, quantity=gib * counts.least)


def _endpoint(place: Place) -> Iterator[Charge]:
    for variant in map(mapping, sequence(place.resource.properties.get("ProductionVariants"))):
        pools = [mapping(pool) for pool in sequence(variant.get("InstancePools"))]
        kind = place.rendered(variant.get("InstanceType") or next((p.get("InstanceType") for p in pools), None))
        managed = mapping(variant.get("ManagedInstanceScaling"))
        started = place.as_number(variant.get("InitialInstanceCount"))
        if managed:
            least = place.as_number(managed.get("MinInstanceCount")) or 0
            counts = Range(least=least, most=place.as_number(managed.get("MaxInstanceCount")) or least)
        else:
            counts = range_of(place, "sagemaker", started=started)
        yield from _instances(place, counts, kind, "Host")


def _kubernetes(_: Place) -> Iterator[Charge]:
    # A version in extended support costs six times as much; `doctor` asks EKS which one is.
    yield hours("control plane", Item(service="AmazonEKS", usage="AmazonEKS-Hours:perCluster"))


def _function(place: Place) -> Iterator[Charge]:
    gigabytes = (place.number("MemorySize") or 128) / 1024
    arm = "-ARM" if "arm64" in map(place.rendered, sequence(place.resource.properties.get("Architectures"))) else ""
    duration = Item(service="AWSLambda", usage=f"Lambda-GB-Second{arm}")
    yield place.assumed("calls", "calls", Item(service="AWSLambda", usage="Request"))
    yield place.assumed("calls", f"{gigabytes:g} GB for a second each", duration, times=gigabytes)


def _state_machine(place: Place) -> Iterator[Charge]:
    if place.text("StateMachineType", "STANDARD") == "STANDARD":
        item = Item(service="AmazonStates", usage="StateTransition")
        yield place.assumed("transitions", "state transitions", item)
    else:
        item = Item(service="AmazonStates", usage="StepFunctions-Request")
        yield place.assumed("transitions", "executions", item)


RULES: Mapping[str, Rule] = {
    "AWS::ECS::Service": _service,
    "AWS::EKS::Cluster": _kubernetes,
    "AWS::Lambda::Function": _function,
    "AWS::SageMaker::Cluster": _hyperpod,
    "AWS::SageMaker::EndpointConfig": _endpoint,
    "AWS::StepFunctions::StateMachine": _state_machine,
}
