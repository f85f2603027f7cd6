"""What an endpoint's stack makes of its settings."""

import json
from typing import Any

from groundwork.gateway.model_settings import SageMakerDeployment
from groundwork.inference.gateway_models import gateway_models
from groundwork.inference.settings import InferenceSettings
from tests.inference.conftest import Synthesized
from tests.inference.inference_app import CPU, KEY, LMI, LOCK, PACKAGE, PLAN, SECTION


def variant(endpoints: Synthesized, name: str) -> dict[str, Any]:
    (only,) = endpoints.only(name, "SageMaker::EndpointConfig")["ProductionVariants"]
    return only


def statements(endpoints: Synthesized, name: str) -> dict[str, dict[str, Any]]:
    policies = endpoints.all(name, "IAM::Policy")
    return {s["Sid"]: s for policy in policies for s in policy["PolicyDocument"]["Statement"] if "Sid" in s}


def test_the_endpoint_has_a_fixed_name_and_its_configuration_has_none(endpoints: Synthesized) -> None:
    for name in endpoints.templates:
        assert endpoints.only(name, "SageMaker::Endpoint")["EndpointName"] == f"models-{name}"
        assert "EndpointConfigName" not in endpoints.only(name, "SageMaker::EndpointConfig")
        assert "ModelName" not in endpoints.only(name, "SageMaker::Model")


def test_images_are_pinned_and_run_on_the_ami_of_their_cuda(endpoints: Synthesized) -> None:
    container = endpoints.only("rolling", "SageMaker::Model")["PrimaryContainer"]
    assert container["Image"] == f"{LMI}@{LOCK[LMI]}"
    assert variant(endpoints, "rolling")["InferenceAmiVersion"] == "al2-ami-sagemaker-inference-gpu-3-1"
    assert variant(endpoints, "reserved")["InferenceAmiVersion"] == "al2023-ami-sagemaker-inference-gpu-4-1"
    assert "InferenceAmiVersion" not in variant(endpoints, "smoke")


def test_a_volume_key_is_given_only_where_it_can_be(endpoints: Synthesized) -> None:
    keyed = {name for name in endpoints.templates if "KmsKeyId" in endpoints.only(name, "SageMaker::EndpointConfig")}
    assert keyed == {"smoke"}


def test_models_are_isolated_in_the_network_unless_asked_otherwise(endpoints: Synthesized) -> None:
    models = {name: endpoints.only(name, "SageMaker::Model") for name in endpoints.templates}
    assert {name for name, model in models.items() if not model["EnableNetworkIsolation"]} == {"canary"}
    assert all(len(model["VpcConfig"]["Subnets"]) == 2 for model in models.values())
    for name in ("zero", "copies"):
        configuration = endpoints.only(name, "SageMaker::EndpointConfig")
        assert {"ExecutionRoleArn", "EnableNetworkIsolation", "VpcConfig"} <= configuration.keys()
        assert "ModelName" not in variant(endpoints, name)


def test_each_source_of_a_model_has_its_own_form(endpoints: Synthesized) -> None:
    assert endpoints.only("packaged", "SageMaker::Model")["PrimaryContainer"] == {"ModelPackageName": PACKAGE}
    container = endpoints.only("jumpstart", "SageMaker::Model")["PrimaryContainer"]
    source = container["ModelDataSource"]["S3DataSource"]
    assert source["ModelAccessConfig"] == {"AcceptEula": True}
    assert (source["CompressionType"], source["S3DataType"]) == ("None", "S3Prefix")


def test_a_head_is_named_to_the_server_in_the_form_that_it_reads(endpoints: Synthesized) -> None:
    plain = endpoints.only("qwen3-32b", "SageMaker::Model")["PrimaryContainer"]["Environment"]
    eagle = endpoints.only("qwen3-32b-eagle", "SageMaker::Model")["PrimaryContainer"]["Environment"]
    different = ("OPTION_SPECULATIVE_CONFIG", "OPTION_SERVED_MODEL_NAME")
    assert {**plain, **{name: eagle[name] for name in different}} == eagle
    assert json.loads(eagle["OPTION_SPECULATIVE_CONFIG"]) == {
        "draft_tensor_parallel_size": 1,
        "method": "eagle3",
        "model": "/opt/ml/model/draft",
        "num_speculative_tokens": 4,
    }


