"""The `gateway` section."""

from operations.doctor.sections.part import Part, Text


class Deployment(Part):
    """What serves a model. Only those of Bedrock are looked at."""

    provider: str
    model: Text | None = None
    profile: str = "in-region"
    destinations: tuple[str, ...] = ()
    application_profile: str | None = None

    @property
    def profile_id(self) -> str:
        """What the model is called by: with the prefix of its profile."""
        return f"{self.model}" if self.profile == "in-region" else f"{self.profile}.{self.model}"


class Model(Part):
    """A name that callers ask for."""

    name: Text
    deployments: tuple[Deployment, ...] = ()


class Domain(Part):
    """The gateway's name, zone and certificates."""

    name: str
    zone: str | None = None
    certificate: str = "issue"
    edge_certificate: str = "issue"


class Gateway(Part):
    """One address for the models of every provider."""

    exposure: str
    domain: Domain
    models: tuple[Model, ...] = ()
    origin_read_quota_seconds: int = 120

    @property
    def at_the_edge(self) -> bool:
        """Whether callers come by CloudFront."""
        return self.exposure.startswith("cloudfront")

    @property
    def load_balancer_name(self) -> str:
        """The name that the load balancer's certificate is for."""
        return f"origin.{self.domain.name}" if self.exposure == "cloudfront-domain" else self.domain.name

    @property
    def bedrock(self) -> tuple[Deployment, ...]:
        """Each model and profile of Bedrock once."""
        found = (d for model in self.models for d in model.deployments if d.provider == "bedrock" and d.model)
        return tuple(dict.fromkeys(found))
