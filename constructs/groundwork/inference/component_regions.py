"""Where `AWS::SageMaker::InferenceComponent` exists: the registry as bundled with cfn-lint 1.58 (read 2026-11-23). A
test compares this table with that data."""

COMPONENT_REGIONS = frozenset(
    """
    ap-northeast-1 ap-northeast-2 ap-south-1 ap-southeast-1 ap-southeast-2 ap-southeast-3 ca-central-1 eu-central-1
    eu-north-1 eu-west-1 eu-west-2 me-central-1 me-south-1 sa-east-1 us-east-1 us-east-2 us-west-2
    """.split()
)
