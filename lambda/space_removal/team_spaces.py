"""Ends the Spaces of one namespace while the add-on is there to do it: with it goes what takes off their finalizers,
detaches their volumes and gives their registrations back.
"""

from collections.abc import Sequence

from eks_api.api_server import ApiServerError
from space_removal.kubernetes import Kubernetes, Object, is_leaving, name_of, names_of
from space_removal.left import LeftError
from space_removal.volumes import mark_volumes, unsettled_volumes

OURS = "groundwork/spaces-team"
"""Label of the templates that the platform made."""


def end_spaces(kubernetes: Kubernetes, namespace: str, *, keep: bool) -> str:
    """Ask the Spaces of a namespace to go, and say what is still there.

    Args:
        keep: whether the volumes outlive their Spaces.

    Raises:
        LeftError: the add-on does not let them be deleted.
        ApiServerError: the API server refuses or does not answer.
    """
    spaces = kubernetes.spaces(namespace)
    # Before the first Space is asked: afterwards the claim may be gone, and the volume with it.
    mark_volumes(kubernetes, namespace, spaces, keep=keep)
    _delete_spaces(kubernetes, namespace, spaces)
    if spaces:
        return f"Spaces {names_of(spaces)}"
    volumes = unsettled_volumes(kubernetes, namespace)
    return f"volumes {names_of(volumes)}" if volumes else ""


def end_templates(kubernetes: Kubernetes, namespace: str) -> str:
    """Ask the platform's templates of a namespace to go, which hold the add-on's access strategy by a finalizer. One
    that a Space uses could not.
    """
    templates = kubernetes.templates(namespace, OURS)
    for template in templates:
        if not is_leaving(template):
            kubernetes.delete_template(namespace, name_of(template))
    return f"templates {names_of(templates)}" if templates else ""


def _delete_spaces(kubernetes: Kubernetes, namespace: str, spaces: Sequence[Object]) -> None:
    refused: list[str] = []
    for space in spaces:
        if is_leaving(space):
            continue
        try:
            kubernetes.delete_space(namespace, name_of(space))
        except ApiServerError as error:
            if error.passes:
                raise
            refused.append(f"{name_of(space)}: {error}")
    if refused:
        raise LeftError(
            f"{len(refused)} Spaces of namespace {namespace} may not be deleted. {'; '.join(refused[:3])}. "
            "Have their owners delete them, or somebody in the group cluster-workspace-admin, and try again"
        )