def test_a_server_answers_to_the_name_that_gateways_call_it_by(endpoints: Synthesized) -> None:
    served = endpoints.only("qwen3-32b", "SageMaker::Model")["PrimaryContainer"]["Environment"]
    assert served["OPTION_SERVED_MODEL_NAME"] == endpoints.only("qwen3-32b", "SageMaker::Endpoint")["EndpointName"]
    other = endpoints.only("smoke", "SageMaker::Model")["PrimaryContainer"]["Environment"]
    assert not [name for name in other if "SERVED" in name]


def test_capacity_comes_from_pools_in_order_or_from_a_reservation_alone(endpoints: Synthesized) -> None:
    pools = variant(endpoints, "pools")
    assert [(p["InstanceType"], p["Priority"]) for p in pools["InstancePools"]] == [
        ("ml.g6e.xlarge", 1),
        ("ml.g5.2xlarge", 2),
    ]
    assert "InstanceType" not in pools
    assert variant(endpoints, "reserved")["CapacityReservationConfig"] == {
        "CapacityReservationPreference": "capacity-reservations-only",
        "MlReservationArn": PLAN,
    }


def test_updates_roll_back_at_an_alarm(endpoints: Synthesized) -> None:
    rolling = endpoints.only("rolling", "SageMaker::Endpoint")["DeploymentConfig"]
    assert len(rolling["AutoRollbackConfiguration"]["Alarms"]) == 2
    assert rolling["RollingUpdatePolicy"]["MaximumBatchSize"] == {"Type": "CAPACITY_PERCENT", "Value": 50}
    canary = endpoints.only("canary", "SageMaker::Endpoint")["DeploymentConfig"]["BlueGreenUpdatePolicy"]
    assert canary["TrafficRoutingConfiguration"]["CanarySize"] == {"Type": "CAPACITY_PERCENT", "Value": 10}
    copies = endpoints.only("copies", "SageMaker::InferenceComponent")["DeploymentConfig"]
    assert len(copies["AutoRollbackConfiguration"]["Alarms"]) == 1
    assert "DeploymentConfig" not in endpoints.only("copies", "SageMaker::Endpoint")
    # Twice the instances are not in the plan.
    assert "DeploymentConfig" not in endpoints.only("reserved", "SageMaker::Endpoint")


def test_an_alarm_counts_what_the_kind_of_endpoint_has_a_metric_of(endpoints: Synthesized) -> None:
    def counted(name: str) -> set[str]:
        (alarm,) = [a for a in endpoints.all(name, "CloudWatch::Alarm") if "Metrics" in a]
        return {each["MetricStat"]["Metric"]["MetricName"] for each in alarm["Metrics"] if "MetricStat" in each}

    assert counted("rolling") == counted("zero") == {"Invocations", "Invocation5XXErrors"}
    assert counted("queue") == {"InvocationsProcessed", "InvocationFailures"}


def test_an_update_keeps_the_instances_that_scaling_has_made(endpoints: Synthesized) -> None:
    kept = {
        name
        for name in endpoints.templates
        if endpoints.only(name, "SageMaker::Endpoint").get("RetainAllVariantProperties")
    }
    assert kept == {"rolling"}


def test_scaling_follows_concurrent_requests_at_high_resolution(endpoints: Synthesized) -> None:
    target = endpoints.only("rolling", "ApplicationAutoScaling::ScalableTarget")
    assert (target["ResourceId"], target["MinCapacity"]) == ("endpoint/models-rolling/variant/AllTraffic", 2)
    (schedule,) = target["ScheduledActions"]
    assert (schedule["Timezone"], schedule["ScalableTargetAction"]) == (
        "Europe/Berlin",
        {"MinCapacity": 3, "MaxCapacity": 8},
    )
    policy = endpoints.only("rolling", "ApplicationAutoScaling::ScalingPolicy")
    tracked = policy["TargetTrackingScalingPolicyConfiguration"]["PredefinedMetricSpecification"]
    assert tracked["PredefinedMetricType"] == "SageMakerVariantConcurrentRequestsPerModelHighResolution"


