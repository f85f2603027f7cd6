"""All checks, in the order in which they are asked."""

from operations.doctor.check import Check
from operations.doctor.checks import (
    bedrock_models,
    bedrock_profiles,
    bootstrap,
    certificates,
    control_policies,
    hosted_zones,
    instance_offerings,
    kubernetes_version,
    marketplace,
    model_weights,
    quotas,
    subnets,
    training_data,
    training_plans,
)

CHECKS: tuple[Check, ...] = (
    bootstrap.CHECK,
    control_policies.CHECK,
    subnets.CHECK,
    instance_offerings.CHECK,
    quotas.CHECK,
    training_plans.CHECK,
    kubernetes_version.CHECK,
    bedrock_models.CHECK,
    bedrock_profiles.CHECK,
    certificates.CHECK,
    hosted_zones.CHECK,
    model_weights.CHECK,
    training_data.CHECK,
    marketplace.CHECK,
)
