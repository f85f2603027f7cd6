"""Where HyperPod can be deployed.

Source: the Regions in which CloudFormation's registry lists `AWS::SageMaker::Cluster`, as bundled with cfn-lint 1.58
(read 2026-11-23). A test compares this table with that data.
"""

HYPERPOD_REGIONS = frozenset(
    """
    ap-northeast-1 ap-northeast-2 ap-south-1 ap-south-2 ap-southeast-1 ap-southeast-2 ap-southeast-3 ap-southeast-4
    ca-central-1 eu-central-1 eu-north-1 eu-south-2 eu-west-1 eu-west-2 me-south-1 sa-east-1 us-east-1 us-east-2
    us-west-1 us-west-2
    """.split()
)
