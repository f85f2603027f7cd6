"""The sandbox of an agent that drives a browser with an endpoint's model."""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field, ValidationInfo, field_validator

from groundwork.gateway.litellm_image import private_registry
from groundwork.images import Image
from groundwork.inference.browser_domains import Domains
from groundwork.inference.browser_prefix_lists import refusals_of_prefix_list
from groundwork.network.settings import NetworkSettings
from groundwork.settings import Allowed, Refusal, Section, refuse

SERVICES = ("ecr.api", "ecr.dkr", "logs", "sagemaker.runtime")
"""What a sandbox calls, by interface endpoints: it has no other way to them."""
# GiB that a task on Fargate may have by its vCPUs:
# https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html (read 2026-11-23)
_MEMORY = {1: (2, 8), 2: (4, 16), 4: (8, 30)}


class BrowserSettings(Section):
    """A task on Fargate that reaches the model and the allowed sites, and nothing else. What a page says can lead the
    model astray, and a browser has holes: so neither can do more from there than the agent itself may."""

    image: Image
    """The agent with its browser, in ECR, for a user that is not root."""
    proxy_image: Image
    """Squid 5 or newer with a shell."""
    allow: Domains
    """Sites that the browser may open, by HTTPS. `*.example.com` is example.com and all below it."""
    user: Annotated[
        str, Field(pattern=r"^[1-9]\d{0,4}:[1-9]\d{0,4}$"), Allowed("user:group in numbers, neither of them 0")
    ] = "1000:1000"
    """Whom the agent runs as. A browser of Playwright's image is `pwuser`."""
    architecture: Literal["x86_64", "arm64"] = "x86_64"
    """Of both images."""
    cpu: Literal[1, 2, 4] = 2
    """vCPUs of each task."""
    memory_gib: Annotated[int, Field(ge=2, le=30)] = 8
    """Of each task; a quarter of it is /tmp, the only folder that can be written to."""
    max_minutes: Annotated[int, Field(ge=1, le=720)] = 30
    """After which a task ends, whatever it does."""
    s3_prefix_list: (
        Annotated[str, Field(pattern=r"^pl-[0-9a-f]{8,17}$"), Allowed("the id of S3's prefix list: pl-63a5400a")] | None
    ) = None
    """Where the Region's is not known here."""

    @field_validator("memory_gib")
    @classmethod
    def _memory_fits_the_cpus(cls, value: int, info: ValidationInfo) -> int:
        cpu = info.data.get("cpu")
        least, most = _MEMORY[cpu] if cpu else (0, value)
        if not least <= value <= most:
            refuse([Refusal(reason=f"a task with {cpu} vCPUs cannot have it", allowed=f"{least} to {most}")])
        return value

    def refusals_in(self, region: str) -> Iterator[Refusal]:
        """A sandbox pulls from its own Region, and layers of images come from S3."""
        image = self.image.root
        if not private_registry(image) or f".dkr.ecr.{region}." not in image:
            reason, allowed = "the sandbox reaches no other registry", f"<account>.dkr.ecr.{region}.amazonaws.com/..."
            yield Refusal(reason=reason, allowed=allowed, at=("image",), value=image)
        yield from refusals_of_prefix_list(region, given=self.s3_prefix_list)


def refusals_with_network(network: NetworkSettings) -> Iterator[Refusal]:
    """What a network lacks for a sandbox; the path is that of the field `browser`."""
    if network.internet == "none":
        yield Refusal(reason="no site can be opened, as `network.internet` is none", allowed="none, or internet: open")
    elif network.vpc and network.vpc.nat == "none":
        reason = "the proxy stands in a private subnet, and `network.vpc.nat` is none"
        yield Refusal(reason=reason, allowed="none, or nat: one")
    if network.existing and (present := sorted({*SERVICES} & {*network.existing.endpoints})):
        reason = f"the security group of the VPC's own endpoints for {', '.join(present)} is not known"
        yield Refusal(reason=reason, allowed="none, or a VPC without them")
