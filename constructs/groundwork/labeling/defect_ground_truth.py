"""The functions of Ground Truth's built-in tasks, which AWS owns in each Region that has them.

Source: https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_HumanTaskConfig.html (PreHumanTaskLambdaArn) and
API_AnnotationConsolidationConfig.html, read 2026-11-23. Other Regions have no Ground Truth.
"""

from typing import Literal

Task = Literal["ImageMultiClass", "SemanticSegmentation"]
GROUND_TRUTH_ACCOUNTS = {
    "us-east-1": "432418664414",
    "us-east-2": "266458841044",
    "us-west-2": "081040173940",
    "ca-central-1": "918755190332",
    "eu-west-1": "568282634449",
    "eu-west-2": "487402164563",
    "eu-central-1": "203001061592",
    "ap-northeast-1": "477331159723",
    "ap-northeast-2": "845288260483",
    "ap-south-1": "565803892007",
    "ap-southeast-1": "377565633583",
    "ap-southeast-2": "454466003867",
}


def built_in_functions(region: str, task: Task) -> dict[str, str]:
    """ARNs of the function before a task (`pre`), and of the one that consolidates its answers (`consolidation`).

    Raises:
        KeyError: the Region has no Ground Truth.
    """
    account = GROUND_TRUTH_ACCOUNTS[region]
    return {
        name: f"arn:aws:lambda:{region}:{account}:function:{begin}-{task}"
        for name, begin in (("pre", "PRE"), ("consolidation", "ACS"))
    }
