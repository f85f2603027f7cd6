"""The answers of an account that is ready for the whole environment, each to be changed by a test."""

from datetime import UTC, datetime
from typing import Any

from tests.operations.doctor.aws import Answer, Refused
from tests.operations.doctor.world import ACCOUNT, ALGORITHM, NOW, OPUS, PACKAGE, PLAN


def quota(code: str, name: str, value: float, *, adjustable: bool = True) -> dict[str, Any]:
    return {"QuotaCode": code, "QuotaName": name, "Value": value, "Adjustable": adjustable}


LISTED = [
    quota("L-00000001", "ml.m7i.4xlarge for cluster usage", 4),
    quota("L-00000002", "ml.g6.24xlarge for training job usage", 4),
]
CODED = {
    entry["QuotaCode"]: entry
    for entry in (
        quota("L-8762A75F", "ml.p5.48xlarge for cluster usage", 8),
        quota("L-3308CCC7", "Total number of instances allowed across SageMaker HyperPod clusters", 30),
        quota("L-2CE978FC", "Maximum number instances allowed per SageMaker HyperPod cluster", 20),
        quota("L-E13DF72A", "Maximum size of EBS volume in GB for a SageMaker HyperPod cluster instance", 1024),
        quota(
            "L-9EF527CA",
            "Number of ml.p5.48xlarge instances in reserved capacity across training plans per Region",
            64,
        ),
        quota("L-60313EA3", "ml.g6e.12xlarge for endpoint usage", 2),
        quota("L-1928E07B", "ml.g5.xlarge for endpoint usage", 2),
    )
}
DEFAULTS = {"L-AECE9FA7": quota("L-AECE9FA7", "Response timeout per origin", 120)}


def one_quota(known: dict[str, dict[str, Any]]) -> Any:
    def answer(params: dict[str, Any]) -> Answer:
        if params["QuotaCode"] not in known:
            raise Refused("NoSuchResourceException")
        return {"Quota": known[params["QuotaCode"]]}

    return answer


def some(params: dict[str, Any]) -> Answer:
    names = DATA if params["Prefix"] == "train/" else MODEL
    return {"Contents": [{"Key": params["Prefix"] + name, "Size": 60} for name in names]}


MODEL, DATA = ("config.json", "model.safetensors"), ("train.jsonl",)
BODIES = {
    "config.json": b'{"architectures": ["Qwen3ForCausalLM"]}',
    "train.jsonl": b'{"conversations": [{"from": "human", "value": "hi"}]}\n',
}
"""Bodies by the end of the key."""


def body(params: dict[str, Any]) -> Answer:
    return {"Body": BODIES["config.json" if params["Key"].endswith("config.json") else "train.jsonl"]}


ZONES = [
    {"ZoneName": f"us-east-1{letter}", "ZoneId": f"use1-az{number}"}
    for letter, number in zip("abc", "461", strict=True)
]
"""The account's own order of zones."""


def ready() -> dict[str, Any]:
    """What an account answers in which nothing is wrong."""
    return {
        "ssm:GetParameter": {"Parameter": {"Value": "33"}},
        "organizations:DescribeOrganization": {
            "Organization": {"MasterAccountId": "444455556666", "FeatureSet": "ALL"}
        },
        "iam:SimulatePrincipalPolicy": simulated(),
        "ec2:DescribeSubnets": subnets,
        "ec2:DescribeAvailabilityZones": {"AvailabilityZones": ZONES},
        "ec2:DescribeInstanceTypeOfferings": {
            "InstanceTypeOfferings": [{"Location": zone["ZoneId"]} for zone in ZONES]
        },
        "ec2:DescribeInstanceTypes": {
            "InstanceTypes": [
                {
                    "InstanceType": "g6e.12xlarge",
                    "VCpuInfo": {"DefaultVCpus": 48},
                    "MemoryInfo": {"SizeInMiB": 393216},
                    "GpuInfo": {"Gpus": [{"Name": "L40S", "Count": 4}]},
                }
            ]
        },
        "service-quotas:GetServiceQuota": one_quota(CODED),
        "service-quotas:GetAWSDefaultServiceQuota": one_quota(DEFAULTS),
        "service-quotas:ListServiceQuotas": {"Quotas": LISTED[:1]},
        "service-quotas:ListAWSDefaultServiceQuotas": {"Quotas": LISTED},
        "sagemaker:DescribeTrainingPlan": plan(),
        "eks:DescribeClusterVersions": version(),
        "bedrock:GetFoundationModel": model(),
        "bedrock:GetFoundationModelAvailability": access(),
        "bedrock:GetInferenceProfile": profile("us-east-1", "us-east-2", "us-west-2"),
        "acm:DescribeCertificate": certificate(),
        "acm-pca:DescribeCertificateAuthority": {"CertificateAuthority": {"Status": "ACTIVE"}},
        "route53:GetHostedZone": zone(),
        "s3:HeadBucket": {"BucketRegion": "us-east-1"},
        "s3:ListObjectsV2": some,
        "s3:GetObject": body,
        "sagemaker:DescribeAlgorithm": algorithm(),
        "sagemaker:DescribeModelPackage": package(),
    }