def test_an_endpoint_leaves_zero_when_somebody_asks(endpoints: Synthesized) -> None:
    target = endpoints.only("zero", "ApplicationAutoScaling::ScalableTarget")
    assert (target["ResourceId"], target["MinCapacity"]) == ("inference-component/models-zero", 0)
    scaling = variant(endpoints, "zero")["ManagedInstanceScaling"]
    assert scaling == {"Status": "ENABLED", "MinInstanceCount": 0, "MaxInstanceCount": 2}
    for name, metric in (("zero", "NoCapacityInvocationFailures"), ("queue", "HasBacklogWithoutCapacity")):
        (alarm,) = [a for a in endpoints.all(name, "CloudWatch::Alarm") if a.get("MetricName") == metric]
        (action,) = alarm["AlarmActions"]
        steps = endpoints.templates[name]["Resources"][action["Ref"]]["Properties"]
        assert steps["StepScalingPolicyConfiguration"]["StepAdjustments"] == [
            {"MetricIntervalLowerBound": 0, "ScalingAdjustment": 1}
        ]


def test_a_model_that_drives_a_browser_without_a_sandbox_is_warned_of(endpoints: Synthesized) -> None:
    assert endpoints.warnings.keys() == {"fara-7b"}
    (warning,) = endpoints.warnings["fara-7b"]
    assert "`browser` is left out" in warning


def test_captures_and_answers_go_to_a_bucket_of_their_own(endpoints: Synthesized) -> None:
    with_bucket = {name for name in endpoints.templates if endpoints.all(name, "S3::Bucket")}
    assert with_bucket == {"rolling", "queue"}
    capture = endpoints.only("rolling", "SageMaker::EndpointConfig")["DataCaptureConfig"]
    assert (capture["InitialSamplingPercentage"], "KmsKeyId" in capture) == (10, True)
    assert "AsyncInferenceConfig" in endpoints.only("queue", "SageMaker::EndpointConfig")


def test_the_role_has_no_more_than_its_endpoint_needs(endpoints: Synthesized) -> None:
    plain, rolling = statements(endpoints, "smoke"), statements(endpoints, "rolling")
    always = {"WriteLogs", "Look", "PlaceInterfaces", "PullImage", "ListWeights", "ReadWeights", "WriteMetrics"}
    assert plain.keys() == always
    assert rolling.keys() == always | {"DecryptWeights", "WriteData", "UseDataKey"}
    assert rolling["DecryptWeights"]["Resource"] == KEY
    assert rolling["ReadWeights"]["Resource"] == "arn:aws:s3:::example-models/chat/*"
    repository = CPU.partition("/")[2].partition(":")[0]
    assert plain["PullImage"]["Resource"] == f"arn:aws:ecr:us-east-1:763104351884:repository/{repository}"
    # The server and the weights of a package are read with the same rights.
    packaged = statements(endpoints, "packaged")
    assert packaged.keys() == always
    repository = LMI.partition("/")[2].partition(":")[0]
    assert packaged["PullImage"]["Resource"] == f"arn:aws:ecr:us-east-1:763104351884:repository/{repository}"


def test_the_gateway_gets_each_endpoint_that_has_a_name_there() -> None:
    section = InferenceSettings.model_validate_json(json.dumps(SECTION))
    models = {model.name: model.deployments for model in gateway_models(section, environment="models")}
    (smoke,) = models["smoke"]
    assert (smoke.provider, smoke.endpoint, smoke.interface) == ("sagemaker", "models-smoke", "text")
    assert len(models) == 9
    components = {name: d.component for name, (d,) in models.items() if isinstance(d, SageMakerDeployment)}
    assert components == {**dict.fromkeys(models), "zero": "models-zero"}
