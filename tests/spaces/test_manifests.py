"""The objects of Kubernetes are of their schemas, and keep what the settings promise."""

from typing import Any

import pytest

from groundwork.spaces import manifests
from groundwork.spaces.admission import admission_policy
from groundwork.spaces.settings import SpacesSettings
from groundwork.spaces.team_settings import TeamSettings
from tests.spaces.schemas import check
from tests.spaces.section import IMAGE, LOCK, WEB, example, section

EVERYTHING = f"""
remote_access: false
direct_ssh: {{domain: ssh.example.com, zone: Z01, clients: [10.0.0.0/8]}}
web_ui: {WEB}
templates:
  - other_images: ['{IMAGE}:3.4.2-gpu']
    resources: {{gpus: 1}}
    bounds: {{vcpus: {{min: 1, max: 8}}, gpus: {{min: 1, max: 2}}}}
    environment: {{A: b}}
    node_labels: {{group: labs}}
    tolerated_taints: [dedicated]
    lifecycle_script: echo hello
    idle_shutdown: null
teams: [{{namespace: labs}}]
"""
SECTIONS = {
    "smallest": section(),
    "everything": section(EVERYTHING),
    **{name: example(name) for name in ("grid-world", "mig", "shared")},
}


def _template(settings: SpacesSettings, name: str, team: TeamSettings) -> dict[str, Any]:
    (template,) = (t for t in settings.templates if t.name == name)
    return manifests.workspace_template(template, team=team, image_lock=LOCK, storage_class=settings.storage_class)


def objects(settings: SpacesSettings) -> list[dict[str, Any]]:
    templates = {t.name: t for t in settings.templates}
    teams = {team.name: team for team in settings.teams}
    found = [manifests.volume_class("arn:aws:kms:eu-central-1:111122223333:key/a")]
    for team in settings.teams:
        found += manifests.namespace_objects(team) + manifests.account_objects(team)
        found += manifests.log_reader_objects(team)
        found += admission_policy(team, [templates[name] for name in team.templates], web_ui=bool(settings.web_ui))
        found += [_template(settings, n, team) for n in team.templates]
    for space in settings.shared_spaces:
        found.append(manifests.shared_workspace(space, team=teams[space.team], template=templates[space.template]))
    return found


ALL = [
    pytest.param(manifest, id=f"{name}-{manifest['kind']}-{manifest['metadata']['name']}-{index}")
    for name, settings in SECTIONS.items()
    for index, manifest in enumerate(objects(settings))
]


@pytest.mark.parametrize("manifest", ALL)
def test_every_object_is_of_its_schema(manifest: dict[str, Any]) -> None:
    check(manifest)


def template(change: str = "", name: str = "lab") -> dict[str, Any]:
    return next(
        o for o in objects(section(change)) if o["kind"] == "WorkspaceTemplate" and o["metadata"]["name"] == name
    )


def test_a_space_is_its_owners_alone_unless_it_is_shared() -> None:
    """The CRD's own default is Public."""
    spec = template()["spec"]
    assert (spec["defaultOwnershipType"], spec["defaultAccessType"]) == ("OwnerOnly", "OwnerOnly")
    spec = template("templates: [{ownership: shared}]")["spec"]
    assert (spec["defaultOwnershipType"], spec["defaultAccessType"]) == ("Public", "Public")


def test_images_go_by_digest_and_no_other_is_let_in() -> None:
    spec = template(f"templates: [{{other_images: ['{IMAGE}:3.4.2-gpu']}}]")["spec"]
    pinned = [f"{image}@{LOCK[image]}" for image in (f"{IMAGE}:3.4.2-cpu", f"{IMAGE}:3.4.2-gpu")]
    assert (spec["defaultImage"], spec["allowedImages"]) == (pinned[0], pinned)
    assert (spec["allowCustomImages"], spec["allowCustomInitContainers"]) == (False, False)


def test_an_image_without_a_digest_makes_no_template() -> None:
    settings = section()
    with pytest.raises(KeyError, match="no digest"):
        manifests.workspace_template(
            settings.templates[0],
            team=settings.teams[0],
            image_lock={settings.templates[0].image.root: None},
            storage_class="gp3",
        )


def test_what_has_no_bounds_cannot_be_changed() -> None:
    """The add-on bounds only what it is told to: a resource that is left out could be asked for without limit."""
    spec = template()["spec"]
    assert spec["resourceBounds"]["resources"] == {
        "cpu": {"min": "2", "max": "2"},
        "memory": {"min": "8Gi", "max": "8Gi"},
        "nvidia.com/gpu": {"min": "0", "max": "0"},
    }
    assert spec["idleShutdownOverrides"] == {"allow": False}


