"""The tables agree with the data that they come from."""

from typing import get_args

import botocore.session
from cfnlint.schema.manager import PROVIDER_SCHEMA_MANAGER

from groundwork import regions
from groundwork.cluster.instance_types import INSTANCE_TYPES as NODE_TYPES
from groundwork.inference.catalogue import CATALOGUE
from groundwork.inference.catalogue_settings import EntryName
from groundwork.inference.component_regions import COMPONENT_REGIONS
from groundwork.inference.inference_amis import CUDA_AMIS, InferenceAmi, amis_for, cuda_of
from groundwork.inference.instance_types import HOSTING_TYPES, RESERVABLE

MODEL = botocore.session.get_session().get_service_model("sagemaker")


def test_every_type_is_one_of_the_api() -> None:
    assert HOSTING_TYPES.keys() <= set(MODEL.shape_for("ProductionVariantInstanceType").enum)
    assert HOSTING_TYPES.keys() >= RESERVABLE
    assert set(MODEL.shape_for("ReservedCapacityInstanceType").enum) >= RESERVABLE
    assert len(HOSTING_TYPES) > 90


def test_sizes_are_those_that_clusters_know() -> None:
    shared = HOSTING_TYPES.keys() & NODE_TYPES.keys()
    assert {name: HOSTING_TYPES[name].gpus for name in shared} == {name: NODE_TYPES[name].gpus for name in shared}


def test_every_type_with_gpus_has_storage_of_its_own() -> None:
    assert {kind.local_storage for kind in HOSTING_TYPES.values() if kind.gpus} == {True}
    assert not HOSTING_TYPES["ml.c6i.xlarge"].local_storage


def test_every_ami_is_one_of_the_api() -> None:
    known = set(MODEL.shape_for("ProductionVariantInferenceAmiVersion").enum)
    assert {ami for amis in CUDA_AMIS.values() for ami in amis} == set(get_args(InferenceAmi)) <= known


def test_cuda_13_and_blackwell_run_on_the_newest_driver_only() -> None:
    newest = ("al2023-ami-sagemaker-inference-gpu-4-1",)
    assert amis_for("cu130", {"g5"}) == amis_for("cu128", {"g7e"}) == newest
    assert amis_for("cu128", {"g5"})[0] == "al2-ami-sagemaker-inference-gpu-3-1"
    assert amis_for("cu999", {"g5"}) == ()


def test_the_tag_says_the_cuda() -> None:
    assert cuda_of("r/djl-inference:0.36.0-lmi18.0.0-cu128") == "cu128"
    assert cuda_of("r/vllm:0.27.1-gpu-py312-cu130-ubuntu22.04-sagemaker") == "cu130"
    assert cuda_of("r/cu128/server:1.0") is None


def test_components_are_where_their_resource_type_is() -> None:
    kind = "AWS::SageMaker::InferenceComponent"
    assert {r for r in regions.REGIONS if kind in PROVIDER_SCHEMA_MANAGER.get_resource_types(r)} == COMPONENT_REGIONS


def test_files_can_name_every_entry() -> None:
    assert set(get_args(EntryName)) == CATALOGUE.keys()
    assert all(name in HOSTING_TYPES for known in CATALOGUE.values() for name in known.instances)
