"""An environment with every section, and how a check looks at it."""

import copy
from datetime import UTC, datetime
from functools import cache
from typing import Any

from ruamel.yaml import YAML

from operations.doctor.check import Check, run
from operations.doctor.environment import Environment, Facts
from operations.doctor.finding import Finding
from tests.operations.doctor.aws import FakeAws

NOW = datetime(2026, 11, 23, tzinfo=UTC)
ACCOUNT = "111122223333"
PLAN = f"arn:aws:sagemaker:us-east-1:{ACCOUNT}:training-plan/p5-block"
ACM = f"arn:aws:acm:us-east-1:{ACCOUNT}:certificate/0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9"
PCA = f"arn:aws:acm-pca:us-east-1:{ACCOUNT}:certificate-authority/0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9"
PACKAGE = f"arn:aws:sagemaker:us-east-1:{ACCOUNT}:model-package/chat/3"
ALGORITHM = "arn:aws:sagemaker:us-east-1:865070037744:algorithm/defects"
OPUS, NOVA = "anthropic.claude-opus-4-5-20251101-v1:0", "amazon.nova-lite-v1:0"

EVERYTHING = f"""
name: all
account: "{ACCOUNT}"
region: us-east-1
network:
  existing:
    id: vpc-0a1b2c3d4e5f60718
    private:
      - {{id: subnet-0a1b2c3d4e5f60001, zone: us-east-1a}}
      - {{id: subnet-0a1b2c3d4e5f60002, zone: us-east-1b}}
    cluster:
      - {{id: subnet-0a1b2c3d4e5f60003, zone: us-east-1a}}
gateway:
  exposure: cloudfront-domain
  domain: {{name: gateway.example.com, zone: Z0123456789ABCDEFGHIJ, certificate: {ACM}, edge_certificate: {ACM}}}
  models:
    - {{name: opus, deployments: [{{provider: bedrock, model: "{OPUS}", profile: us}}]}}
    - {{name: nova, deployments: [{{provider: bedrock, model: "{NOVA}"}}]}}
cluster:
  kubernetes: {{version: "1.35", as_of: 2026-11-23}}
  instance_groups:
    - {{name: system, type: ml.m7i.4xlarge, count: 2}}
    - {{name: gpus, type: ml.p5.48xlarge, count: {{min: 1, max: 2}}, zone: 1, training_plan: "{PLAN}"}}
spaces:
  web_ui: {{domain: spaces.example.com, zone: Z0123456789ABCDEFGHIJ, certificate: {PCA}}}
inference:
  endpoints:
    - name: chat
      model: {{source: s3, uri: s3://models/qwen/, architecture: Qwen3ForCausalLM}}
      instances: [ml.g6e.12xlarge]
      component: {{gpus: 2, cpus: 4, memory_mib: 1024}}
      count: 2
    - {{name: packed, model: {{source: package, arn: "{PACKAGE}"}}, instances: [ml.g5.xlarge]}}
optimization:
  jobs:
    - name: eagle
      model: {{uri: s3://models/qwen/}}
      data: {{source: s3, uri: s3://data/train/, format: sharegpt}}
      instance: ml.g6.24xlarge
labeling:
  defects: {{algorithm: "{ALGORITHM}"}}
"""


def facts(text: str = EVERYTHING, **changes: Any) -> Facts:
    """The facts of a file's text; `changes` replace sections."""
    content = copy.deepcopy(_content(text))
    return Facts(environment=Environment.model_validate(content | changes), now=NOW)


def section(name: str) -> dict[str, Any]:
    """A section of the whole environment, to be changed."""
    return copy.deepcopy(_content(EVERYTHING))[name]


@cache
def _content(text: str) -> dict[str, Any]:
    return YAML(typ="safe").load(text)


def look(check: Check, aws: FakeAws, about: Facts) -> list[Finding]:
    """What one check finds."""
    return run(check, about, clients=aws.client, answers={})


def verdicts(findings: list[Finding]) -> list[str]:
    return [finding.verdict for finding in findings]
