"""What is read of an environment file, beside what the synthesis makes of it."""

from pathlib import Path

import pytest
from pydantic import BaseModel

from groundwork.cluster.instance_group_settings import InstanceGroupSettings, NodeRange
from groundwork.cluster.kubernetes_settings import KubernetesSettings
from groundwork.cluster.settings import ClusterSettings
from groundwork.gateway.bedrock_profiles import MODEL_DESTINATIONS
from groundwork.gateway.exposure_settings import DomainSettings
from groundwork.gateway.model_settings import BedrockDeployment, ModelSettings
from groundwork.gateway.settings import GatewaySettings
from groundwork.inference.catalogue import CATALOGUE as ORIGINAL
from groundwork.inference.catalogue_settings import CatalogueEndpoint
from groundwork.inference.endpoint_settings import EndpointSettings
from groundwork.inference.model_settings import PackageModel, S3Model
from groundwork.inference.serving_settings import ComponentSettings, ScalingSettings
from groundwork.inference.settings import InferenceSettings
from groundwork.inference.speculation import SpeculationSettings
from groundwork.inference.update_settings import RollingUpdate
from groundwork.network.settings import ExistingSubnet, ExistingVpc, NetworkSettings, NewVpc
from groundwork.optimization.job_settings import JobSettings
from groundwork.optimization.settings import OptimizationSettings
from groundwork.optimization.source_settings import Head, StoredData, TargetModel
from groundwork.spaces.settings import SpacesSettings
from groundwork.spaces.web_settings import DirectSshSettings, WebUiSettings
from operations.doctor.environment import read_environment
from operations.doctor.profile_destinations import DESTINATIONS
from operations.doctor.sections import cluster, gateway, inference, network, optimization, spaces
from operations.doctor.sections.catalogue import CATALOGUE
from operations.errors import OperationError

ENVIRONMENTS = Path(__file__).parents[3] / "environments"
FILES = sorted(ENVIRONMENTS.rglob("*.yaml"))
SAME: list[tuple[type[BaseModel], tuple[type[BaseModel], ...]]] = [
    (network.Network, (NetworkSettings,)),
    (network.NewVpc, (NewVpc,)),
    (network.ExistingVpc, (ExistingVpc,)),
    (network.Subnet, (ExistingSubnet,)),
    (cluster.Cluster, (ClusterSettings,)),
    (cluster.Kubernetes, (KubernetesSettings,)),
    (cluster.InstanceGroup, (InstanceGroupSettings,)),
    (cluster.NodeRange, (NodeRange,)),
    (gateway.Gateway, (GatewaySettings,)),
    (gateway.Domain, (DomainSettings,)),
    (gateway.Model, (ModelSettings,)),
    (gateway.Deployment, (BedrockDeployment,)),
    (inference.Inference, (InferenceSettings,)),
    (inference.Endpoint, (EndpointSettings, CatalogueEndpoint)),
    (inference.Source, (S3Model, PackageModel)),
    (inference.Component, (ComponentSettings,)),
    (inference.Scaling, (ScalingSettings,)),
    (inference.Speculation, (SpeculationSettings,)),
    (inference.Update, (RollingUpdate,)),
    (optimization.Optimization, (OptimizationSettings,)),
    (optimization.Job, (JobSettings,)),
    (optimization.TargetModel, (TargetModel,)),
    (optimization.Prefix, (Head,)),
    (optimization.TrainingData, (StoredData,)),
    (spaces.Spaces, (SpacesSettings,)),
    (spaces.WebUi, (WebUiSettings,)),
    (spaces.DirectSsh, (DirectSshSettings,)),
]


@pytest.mark.parametrize(("part", "originals"), SAME, ids=lambda value: getattr(value, "__name__", ""))
def test_what_is_read_is_what_a_file_may_say(part: type[BaseModel], originals: tuple[type[BaseModel], ...]) -> None:
    allowed = {name: field for original in originals for name, field in original.model_fields.items()}
    assert set(part.model_fields) <= set(allowed)
    for name, field in part.model_fields.items():
        theirs = allowed[name]
        if not theirs.is_required() and isinstance(theirs.default, str | int | float):
            assert field.default == theirs.default, name


def test_the_copies_of_tables_are_true() -> None:
    assert {
        name: (entry.instances, entry.architecture, entry.speculation.draft if entry.speculation else None)
        for name, entry in ORIGINAL.items()
    } == {name: (entry.instances, entry.architecture, entry.draft) for name, entry in CATALOGUE.items()}
    assert {
        profile: {source: frozenset(regions) for source, regions in rows.items()}
        for profile, rows in MODEL_DESTINATIONS.items()
    } == DESTINATIONS


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_environment_of_the_project_can_be_read(file: Path) -> None:
    assert read_environment(folder=Path("nowhere"), name=str(file)).name


def test_a_file_is_found_by_the_name_that_it_says() -> None:
    by_path = read_environment(folder=ENVIRONMENTS, name=str(ENVIRONMENTS / "prod.yaml"))
    assert read_environment(folder=ENVIRONMENTS, name="prod") == by_path


def test_another_region_can_be_asked_about() -> None:
    assert read_environment(folder=ENVIRONMENTS, name="dev", region="eu-west-1").region == "eu-west-1"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("name: a\naccount: 12\nregion: us-east-1\n", "account"),
        ('name: a\naccount: "111122223333"\nregion: Virginia\n', "region"),
        ('name: a\naccount: "111122223333"\nregion: us-east-1\ncluster: {instance_groups: 3}\n', "cluster"),
        ("name: [a\n", "is not YAML"),
        ("- a\n", "is not a mapping"),
        ("name: b\n", "Environments there: b"),
    ],
)
def test_a_file_that_cannot_be_checked_says_why(tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / "a.yaml").write_text(text)
    with pytest.raises(OperationError, match=words):
        read_environment(folder=tmp_path, name="a")


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(OperationError, match=r"gone\.yaml does not exist"):
        read_environment(folder=tmp_path, name=str(tmp_path / "gone.yaml"))
