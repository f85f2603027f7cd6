"""Resource types that cost nothing themselves, each with who says so. Read on 2026-11-23."""

from collections.abc import Mapping

_SAYS: Mapping[str, str] = {
    "https://aws.amazon.com/iam/": "AWS::IAM::Policy AWS::IAM::ManagedPolicy AWS::IAM::Role AWS::IAM::InstanceProfile "
    "AWS::IAM::OIDCProvider AWS::IAM::ServiceLinkedRole",
    "https://aws.amazon.com/vpc/pricing/": "AWS::EC2::VPC AWS::EC2::VPCCidrBlock AWS::EC2::Subnet AWS::EC2::Route "
    "AWS::EC2::RouteTable AWS::EC2::SubnetRouteTableAssociation AWS::EC2::InternetGateway "
    "AWS::EC2::VPCGatewayAttachment AWS::EC2::SecurityGroup AWS::EC2::SecurityGroupEgress "
    "AWS::EC2::SecurityGroupIngress AWS::EC2::NetworkAcl AWS::EC2::NetworkAclEntry",
    "https://aws.amazon.com/autoscaling/pricing/": "AWS::ApplicationAutoScaling::ScalableTarget "
    "AWS::ApplicationAutoScaling::ScalingPolicy",
    "https://aws.amazon.com/ecs/pricing/": "AWS::ECS::Cluster AWS::ECS::TaskDefinition",
    "https://aws.amazon.com/eks/pricing/": "AWS::EKS::AccessEntry AWS::EKS::Addon AWS::EKS::PodIdentityAssociation",
    "https://aws.amazon.com/backup/pricing/": "AWS::Backup::BackupPlan AWS::Backup::BackupSelection",
    "https://aws.amazon.com/bedrock/pricing/": "AWS::Bedrock::ApplicationInferenceProfile "
    "AWS::Bedrock::GuardrailVersion",
    "https://aws.amazon.com/aws-cost-management/aws-budgets/pricing/": "AWS::Budgets::Budget",
    "https://aws.amazon.com/aws-cost-management/aws-cost-anomaly-detection/": "AWS::CE::AnomalyMonitor "
    "AWS::CE::AnomalySubscription",
    "https://aws.amazon.com/cloudfront/pricing/": "AWS::CloudFront::VpcOrigin AWS::CloudFront::ResponseHeadersPolicy "
    "AWS::CloudFront::OriginAccessControl AWS::CloudFront::CachePolicy",
    # Users are charged, by their pool.
    "https://aws.amazon.com/cognito/pricing/": "AWS::Cognito::UserPoolClient AWS::Cognito::UserPoolDomain "
    "AWS::Cognito::UserPoolGroup AWS::Cognito::UserPoolUser AWS::Cognito::UserPoolUserToGroupAttachment "
    "AWS::Cognito::UserPoolIdentityProvider AWS::Cognito::UserPoolResourceServer",
    "https://aws.amazon.com/elasticache/pricing/": "AWS::ElastiCache::ParameterGroup AWS::ElastiCache::SubnetGroup "
    "AWS::ElastiCache::User AWS::ElastiCache::UserGroup",
    "https://aws.amazon.com/elasticloadbalancing/pricing/": "AWS::ElasticLoadBalancingV2::Listener "
    "AWS::ElasticLoadBalancingV2::ListenerRule AWS::ElasticLoadBalancingV2::TargetGroup",
    "https://aws.amazon.com/rds/pricing/": "AWS::RDS::DBClusterParameterGroup AWS::RDS::DBParameterGroup "
    "AWS::RDS::DBSubnetGroup",
    "https://aws.amazon.com/lambda/pricing/": "AWS::Lambda::LayerVersion AWS::Lambda::Permission AWS::Lambda::Version "
    "AWS::Lambda::Alias AWS::Lambda::EventInvokeConfig AWS::Lambda::EventSourceMapping",
    # What arrives by a delivery is charged as logs of its destination.
    "https://aws.amazon.com/cloudwatch/pricing/": "AWS::Logs::Delivery AWS::Logs::DeliveryDestination "
    "AWS::Logs::DeliverySource AWS::Logs::ResourcePolicy AWS::Logs::SubscriptionFilter "
    "AWS::WAFv2::LoggingConfiguration",
    "https://aws.amazon.com/waf/pricing/": "AWS::WAFv2::WebACLAssociation AWS::WAFv2::IPSet "
    "AWS::WAFv2::RegexPatternSet",
    # Rules for events of AWS's own on the default bus.
    "https://aws.amazon.com/eventbridge/pricing/": "AWS::Events::Rule",
    "https://aws.amazon.com/s3/pricing/": "AWS::S3::BucketPolicy",
    "https://aws.amazon.com/kms/pricing/": "AWS::KMS::Alias",
    "https://aws.amazon.com/ecr/pricing/": "AWS::ECR::RepositoryPolicy AWS::ECR::RegistryPolicy",
    "https://aws.amazon.com/secrets-manager/pricing/": "AWS::SecretsManager::ResourcePolicy "
    "AWS::SecretsManager::SecretTargetAttachment AWS::SecretsManager::RotationSchedule",
    "https://aws.amazon.com/sns/pricing/": "AWS::SNS::Subscription AWS::SNS::TopicPolicy",
    "https://aws.amazon.com/sqs/pricing/": "AWS::SQS::QueuePolicy",
    # Parameters of the standard tier; the code of this project makes no other.
    "https://aws.amazon.com/systems-manager/pricing/": "AWS::SSM::Parameter",
    "https://aws.amazon.com/route53/pricing/": "AWS::Route53::RecordSet",
    # Instances are charged, by their endpoint's configuration and their cluster; what describes them is not.
    "https://aws.amazon.com/sagemaker/pricing/": "AWS::SageMaker::Model AWS::SageMaker::Endpoint "
    "AWS::SageMaker::InferenceComponent AWS::SageMaker::ModelPackageGroup AWS::SageMaker::ClusterSchedulerConfig "
    "AWS::SageMaker::Workteam AWS::SageMaker::Workforce",
    "https://aws.amazon.com/cloudformation/pricing/": "AWS::CDK::Metadata AWS::CloudFormation::WaitConditionHandle "
    "AWS::CloudFormation::Stack AWS::CloudFormation::CustomResource",
}
FREE: Mapping[str, str] = {kind: source for source, kinds in _SAYS.items() for kind in kinds.split()}
"""The source by resource type."""
CUSTOM = "https://aws.amazon.com/cloudformation/pricing/"
"""Custom resources: the functions behind them are charged, and stand in the estimate."""


def free_by(resource_type: str) -> str:
    """Who says that a type is free; empty where nobody does."""
    return CUSTOM if resource_type.startswith("Custom::") else FREE.get(resource_type, "")
