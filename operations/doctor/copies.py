"""How many copies of a model find room on an instance, from what EC2 says of its type."""

from operations.doctor.reader import Read, Reader, UnansweredError
from operations.doctor.sections.inference import Component, Endpoint

READ = Read(service="ec2", operation="DescribeInstanceTypes", action="ec2:DescribeInstanceTypes")


def instances_for(copies: int, endpoint: Endpoint, reader: Reader) -> int:
    """How many instances so many copies need, on the type that holds the fewest; as many, without a component.

    Raises:
        UnansweredError: EC2 was not asked, or does not know the types.
    """
    component = endpoint.component
    if component is None:
        return copies
    names = [name.removeprefix("ml.") for name in endpoint.types]
    types = reader.ask("ec2", "DescribeInstanceTypes", InstanceTypes=names)["InstanceTypes"]
    if not types:
        raise UnansweredError(f"EC2 does not know {', '.join(names)}", "look at `instances`")
    fewest = min(
        _copies(
            component,
            gpus=sum(gpu["Count"] for gpu in kind.get("GpuInfo", {}).get("Gpus", ())),
            cpus=kind["VCpuInfo"]["DefaultVCpus"],
            memory_mib=kind["MemoryInfo"]["SizeInMiB"],
        )
        for kind in types
    )
    return -(-copies // max(fewest, 1))


def _copies(component: Component, *, gpus: int, cpus: int, memory_mib: int) -> int:
    by_gpu = gpus // component.gpus if component.gpus else cpus
    # Some of the memory is the system's.
    return min(by_gpu, int(cpus // component.cpus), (memory_mib - 1) // component.memory_mib)
