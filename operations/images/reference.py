"""Image names: `registry/repository:tag`."""

import ipaddress
import re
from dataclasses import dataclass

DOCKER_HUB = "docker.io"
LOOPBACK = frozenset({"127.0.0.1", "localhost"})

# The grammar of the OCI distribution specification 1.1, "Pulling manifests".
_REPOSITORY = re.compile(r"[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*")
_TAG = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,127}")
_HOST = re.compile(r"[A-Za-z0-9.-]+(?::[0-9]{1,5})?")


@dataclass(frozen=True, kw_only=True)
class ImageReference:
    """One tag of one repository, with Docker Hub's short names written out."""

    registry: str
    repository: str
    tag: str

    @property
    def host(self) -> str:
        """The registry without its port."""
        return self.registry.partition(":")[0]

    @property
    def on_loopback(self) -> bool:
        """Whether the registry runs on this machine."""
        return is_loopback(self.host)

    @property
    def api(self) -> str:
        """Where the registry's API stands: https, and http on this machine's own loopback address only."""
        if self.registry == DOCKER_HUB:
            return "https://registry-1.docker.io"
        return f"{'http' if self.host in LOOPBACK else 'https'}://{self.registry}"

    def __str__(self) -> str:
        return f"{self.registry}/{self.repository}:{self.tag}"


def is_loopback(host: str) -> bool:
    """Whether the host is this machine: 127.0.0.0/8, ::1, the unspecified address, localhost and what is below it."""
    try:
        address = ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return (mapped or address).is_loopback or (mapped or address).is_unspecified


def parse_image(text: str) -> ImageReference:
    """Read `registry/repository:tag`; `postgres:17` means `docker.io/library/postgres:17`.

    Raises:
        ValueError: no tag, the tag `latest`, a digest in the name, or characters a registry does not allow.
    """
    if "@" in text:
        raise ValueError("names a digest; write registry/repository:tag and leave the digest to its own field")
    name, colon, tag = text.rpartition(":")
    if not colon or "/" in tag:
        raise ValueError("has no tag; write registry/repository:tag")
    if not _TAG.fullmatch(tag):
        raise ValueError(f"tag {tag!r}: allowed are letters, digits, '_', '.' and '-', at most 128")
    if tag == "latest":
        raise ValueError("the tag `latest` names another image every day; write the tag of one release")
    first, slash, rest = name.partition("/")
    if slash and ("." in first or ":" in first or first == "localhost"):
        registry, repository = first, rest
    else:
        registry, repository = DOCKER_HUB, name
    if registry in {"index.docker.io", "registry-1.docker.io"}:
        registry = DOCKER_HUB
    if registry == DOCKER_HUB and "/" not in repository:
        repository = f"library/{repository}"
    if not _HOST.fullmatch(registry):
        raise ValueError(f"registry {registry!r}: write host or host:port")
    if not _REPOSITORY.fullmatch(repository):
        raise ValueError(f"repository {repository!r}: allowed are small letters, digits, '.', '_', '-' and '/'")
    return ImageReference(registry=registry, repository=repository, tag=tag)