def simulated(*denied: str) -> Any:
    def answer(params: dict[str, Any]) -> Answer:
        results = [
            {
                "EvalActionName": action,
                "EvalDecision": "explicitDeny" if action in denied else "allowed",
                "OrganizationsDecisionDetail": {"AllowedByOrganizations": action not in denied},
            }
            for action in params["ActionNames"]
        ]
        return {"EvaluationResults": results}

    return answer


def subnets(params: dict[str, Any]) -> Answer:
    zone = ZONES[1] if params["SubnetIds"][0].endswith("2") else ZONES[0]
    where = {"AvailabilityZone": zone["ZoneName"], "AvailabilityZoneId": zone["ZoneId"]}
    return {"Subnets": [{"VpcId": "vpc-0a1b2c3d4e5f60718", "AvailableIpAddressCount": 250, **where}]}


def plan(**changes: Any) -> dict[str, Any]:
    capacity = {
        "ReservedCapacityArn": f"arn:aws:sagemaker:us-east-1:{ACCOUNT}:reserved-capacity/block",
        "InstanceType": "ml.p5.48xlarge",
        "TotalInstanceCount": 4,
        "Status": "Active",
        "AvailabilityZoneId": changes.pop("zone", "use1-az4"),
    }
    return {
        "TrainingPlanArn": PLAN,
        "TrainingPlanName": "p5-block",
        "Status": "Active",
        "StartTime": datetime(2026, 11, 1, tzinfo=UTC),
        "EndTime": datetime(2027, 1, 1, tzinfo=UTC),
        "TotalInstanceCount": 4,
        "AvailableInstanceCount": 4,
        "TargetResources": ["hyperpod-cluster"],
        "ReservedCapacitySummaries": [capacity | changes.pop("capacity", {})],
        **changes,
    }


def version(**changes: Any) -> dict[str, Any]:
    found = {
        "clusterVersion": "1.35",
        "versionStatus": "STANDARD_SUPPORT",
        "endOfStandardSupportDate": datetime(2027, 3, 27, tzinfo=UTC),
        "endOfExtendedSupportDate": datetime(2028, 3, 27, tzinfo=UTC),
    }
    return {"clusterVersions": [found | changes]}


def model(**life: Any) -> dict[str, Any]:
    arn = f"arn:aws:bedrock:us-east-1::foundation-model/{OPUS}"
    return {"modelDetails": {"modelArn": arn, "modelId": OPUS, "modelLifecycle": {"status": "ACTIVE", **life}}}


def access(agreement: str = "AVAILABLE", **changes: str) -> dict[str, Any]:
    return {
        "modelId": OPUS,
        "agreementAvailability": {"status": agreement},
        "authorizationStatus": "AUTHORIZED",
        "entitlementAvailability": "AVAILABLE",
        "regionAvailability": "AVAILABLE",
        **changes,
    }


def profile(*regions: str, of: str = OPUS) -> dict[str, Any]:
    return {
        "inferenceProfileName": "US",
        "inferenceProfileArn": f"arn:aws:bedrock:us-east-1:{ACCOUNT}:inference-profile/us.{of}",
        "inferenceProfileId": f"us.{of}",
        "status": "ACTIVE",
        "type": "SYSTEM_DEFINED",
        "models": [{"modelArn": f"arn:aws:bedrock:{region}::foundation-model/{of}"} for region in regions],
    }


def certificate(**changes: Any) -> dict[str, Any]:
    found = {
        "Status": "ISSUED",
        "DomainName": "gateway.example.com",
        "SubjectAlternativeNames": ["*.gateway.example.com"],
        "NotAfter": datetime(2027, 6, 1, tzinfo=UTC),
        "RenewalEligibility": "ELIGIBLE",
    }
    return {"Certificate": found | changes}


def zone(name: str = "example.com.", *, private: bool = False, vpcs: tuple[str, ...] = ()) -> dict[str, Any]:
    found = {
        "Id": "/hostedzone/Z0123456789ABCDEFGHIJ",
        "Name": name,
        "CallerReference": "x",
        "Config": {"PrivateZone": private},
    }
    return {"HostedZone": found, **({"VPCs": [{"VPCId": vpc} for vpc in vpcs]} if vpcs else {})}


def algorithm(status: str = "Completed") -> dict[str, Any]:
    return {
        "AlgorithmName": "defects",
        "AlgorithmArn": ALGORITHM,
        "CreationTime": NOW,
        "TrainingSpecification": {
            "TrainingImage": "image",
            "SupportedTrainingInstanceTypes": ["ml.g4dn.2xlarge"],
            "TrainingChannels": [{"Name": "training", "SupportedContentTypes": ["x"], "SupportedInputModes": ["Pipe"]}],
        },
        "AlgorithmStatus": status,
        "AlgorithmStatusDetails": {},
    }


def package(status: str = "Completed", approval: str = "Approved") -> dict[str, Any]:
    return {
        "ModelPackageName": "chat",
        "ModelPackageArn": PACKAGE,
        "CreationTime": NOW,
        "ModelPackageStatus": status,
        "ModelPackageStatusDetails": {"ValidationStatuses": []},
        "ModelApprovalStatus": approval,
    }
