"""The `network` section."""

from operations.doctor.sections.part import Part


class Subnet(Part):
    """A subnet of an existing VPC."""

    id: str
    zone: str


class ExistingVpc(Part):
    """A VPC that somebody else owns."""

    id: str
    private: tuple[Subnet, ...]
    data: tuple[Subnet, ...] = ()
    public: tuple[Subnet, ...] = ()
    cluster: tuple[Subnet, ...] = ()


class NewVpc(Part):
    """A VPC that the environment makes."""

    zones: int | tuple[str, ...] = 2
    """How many, or their ids."""
    cluster_cidrs: tuple[str, ...] = ()


class Network(Part):
    """One of the two."""

    vpc: NewVpc | None = None
    existing: ExistingVpc | None = None
