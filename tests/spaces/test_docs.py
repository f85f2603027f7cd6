"""What docs/spaces.md and docs/spaces-operations.md tell people to type is what the programs take."""

import json
import re
import shlex
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from groundwork.spaces.admission import admission_policy
from groundwork.spaces.names import HOME, SPACES_ADMINISTRATORS, VOLUME_CLASS, longest_space_name
from groundwork.spaces.size import BASE_RESOURCES, MAX_BYTES, MAX_RESOURCES
from space_removal.volumes import MARK, OWNER, SPACE
from tests.spaces.schemas import check, check_workspace_kind
from tests.spaces.section import WEB, example, section

DOCS = Path(__file__).parents[2] / "docs"
TEXT = "".join((DOCS / name).read_text() for name in ("spaces.md", "spaces-operations.md"))
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", TEXT, re.DOTALL)
MANIFESTS: list[dict[str, Any]] = [YAML(typ="safe").load(body) for language, body in BLOCKS if language == "yaml"]
COMMANDS = [
    shlex.split(line)
    for language, body in BLOCKS
    if language == "bash"
    for line in body.replace("\\\n", " ").splitlines()
]
HYP = [command[1:] for command in COMMANDS if command[0] == "hyp"]

_SPACE = {"--name", "--namespace"}
# docs/cli/space of https://github.com/aws/sagemaker-hyperpod-cli (read 2026-11-23), and the fields of its model v1.1.
OPTIONS = {
    "create hyp-space": _SPACE
    | {
        *("--display-name", "--image", "--desired-status", "--ownership-type", "--node-selector", "--affinity"),
        *("--tolerations", "--lifecycle", "--app-type", "--service-account-name", "--idle-shutdown", "--template-ref"),
        *("--container-config", "--storage", "--volume", "--accelerator-partition-count", "--queue-name", "--priority"),
        *("--accelerator-partition-type", "--gpu-limit", "--gpu", "--memory-limit", "--memory", "--cpu-limit", "--cpu"),
    },
    "create hyp-space-access": _SPACE | {"--connection-type"},
    "list hyp-space": {"--namespace", "--output"},
    "list hyp-space-template": {"--namespace", "--output"},
    "stop hyp-space": _SPACE,
    "start hyp-space": _SPACE,
    "delete hyp-space": _SPACE,
    "get-logs hyp-space": _SPACE | {"--pod-name", "--container"},
    "set-cluster-context": {"--cluster-name", "--namespace", "--region"},
}


@pytest.mark.parametrize("manifest", [m for m in MANIFESTS if m["kind"] != "WorkspaceConnection"])
def test_every_manifest_is_of_its_crd(manifest: dict[str, Any]) -> None:
    assert manifest["kind"] in ("Workspace", "PersistentVolumeClaim")
    check(manifest)


def test_every_patch_of_a_space_is_of_its_crd() -> None:
    patches = [json.loads(command[-1]) for command in COMMANDS if command[:3] == ["kubectl", "patch", "workspace"]]
    assert patches
    space = {"apiVersion": "workspace.jupyter.org/v1alpha1", "kind": "Workspace", "metadata": {"name": "notes"}}
    for patch in patches:
        check_workspace_kind({**space, "spec": {"displayName": "Notes", **patch["spec"]}})


def test_a_volume_is_given_back_by_the_claim_that_the_space_mounts() -> None:
    (claim,) = (m for m in MANIFESTS if m["kind"] == "PersistentVolumeClaim")
    mounted = {v["persistentVolumeClaimName"] for m in MANIFESTS for v in m["spec"].get("volumes", [])}
    assert claim["metadata"]["name"] in mounted
    assert claim["spec"]["storageClassName"] == VOLUME_CLASS
    (freed,) = (command for command in COMMANDS if command[:3] == ["kubectl", "patch", "pv"])
    assert freed[3] == claim["spec"]["volumeName"]
    assert all(f"groundwork/{word}" in TEXT for word in ("space-namespace=", "space,", "space-owner"))
    assert {MARK, SPACE, OWNER} == {f"groundwork/{word}" for word in ("space-namespace", "space", "space-owner")}


def test_a_connection_names_a_space_and_a_way() -> None:
    """The API server of the add-on serves it; it has no CRD."""
    (connection,) = (m for m in MANIFESTS if m["kind"] == "WorkspaceConnection")
    assert connection["apiVersion"] == "connection.workspace.jupyter.org/v1alpha1"
    assert set(connection["spec"]) == {"workspaceName", "workspaceConnectionType"}
    assert re.fullmatch(r"web-ui|(vscode|kiro|cursor)-remote", connection["spec"]["workspaceConnectionType"])


@pytest.mark.parametrize("command", HYP, ids=" ".join)
def test_every_command_takes_its_options(command: list[str]) -> None:
    name = " ".join(part for part in command[:2] if not part.startswith("--"))
    used = {part for part in command if part.startswith("--")}
    assert used <= OPTIONS[name]
    if name == "create hyp-space":
        assert {"--name", "--display-name"} <= used


