"""The key that the web page of 0.1.x signs its tokens with."""

import aws_cdk as cdk
from aws_cdk import aws_eks_v2 as eks_v2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from constructs import Construct


class SigningKey(Construct):
    """A symmetric key: the documents ask for an asymmetric one, and AWS's policy for the router allows data keys only,
    in the encryption context of one cluster.
    """

    key: kms.Key

    def __init__(self, scope: Construct, construct_id: str, *, cluster: eks_v2.ICluster, router: iam.IRole) -> None:
        super().__init__(scope, construct_id)
        self.key = kms.Key(
            self,
            "Key",
            description="Tokens of the web page for Spaces",
            enable_key_rotation=True,
            # Nothing is kept under it: tokens live for hours.
            removal_policy=cdk.RemovalPolicy.DESTROY,
            pending_window=cdk.Duration.days(7),
        )
        self.key.add_to_resource_policy(
            iam.PolicyStatement(
                sid="Router",
                principals=[iam.ArnPrincipal(router.role_arn)],
                actions=["kms:GenerateDataKey", "kms:Decrypt"],
                resources=["*"],
                conditions={
                    "StringEquals": {
                        "kms:EncryptionContext:sagemaker:component": "amazon-sagemaker-spaces",
                        "kms:EncryptionContext:sagemaker:eks-cluster-arn": cluster.cluster_arn,
                    }
                },
            )
        )
        self.key.add_to_resource_policy(
            iam.PolicyStatement(
                sid="RouterLooks",
                principals=[iam.ArnPrincipal(router.role_arn)],
                actions=["kms:DescribeKey"],
                resources=["*"],
            )
        )
