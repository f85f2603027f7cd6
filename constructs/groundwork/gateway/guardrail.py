"""A guardrail of Bedrock, made from the environment file."""

import aws_cdk as cdk
from aws_cdk import aws_bedrock as bedrock
from aws_cdk import aws_kms as kms
from constructs import Construct

from groundwork.gateway.bedrock_profiles import guardrail_profile_arn
from groundwork.gateway.guardrail_settings import GuardrailPolicy, GuardrailSettings


class Guardrail(Construct):
    """A guardrail with a version for each content that it ever had.

    Bedrock changes the working draft at once; callers name a version, which never changes. Versions stay until the
    guardrail goes: tasks of before a deployment still call theirs.
    """

    guardrail: bedrock.CfnGuardrail
    version: str
    """The number of the version that holds this content."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        environment: str,
        settings: GuardrailSettings,
        policy: GuardrailPolicy,
        key: kms.IKey,
    ) -> None:
        """
        Args:
            environment: the environment's name; part of the guardrail's.
            key: encrypts what the guardrail holds.
        """
        super().__init__(scope, construct_id)
        stack = cdk.Stack.of(self)
        cross = None
        if settings.profile != "none":
            arn = guardrail_profile_arn(profile=settings.profile, region=stack.region, account=stack.account)
            cross = bedrock.CfnGuardrail.GuardrailCrossRegionConfigProperty(guardrail_profile_arn=arn)
        self.guardrail = bedrock.CfnGuardrail(
            self,
            "Guardrail",
            # A name is required, and is what people choose by in the console.
            name=f"{environment}-{settings.name}"[:50],
            blocked_input_messaging=policy.message,
            blocked_outputs_messaging=policy.message,
            kms_key_arn=key.key_arn,
            cross_region_config=cross,
            content_policy_config=_content(policy),
            sensitive_information_policy_config=_personal_data(policy),
            topic_policy_config=_topics(policy),
            word_policy_config=_words(policy),
        )
        version = bedrock.CfnGuardrailVersion(
            self,
            f"Version{settings.content_hash}",
            guardrail_identifier=self.guardrail.attr_guardrail_id,
            description=settings.content_hash,
        )
        # It is a copy of what the guardrail is at that moment.
        version.add_resource_dependency(self.guardrail)
        self.version = version.attr_version


def _content(policy: GuardrailPolicy) -> bedrock.CfnGuardrail.ContentPolicyConfigProperty | None:
    filters = [
        bedrock.CfnGuardrail.ContentFilterConfigProperty(
            type=category.upper(),
            input_strength=strength.upper(),
            # There is no prompt in an answer.
            output_strength="NONE" if category == "prompt_attack" else strength.upper(),
        )
        for category, strength in sorted(policy.content.items())
    ]
    if not filters:
        return None
    tier = bedrock.CfnGuardrail.ContentFiltersTierConfigProperty(tier_name=policy.tier.upper())
    return bedrock.CfnGuardrail.ContentPolicyConfigProperty(
        filters_config=filters, content_filters_tier_config=tier if policy.tier == "standard" else None
    )


def _personal_data(policy: GuardrailPolicy) -> bedrock.CfnGuardrail.SensitiveInformationPolicyConfigProperty | None:
    entities = [
        bedrock.CfnGuardrail.PiiEntityConfigProperty(type=kind, action=action.upper())
        for kind, action in sorted(policy.pii.items())
    ]
    return (
        bedrock.CfnGuardrail.SensitiveInformationPolicyConfigProperty(pii_entities_config=entities)
        if entities
        else None
    )


def _topics(policy: GuardrailPolicy) -> bedrock.CfnGuardrail.TopicPolicyConfigProperty | None:
    topics = [
        bedrock.CfnGuardrail.TopicConfigProperty(
            name=topic.name, definition=topic.definition, examples=list(topic.examples) or None, type="DENY"
        )
        for topic in policy.denied_topics
    ]
    if not topics:
        return None
    tier = bedrock.CfnGuardrail.TopicsTierConfigProperty(tier_name=policy.tier.upper())
    return bedrock.CfnGuardrail.TopicPolicyConfigProperty(
        topics_config=topics, topics_tier_config=tier if policy.tier == "standard" else None
    )


def _words(policy: GuardrailPolicy) -> bedrock.CfnGuardrail.WordPolicyConfigProperty | None:
    if not policy.blocked_words and not policy.profanity:
        return None
    profanity = [bedrock.CfnGuardrail.ManagedWordsConfigProperty(type="PROFANITY")] if policy.profanity else None
    return bedrock.CfnGuardrail.WordPolicyConfigProperty(
        words_config=[bedrock.CfnGuardrail.WordConfigProperty(text=word) for word in policy.blocked_words] or None,
        managed_word_lists_config=profanity,
    )
