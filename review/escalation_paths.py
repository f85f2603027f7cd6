"""Sets of actions with which an identity gets more rights than it was given.

From `PRIVILEGE_ESCALATION_METHODS` of cloudsplaining 0.9.1 (BSD-3-Clause, Salesforce), read on 2026-11-23, which takes
them from Rhino Security Labs and DataDog's pathfinding.cloud; sets that contain a smaller one are left out. The package
itself looks at one policy document at a time and does not know boundaries; here it is a role with all of its policies.
"""

from dataclasses import dataclass

PASSING = "iam:passrole"


@dataclass(frozen=True, kw_only=True)
class EscalationPath:
    """`actions` in lower case, all of which are needed; `gives` ends a sentence that starts with "It can"."""

    name: str
    actions: tuple[str, ...]
    gives: str


def _path(name: str, actions: str, gives: str) -> EscalationPath:
    return EscalationPath(name=name, actions=tuple(actions.split()), gives=gives)


def _pass_role(name: str, actions: str, what: str) -> EscalationPath:
    return _path(name, f"{PASSING} {actions}", f"give a stronger role to {what}, and act through it")


EVERYTHING = _path("Everything", "*", "do whatever it likes, and give itself any right")
PATHS = (
    _path("CreateAccessKey", "iam:createaccesskey", "make an access key of another user"),
    _path("CreateLoginProfile", "iam:createloginprofile", "give another user a password"),
    _path("UpdateLoginProfile", "iam:updateloginprofile", "change another user's password"),
    _path("AddUserToGroup", "iam:addusertogroup", "put a user into a stronger group"),
    _path("CreatePolicyVersion", "iam:createpolicyversion", "rewrite a policy that is attached to it"),
    _path("SetDefaultPolicyVersion", "iam:setdefaultpolicyversion", "go back to a stronger version of a policy"),
    _path("AttachUserPolicy", "iam:attachuserpolicy", "attach any policy to a user"),
    _path("AttachGroupPolicy", "iam:attachgrouppolicy", "attach any policy to a group"),
    _path("AttachRolePolicy", "iam:attachrolepolicy", "attach any policy to a role"),
    _path("PutUserPolicy", "iam:putuserpolicy", "write any policy into a user"),
    _path("PutGroupPolicy", "iam:putgrouppolicy", "write any policy into a group"),
    _path("PutRolePolicy", "iam:putrolepolicy", "write any policy into a role"),
    _path("UpdateAssumeRolePolicy", "iam:updateassumerolepolicy", "let itself assume another role"),
    _path("UpdateFunctionCode", "lambda:updatefunctioncode", "put its own code into a function, and act as its role"),
    _path("UpdateDevEndpoint", "glue:updatedevendpoint", "put its own key on a Glue endpoint, and act as its role"),
    _path(
        "CodeInterpreterSession",
        "bedrock-agentcore:startcodeinterpretersession bedrock-agentcore:invokecodeinterpreter",
        "run code as the role of a code interpreter",
    ),
    _path(
        "ExecuteChangeSet",
        "cloudformation:createchangeset cloudformation:executechangeset",
        "change a stack as the role that deploys it",
    ),
    _path(
        "ChangeUserData",
        "ec2:modifyinstanceattribute ec2:stopinstances ec2:startinstances",
        "run its own start script on an instance, as its role",
    ),
    _path(
        "ChangeLaunchTemplate",
        "ec2:createlaunchtemplateversion ec2:modifylaunchtemplate",
        "run its own start script on new instances, as their role",
    ),
    _path(
        "SendSshKey",
        "ec2-instance-connect:sendsshpublickey ec2:describeinstances",
        "log in to an instance, and act as its role",
    ),
    _path("ExecuteInTask", "ecs:executecommand ecs:describetasks", "open a shell in a container, and act as its role"),
    _path("NotebookUrl", "sagemaker:createpresignednotebookinstanceurl", "open a notebook, and act as its role"),
    _path(
        "NotebookLifecycle",
        "sagemaker:createnotebookinstancelifecycleconfig sagemaker:stopnotebookinstance "
        "sagemaker:updatenotebookinstance sagemaker:startnotebookinstance",
        "run its own start script in a notebook, as its role",
    ),
    _pass_role("PassRoleToInstance", "ec2:runinstances", "a new instance"),
    _pass_role("PassRoleToSpotInstance", "ec2:requestspotinstances", "a new spot instance"),
    _pass_role("PassRoleToInvokedFunction", "lambda:createfunction lambda:invokefunction", "a new function"),
    _pass_role("PassRoleToFedFunction", "lambda:createfunction lambda:createeventsourcemapping", "a new function"),
    _pass_role("PassRoleToSharedFunction", "lambda:createfunction lambda:addpermission", "a new function"),
    _pass_role("PassRoleToDevEndpoint", "glue:createdevendpoint", "a Glue endpoint"),
    _pass_role("PassRoleToGlueJob", "glue:createjob glue:startjobrun", "a Glue job"),
    _pass_role("PassRoleToTriggeredGlueJob", "glue:createjob glue:createtrigger", "a Glue job"),
    _pass_role("PassRoleToChangedGlueJob", "glue:updatejob glue:startjobrun", "a Glue job"),
    _pass_role("PassRoleToStack", "cloudformation:createstack", "a CloudFormation stack"),
    _pass_role(
        "PassRoleToStackSet", "cloudformation:createstackset cloudformation:createstackinstances", "a stack set"
    ),
    _pass_role("PassRoleToChangedStackSet", "cloudformation:updatestackset", "a stack set"),
    _pass_role("PassRoleToPipeline", "datapipeline:createpipeline", "a data pipeline"),
    _pass_role("PassRoleToAppRunner", "apprunner:createservice", "an App Runner service"),
    _pass_role(
        "PassRoleToCodeInterpreter",
        "bedrock-agentcore:createcodeinterpreter bedrock-agentcore:startcodeinterpretersession "
        "bedrock-agentcore:invokecodeinterpreter",
        "a code interpreter",
    ),
    _pass_role("PassRoleToBuild", "codebuild:createproject codebuild:startbuild", "a build"),
    _pass_role("PassRoleToBuildBatch", "codebuild:createproject codebuild:startbuildbatch", "a build"),
    _pass_role("PassRoleToEcsService", "ecs:registertaskdefinition ecs:createservice", "a container"),
    _pass_role("PassRoleToRunTask", "ecs:registertaskdefinition ecs:runtask", "a container"),
    _pass_role("PassRoleToStartTask", "ecs:registertaskdefinition ecs:starttask", "a container"),
    _pass_role("PassRoleToNotebook", "sagemaker:createnotebookinstance", "a notebook"),
    _pass_role("PassRoleToTrainingJob", "sagemaker:createtrainingjob", "a training job"),
    _pass_role("PassRoleToProcessingJob", "sagemaker:createprocessingjob", "a processing job"),
)
