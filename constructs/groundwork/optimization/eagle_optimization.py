"""One EAGLE job: its roles, its functions, its state machines, and the registry of its heads."""

import aws_cdk as cdk
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sagemaker as sagemaker
from aws_cdk import aws_sns as sns
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from groundwork.optimization.approval import Approval
from groundwork.optimization.function_access import optimize_statements, switch_machine_name, switch_statements
from groundwork.optimization.functions import StepFunction
from groundwork.optimization.job_config import benchmark_seconds, job_config
from groundwork.optimization.machine import Machine
from groundwork.optimization.notices import Notices
from groundwork.optimization.optimize_steps import optimize_steps
from groundwork.optimization.plan import JobPlan
from groundwork.optimization.roles import JobRoles
from groundwork.optimization.switch_steps import TIMEOUT_HOURS, switch_steps
from groundwork.removal import removal_policy

_STEP_TIMEOUT = cdk.Duration.minutes(15)
"""A little more than that of the function."""
_AROUND_JOB = cdk.Duration.hours(60)
"""Import, conversion and checks, each with time to spare."""


class EagleOptimization(Construct):
    """A state machine that a person starts trains a head and asks for an approval; an approved head goes to the
    endpoint by another one, where the job has one."""

    optimize: sfn.StateMachine
    switch: sfn.StateMachine | None = None

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        plan: JobPlan,
        operations_key: kms.IKey,
        alarms: sns.ITopic,
        keep: bool,
    ) -> None:
        """
        Args:
            operations_key: encrypts logs and notices; its policy must let CloudWatch Logs use it.
            alarms: the topic that reaches people.
            keep: whether the registry outlives its stack.
        """
        super().__init__(scope, construct_id)
        self._plan, self._operations_key, self._alarms = plan, operations_key, alarms
        group = sagemaker.CfnModelPackageGroup(
            self,
            "Registry",
            model_package_group_name=plan.name,
            model_package_group_description=f"EAGLE heads of {plan.name}",
        )
        group.apply_removal_policy(removal_policy(keep=keep))
        roles = JobRoles(self, "Roles", plan=plan)
        self._notices = Notices(self, "Notices", emails=plan.settings.notify, alarms=alarms, key=operations_key)
        self._config = job_config(plan, roles=roles, topic=self._notices.topic.topic_arn)
        self.optimize = self._add_optimize(roles)
        self.optimize.node.add_dependency(group)
        if plan.target:
            self.switch = self._add_switch(roles)
            Approval(self, "Approval", plan=plan, machine=self.switch, operations_key=operations_key)

    def _add_optimize(self, roles: JobRoles) -> sfn.StateMachine:
        job = self._plan.settings
        longest_hours = job.max_run_hours + job.max_pending_hours
        function = StepFunction(
            self,
            "OptimizeStep",
            handler="optimize",
            statements=[*optimize_statements(self, self._plan, roles), *self._notices.statements()],
            operations_key=self._operations_key,
        ).function
        return Machine(
            self,
            "Optimize",
            steps=lambda scope: optimize_steps(
                scope,
                function=function,
                call_timeout=_STEP_TIMEOUT,
                config=self._config,
                longest_hours=longest_hours,
            ),
            function=function,
            timeout=_AROUND_JOB.plus(cdk.Duration.hours(longest_hours)),
            operations_key=self._operations_key,
            alarms=self._alarms,
            what=f"The optimization {self._plan.name}",
        ).state_machine

    def _add_switch(self, roles: JobRoles) -> sfn.StateMachine:
        function = StepFunction(
            self,
            "SwitchStep",
            handler="switch_endpoint",
            statements=[*switch_statements(self, self._plan, roles), *self._notices.statements()],
            operations_key=self._operations_key,
        ).function
        return Machine(
            self,
            "Switch",
            steps=lambda scope: switch_steps(scope, function=function, call_timeout=_STEP_TIMEOUT, config=self._config),
            function=function,
            name=switch_machine_name(self._plan),
            timeout=cdk.Duration.hours(TIMEOUT_HOURS).plus(cdk.Duration.seconds(2 * benchmark_seconds(self._plan))),
            operations_key=self._operations_key,
            alarms=self._alarms,
            what=f"The switch to a head of {self._plan.name}",
        ).state_machine
