"""Copies an image from a public registry into a repository of the account, by digest."""

from typing import Any

from aws_lambda_powertools import Logger
from botocore.exceptions import BotoCoreError, ClientError

from .deadline import Deadline, OutOfTimeError
from .manifest import Manifest, platform_of
from .order import Order
from .registry import Registry
from .repository import Repository, RepositoryError
from .transport import Patience, RegistryError, Transport, is_loopback

_logger = Logger(child=True)
_PATIENCE = Patience()


class MirrorError(Exception):
    """The image cannot be copied; the message names it and what the registry answered."""


def mirror(order: Order, *, client: Any, deadline: Deadline, patience: Patience = _PATIENCE) -> None:
    """Copy what is not there yet.

    Args:
        client: boto3's for ECR.

    Raises:
        MirrorError: it cannot be copied.
        OutOfTimeError: there is more to do; the next call goes on from what is there.
    """
    transport = Transport(deadline=deadline, patience=patience, loopback=is_loopback(order.source.partition("/")[0]))
    registry = Registry(order.source, transport=transport)
    repository = Repository(order.repository, client=client, deadline=deadline)
    copy = _Copy(registry, repository, deadline)
    try:
        if repository.has(order.digest, tag=order.target_tag):
            _logger.info("the image is there", image=str(order))
            return
        root = registry.manifest(order.digest)
        if absent := order.platforms - _platforms(root, registry):
            raise MirrorError(f"{order}: the image is not there for {', '.join(sorted(absent))}")
        copy.write(root, tag=order.target_tag)
    except OutOfTimeError:
        if not copy.written:
            raise MirrorError(f"{order}: too slow, no layer was done in the time of one call") from None
        raise
    except (RegistryError, RepositoryError, ClientError, BotoCoreError) as error:
        raise MirrorError(f"{order}: {error}") from None


class _Copy:
    def __init__(self, registry: Registry, repository: Repository, deadline: Deadline) -> None:
        self._registry = registry
        self._repository = repository
        self._deadline = deadline
        self.written = 0
        """Blobs and manifests. The next call goes on after them, and after nothing else."""

    def write(self, manifest: Manifest, *, tag: str | None = None) -> None:
        """Write all that a manifest names, then the manifest: ECR takes no index whose manifests are not there, so
        those of platforms that nobody asked for, and attestations, go with it."""
        for child in manifest.children:
            if not self._repository.has(child.digest):
                self.write(self._registry.manifest(child.digest))
        blobs = [*manifest.layers, *([manifest.config] if manifest.config else [])]
        for blob in self._repository.missing(blobs) if blobs else []:
            self._deadline.check()
            self._repository.upload(blob, self._registry.blob(blob))
            self.written += 1
            _logger.info("copied a blob", digest=blob.digest, bytes=blob.size)
        self._deadline.check()
        self._repository.put(manifest, tag=tag)
        self.written += 1
        _logger.info("wrote a manifest", digest=manifest.digest)


def _platforms(root: Manifest, registry: Registry) -> set[str]:
    if root.config:
        return {platform_of(registry.config(root.config))}
    return {child.platform for child in root.children if child.platform}
