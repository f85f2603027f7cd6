"""Where AIBenchmarkJob exists."""

AI_BENCHMARK_REGIONS = frozenset(
    "us-east-1 us-east-2 us-west-2 eu-west-1 eu-central-1 ap-northeast-1 ap-southeast-1".split()
)
"""The Regions whose CloudFormation registry has `AWS::SageMaker::AIWorkloadConfig`, as cfn-lint 1.58 has it
(2026-11-23). AWS publishes no list of the Regions of AIBenchmarkJob itself."""


def runtime_url(region: str) -> str:
    """Where the endpoints of a Region are called."""
    suffix = "amazonaws.com.cn" if region.startswith("cn-") else "amazonaws.com"
    return f"https://runtime.sagemaker.{region}.{suffix}"
