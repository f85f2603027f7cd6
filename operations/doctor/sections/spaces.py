"""The `spaces` section: how Spaces are reached."""

from operations.doctor.sections.part import Part


class WebUi(Part):
    """A web page for each Space."""

    domain: str
    zone: str | None = None
    private_zone: bool = False
    certificate: str = "issue"


class DirectSsh(Part):
    """SSH to each Space by name."""

    domain: str
    zone: str


class Spaces(Part):
    """Workplaces on the cluster."""

    web_ui: WebUi | None = None
    direct_ssh: DirectSsh | None = None
