"""The tables agree with the data that they come from."""

from typing import get_args

import botocore.session

from groundwork.cluster.instance_types import INSTANCE_TYPES as NODE_TYPES
from groundwork.inference.catalogue import CATALOGUE, USABLE
from groundwork.inference.catalogue_settings import EntryName
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


def test_files_can_name_every_entry() -> None:
    assert set(get_args(EntryName)) == CATALOGUE.keys()
    assert all(name in HOSTING_TYPES for known in CATALOGUE.values() for name in known.instances)


def test_the_instances_of_an_entry_have_room_for_its_weights_on_as_many_gpus_as_its_server_uses() -> None:
    for name, known in CATALOGUE.items():
        degree = int(known.environment.get("OPTION_TENSOR_PARALLEL_DEGREE", 0))
        for kind in (HOSTING_TYPES[each] for each in known.instances):
            assert kind.gpus == degree, (name, kind.name)
            assert kind.gpus * kind.gpu_memory_gib * USABLE >= known.weights_gib, (name, kind.name)
    assert {name for name, known in CATALOGUE.items() if not known.weights_gib} == {"smoke"}
