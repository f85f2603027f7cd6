"""ARNs of Bedrock's models and profiles."""


def foundation_model_arn(region: str, model: str) -> str:
    """A foundation model: it belongs to no account. Region "" is the form that global profiles are granted with."""
    return f"arn:aws:bedrock:{region}::foundation-model/{model}"


def inference_profile_arn(region: str, account: str, profile: str) -> str:
    """A system-defined inference profile. It has the account; without it a policy matches nothing."""
    return f"arn:aws:bedrock:{region}:{account}:inference-profile/{profile}"
