"""Which partitions a team's quota can count."""

import pytest
from botocore.session import get_session

from groundwork.mig.geometry import B300, GPUS
from groundwork.mig.quotas import QUOTA_TYPES, quota_type, refusals_of_quota


def test_the_types_are_those_of_the_installed_model_of_the_api() -> None:
    shape = get_session().get_service_model("sagemaker").shape_for("AcceleratorPartitionConfig")
    assert set(QUOTA_TYPES) == set(shape.members["Type"].enum)
    assert len(QUOTA_TYPES) == 28


@pytest.mark.parametrize("gpu", [gpu for gpu in GPUS if gpu is not B300], ids=lambda gpu: gpu.name)
def test_every_profile_but_those_of_a_b300_can_be_counted(gpu) -> None:
    assert list(refusals_of_quota(gpu.names)) == []
    assert all(quota_type(name) in QUOTA_TYPES for name in gpu.names)


def test_each_profile_of_a_b300_is_refused_by_name() -> None:
    found = list(refusals_of_quota(B300.names, at=("partitions",)))
    assert [r.value for r in found] == list(B300.names)
    first = found[0]
    assert first.at == ("partitions", "1g.34gb")
    assert first.reason == "SageMaker's quotas have no type mig-1g.34gb: partitions of this GPU cannot be counted"
    assert first.allowed.startswith("whole accelerators or instances")