def test_a_slice_is_asked_for_and_bounded_by_its_own_resource() -> None:
    spec = template("templates: [{mig: {profile: 1g.5gb, max: 2}}]")["spec"]
    asked = {"cpu": "2", "memory": "8Gi", "nvidia.com/mig-1g.5gb": "1"}
    assert spec["defaultResources"] == {"requests": asked, "limits": asked}
    assert spec["resourceBounds"]["resources"]["nvidia.com/mig-1g.5gb"] == {"min": "1", "max": "2"}


def test_idle_spaces_stop_and_owners_choose_within_bounds() -> None:
    spec = template("templates: [{idle_shutdown: {minutes: 45, override: {min: 30, max: 90}}}]")["spec"]
    assert spec["defaultIdleShutdown"]["enabled"] is True
    assert spec["defaultIdleShutdown"]["idleTimeoutInMinutes"] == 45
    assert spec["idleShutdownOverrides"] == {
        "allow": True,
        "minIdleTimeoutInMinutes": 30,
        "maxIdleTimeoutInMinutes": 90,
    }
    assert "defaultIdleShutdown" not in template("templates: [{idle_shutdown: null}]")["spec"]


def test_a_team_with_a_quota_waits_in_its_queue_and_cannot_leave_it() -> None:
    found = template("{templates: [{priority: high}], teams: [{quota: research}]}")
    queue, priority = "hyperpod-ns-research-localqueue", "high-priority"
    assert found["metadata"]["namespace"] == "hyperpod-ns-research"
    assert found["spec"]["baseLabels"] == [
        {"key": "kueue.x-k8s.io/queue-name", "value": queue},
        {"key": "kueue.x-k8s.io/priority-class", "value": priority},
    ]
    assert [(r["regex"], r["required"]) for r in found["spec"]["labelRequirements"]] == [
        (f"^{queue}$", True),
        (f"^{priority}$", True),
    ]
    assert "baseLabels" not in template()["spec"]


def test_the_namespace_of_a_quota_is_left_to_task_governance() -> None:
    kinds = {o["kind"] for o in objects(section("teams: [{quota: research}]"))}
    assert kinds == {
        "Role",
        "RoleBinding",
        "ValidatingAdmissionPolicy",
        "ValidatingAdmissionPolicyBinding",
        "StorageClass",
        "WorkspaceTemplate",
    }
    own = {o["kind"] for o in objects(section())}
    assert {"Namespace", "ServiceAccount"} <= own


def test_the_first_template_of_a_team_is_the_default_one() -> None:
    found = {
        (o["metadata"]["namespace"], o["metadata"]["name"]): o["metadata"]["labels"].get(manifests.DEFAULT_LABEL)
        for o in objects(example("shared"))
        if o["kind"] == "WorkspaceTemplate"
    }
    assert found == {
        ("spaces-analytics", "own"): "true",
        ("spaces-analytics", "together"): None,
        ("spaces-reports", "own"): "true",
    }


def test_people_read_logs_and_forward_no_ports() -> None:
    """A forwarded port leads past the sign-in, into a Space that is somebody else's."""
    (role,) = (o for o in objects(section()) if o["kind"] == "Role")
    assert role["rules"] == [{"apiGroups": [""], "resources": ["pods/log"], "verbs": ["get"]}]


def test_pods_of_spaces_have_no_token_for_the_cluster() -> None:
    (account,) = (o for o in objects(section()) if o["kind"] == "ServiceAccount")
    assert (account["metadata"]["name"], account["automountServiceAccountToken"]) == ("default", False)


def test_a_space_with_a_gpu_runs_on_the_nodes_that_have_them() -> None:
    gpu = {"key": "nvidia.com/gpu", "operator": "Exists"}
    assert "defaultTolerations" not in template()["spec"]
    assert template("templates: [{mig: {profile: 1g.5gb}}]")["spec"]["defaultTolerations"] == [gpu]
    spec = template("templates: [{bounds: {gpus: {min: 0, max: 1}}, tolerated_taints: [dedicated]}]")["spec"]
    assert spec["defaultTolerations"] == [gpu, {"key": "dedicated", "operator": "Exists"}]
    spec = template("templates: [{node_labels: {group: labs}}]")["spec"]
    assert spec["defaultNodeSelector"] == {"group": "labs"}


def test_volumes_are_encrypted_with_our_key_where_the_driver_is_ours() -> None:
    (volumes,) = (o for o in objects(section()) if o["kind"] == "StorageClass")
    assert template()["spec"]["primaryStorage"]["defaultStorageClassName"] == volumes["metadata"]["name"]
    assert (volumes["parameters"]["encrypted"], volumes["parameters"]["kmsKeyId"][-5:]) == ("true", "key/a")
    other = template("dependencies: {ebs_csi: {install: false}}")["spec"]["primaryStorage"]
    assert other["defaultStorageClassName"] == "sagemaker-spaces-default-storage-class"