def pairs(text: str) -> dict[str, str]:
    return dict(item.split("=", 1) for item in text.split(","))


def workspace(command: list[str]) -> dict[str, Any]:
    """What `hyp create hyp-space` makes of its options: src/sagemaker/hyperpod/cli/space_utils.py and
    hyperpod_space_template/v1_1/model.py of the repository named above (read 2026-11-23)."""
    given = dict(zip(command[2::2], command[3::2], strict=True))
    slices = (
        {f"nvidia.com/{given['--accelerator-partition-type']}": given["--accelerator-partition-count"]}
        if ("--accelerator-partition-type" in given)
        else {}
    )
    kinds = {"cpu": "--cpu", "memory": "--memory", "nvidia.com/gpu": "--gpu"}
    requests = {kind: given[option] for kind, option in kinds.items() if option in given} | slices
    limits = {kind: given[f"{option}-limit"] for kind, option in kinds.items() if f"{option}-limit" in given} | slices
    spec: dict[str, Any] = {"displayName": given["--display-name"]}
    if requests or limits:
        spec["resources"] = {"requests": requests, "limits": limits}
    if "--template-ref" in given:
        spec["templateRef"] = pairs(given["--template-ref"])
    if "--storage" in given:
        spec["storage"] = {"size": "10Gi", "mountPath": "/home", **pairs(given["--storage"])}
    metadata = {"name": given["--name"], "namespace": given["--namespace"]}
    return {"apiVersion": "workspace.jupyter.org/v1alpha1", "kind": "Workspace", "metadata": metadata, "spec": spec}


@pytest.mark.parametrize("command", [c for c in HYP if c[:2] == ["create", "hyp-space"]], ids=" ".join)
def test_every_space_that_a_command_makes_is_of_its_crd_and_loses_nothing(command: list[str]) -> None:
    made = workspace(command)
    spec = made["spec"]
    # Half of the resources would replace the template's both halves, and a disk without a path lie beside the home.
    resources = spec.get("resources", {"requests": {}, "limits": {}})
    assert resources["requests"] == resources["limits"]
    assert not resources["requests"] or {"cpu", "memory"} <= resources["requests"].keys()
    assert spec.get("storage", {}).get("mountPath", HOME) == HOME
    check_workspace_kind(made)


def test_the_command_and_the_manifest_make_the_same_space() -> None:
    (command,) = (c for c in HYP if c[:2] == ["create", "hyp-space"] and "larger" in c)
    (manifest,) = (m for m in MANIFESTS if m["metadata"].get("name") == "larger")
    made = workspace(command)
    assert made["metadata"] == manifest["metadata"]
    assert made["spec"].items() <= manifest["spec"].items()


def test_a_space_of_the_docs_is_within_the_bounds_of_the_example() -> None:
    (manifest,) = (m for m in MANIFESTS if m["metadata"].get("name") == "larger")
    (template,) = example("mig").templates
    spec, mig = manifest["spec"], template.mig
    assert spec["templateRef"]["name"] == template.name
    assert mig
    assert template.bounds.memory_gib
    assert template.idle_shutdown
    assert template.idle_shutdown.override
    limits = spec["resources"]["limits"]
    assert limits["cpu"] == str(template.resources.vcpus)
    assert int(limits["memory"].removesuffix("Gi")) <= template.bounds.memory_gib.max
    assert int(limits[mig.resource]) <= (mig.max or mig.count)
    assert int(spec["storage"]["size"].removesuffix("Gi")) <= template.storage.max
    override = template.idle_shutdown.override
    assert override.min <= spec["idleShutdown"]["idleTimeoutInMinutes"] <= override.max


def test_making_opening_stopping_and_deleting_are_shown() -> None:
    shown = {" ".join(command[:2]) for command in HYP}
    assert {"create hyp-space", "create hyp-space-access", "stop hyp-space", "delete hyp-space"} <= shown


def test_the_group_that_may_delete_the_spaces_of_others_is_named() -> None:
    assert f"`{SPACES_ADMINISTRATORS}`" in TEXT


def test_what_is_refused_is_quoted_as_the_policy_says_it() -> None:
    settings = section(f"{{web_ui: {WEB}, teams: [{{quota: research}}]}}")
    policy = admission_policy(settings.teams[0], settings.templates, web_ui=True)[0]
    messages = [rule["message"] for rule in policy["spec"]["validations"]]
    quoted = [line.split("`")[1].removesuffix(" ...") for line in TEXT.splitlines() if line.startswith("| `")]
    ours = [q for q in quoted if "8GB" not in q]
    assert len(ours) == 3
    assert all(any(message.startswith(q) for message in messages) for q in ours)
    assert longest_space_name("hyperpod-ns-research") == 30


def test_the_room_for_teams_is_the_one_that_is_checked() -> None:
    assert f"The stack has {MAX_RESOURCES} resources and a template of {MAX_BYTES:,} bytes at most" in TEXT
    assert f"It starts with up to {BASE_RESOURCES}." in TEXT
    assert f"{(MAX_RESOURCES - BASE_RESOURCES) // 6} teams\nwith one role each" in TEXT
