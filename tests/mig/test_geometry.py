"""The facts of each GPU: what NVIDIA and HyperPod publish, derived from slices and positions."""

import pytest

from groundwork.mig.geometry import GPUS, MIG_INSTANCE_TYPES
from groundwork.mig.placement import maximum

# https://github.com/aws/sagemaker-hyperpod-cli, INSTANCE_TYPE_MIG_PROFILES; counts from NVIDIA's user guide.
PARTITIONS = {
    "A100 40 GB": {"1g.5gb": 7, "1g.10gb": 4, "2g.10gb": 3, "3g.20gb": 2, "4g.20gb": 1, "7g.40gb": 1},
    "A100 80 GB": {"1g.10gb": 7, "1g.20gb": 4, "2g.20gb": 3, "3g.40gb": 2, "4g.40gb": 1, "7g.80gb": 1},
    "H100 80 GB": {"1g.10gb": 7, "1g.20gb": 4, "2g.20gb": 3, "3g.40gb": 2, "4g.40gb": 1, "7g.80gb": 1},
    "H200 141 GB": {"1g.18gb": 7, "1g.35gb": 4, "2g.35gb": 3, "3g.71gb": 2, "4g.71gb": 1, "7g.141gb": 1},
    "B200 180 GB": {"1g.23gb": 7, "1g.45gb": 4, "2g.45gb": 3, "3g.90gb": 2, "4g.90gb": 1, "7g.180gb": 1},
    "B300 269 GB": {"1g.34gb": 7, "1g.67gb": 4, "2g.67gb": 3, "3g.135gb": 2, "4g.135gb": 1, "7g.269gb": 1},
    "GB200 186 GB": {"1g.23gb": 7, "1g.47gb": 4, "2g.47gb": 3, "3g.93gb": 2, "4g.93gb": 1, "7g.186gb": 1},
}
NODES = {
    "ml.p4d.24xlarge": ("A100 40 GB", 8),
    "ml.p4de.24xlarge": ("A100 80 GB", 8),
    "ml.p5.4xlarge": ("H100 80 GB", 1),
    "ml.p5.48xlarge": ("H100 80 GB", 8),
    "ml.p5e.48xlarge": ("H200 141 GB", 8),
    "ml.p5en.48xlarge": ("H200 141 GB", 8),
    "ml.p6-b200.48xlarge": ("B200 180 GB", 8),
    "ml.p6-b300.48xlarge": ("B300 269 GB", 8),
    "ml.p6e-gb200.36xlarge": ("GB200 186 GB", 4),
}


@pytest.mark.parametrize("gpu", GPUS, ids=lambda gpu: gpu.name)
def test_most_partitions_of_each_profile_follow_from_the_geometry(gpu) -> None:
    assert {profile: maximum(gpu, profile) for profile in gpu.names} == PARTITIONS[gpu.name]


def test_every_gpu_of_the_table_is_known() -> None:
    assert {gpu.name for gpu in GPUS} == set(PARTITIONS)


def test_instance_types_have_their_gpus() -> None:
    assert {name: (each.gpu.name, each.gpus) for name, each in MIG_INSTANCE_TYPES.items()} == NODES


def test_every_instance_type_is_one_that_a_cluster_takes() -> None:
    from botocore.session import get_session

    shape = get_session().get_service_model("sagemaker").shape_for("ClusterInstanceType")
    assert set(MIG_INSTANCE_TYPES) <= set(shape.enum)


@pytest.mark.parametrize("gpu", GPUS, ids=lambda gpu: gpu.name)
def test_a_profiles_name_says_its_slices_and_its_memory(gpu) -> None:
    for profile in gpu.profiles:
        assert profile.name == f"{profile.compute}g.{profile.memory_gb}gb"
        # NVIDIA rounds: a slice is an eighth of the memory, more or less.
        assert profile.memory_gb == pytest.approx(gpu.memory_gb * profile.memory / 8, rel=0.03, abs=1)
