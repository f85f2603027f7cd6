"""One project of defect detection: its bucket, its roles, its functions and its state machine."""

from collections.abc import Sequence

from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sns as sns
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from groundwork.acknowledge import acknowledge
from groundwork.labeling.data_store import LabelingData
from groundwork.labeling.defect_access import step_statements, waiting_statements
from groundwork.labeling.defect_config import project_config
from groundwork.labeling.defect_events import IdleRemoval, LabelEvents
from groundwork.labeling.defect_function import DefectFunction
from groundwork.labeling.defect_plan import DefectPlan
from groundwork.labeling.defect_removal import DefectRemoval
from groundwork.labeling.defect_roles import DefectRoles
from groundwork.labeling.defect_steps import WorkflowFunctions
from groundwork.labeling.defect_use import EndpointInference
from groundwork.labeling.defect_workflow import workflow_states, workflow_timeout
from groundwork.labeling.project_settings import ProjectSettings
from groundwork.optimization.machine import Machine
from groundwork.optimization.notices import Notices
from groundwork.python_function import function_id


class DefectDetection(Construct):
    """A person starts its state machine, once the pictures are there: nothing is labeled or trained by a deployment.

    Attributes:
        data: bucket and functions of pictures and manifests.
        machine: from pictures to a model that is used. Its input is `{}`; a second execution with the same pictures and
            settings finds labels and model, and pays for neither again.
    """

    data: LabelingData
    machine: sfn.StateMachine

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        name: str,
        settings: ProjectSettings,
        work_team_arn: str | None,
        key: kms.IKey,
        access_logs: s3.IBucket,
        alarms: sns.ITopic,
        operations_key: kms.IKey,
        vpc: ec2.IVpc,
        subnets: Sequence[ec2.ISubnet],
        keep: bool,
    ) -> None:
        """
        Args:
            name: of the project, after the environment's: `prod-cookies`. At most 41 characters.
            work_team_arn: of the project's team; None: it names none.
            key: encrypts pictures, labels and models.
            access_logs: receives a record of each request for them.
            alarms: the topic that reaches people.
            operations_key: encrypts logs and notices; its policy must let CloudWatch Logs use it.
            subnets: private ones of the VPC, for the interfaces of training and of the model.
            keep: whether bucket and model packages outlive their stack.
        """
        super().__init__(scope, construct_id)
        self._settings, self._operations_key, self._alarms = settings, operations_key, alarms
        self.data = self._add_data(name, key, access_logs, keep=keep)
        self._plan = DefectPlan(
            name=name,
            settings=settings,
            team=work_team_arn,
            bucket=self.data.bucket,
            key=key,
            subnets=subnets,
            security_group=self._add_security_group(vpc),
        )
        self._roles = DefectRoles(self, "Roles", plan=self._plan)
        self._notices = Notices(self, "Notices", emails=settings.notify, alarms=alarms, key=operations_key)
        removal = DefectRemoval(self, "Removal", plan=self._plan, operations_key=operations_key, keep=keep)
        removal.node.add_dependency(self.data, self._roles)
        machine = self._add_machine()
        self.machine = machine.state_machine
        machine.node.add_dependency(removal)
        if settings.labels_by_people:
            LabelEvents(self, "Labels", plan=self._plan, operations_key=operations_key)
        if isinstance(settings.inference, EndpointInference):
            IdleRemoval(
                self,
                "Idle",
                plan=self._plan,
                inference=settings.inference,
                notices=self._notices,
                topic=self._notices.topic,
                operations_key=operations_key,
            )

    def _add_data(self, name: str, key: kms.IKey, access_logs: s3.IBucket, *, keep: bool) -> LabelingData:
        settings = self._settings
        given = (settings.images, settings.manifest, settings.lookout_manifest)
        return LabelingData(
            self,
            "Data",
            name=name,
            key=key,
            access_logs=access_logs,
            operations_key=self._operations_key,
            keep=keep,
            sources=[*(each for each in given if each), *settings.references],
            source_keys=[settings.key] if settings.key else [],
        )

    def _add_security_group(self, vpc: ec2.IVpc) -> ec2.SecurityGroup:
        group = ec2.SecurityGroup(
            self, "Jobs", vpc=vpc, allow_all_outbound=False, description="Training and model: HTTPS out only"
        )
        # S3's addresses are public ones, also behind its gateway endpoint.
        group.add_egress_rule(ec2.Peer.any_ipv4(), ec2.Port.tcp(443), "S3, and the services of AWS")
        return group

    def _add_machine(self) -> Machine:
        plan, roles, key = self._plan, self._roles, self._operations_key
        statements = [*step_statements(self, plan, roles), *self._notices.statements()]
        step = DefectFunction(self, "Step", handler="step", statements=statements, operations_key=key).function
        wait = step
        if self._settings.labels_by_people:
            statements = list(waiting_statements(self, plan))
            wait = DefectFunction(
                self, "Wait", handler="wait_for_labels", statements=statements, operations_key=key
            ).function
        config = project_config(self, plan, roles=roles, topic=self._notices.topic.topic_arn)
        functions = WorkflowFunctions(step=step, wait=wait, data=self.data)
        machine = Machine(
            self,
            "Machine",
            steps=lambda scope: workflow_states(scope, plan=plan, functions=functions, config=config),
            function=step,
            timeout=workflow_timeout(self._settings),
            operations_key=key,
            alarms=self._alarms,
            what=f"The project {plan.name}",
        )
        called = {function_id(each) for each in (wait, *self.data.functions)} - {function_id(step)}
        acknowledge(
            machine.state_machine.node.find_child("Role"),
            *(f"AwsSolutions::AwsSolutions-IAM5[Resource::<{each}.Arn>:*]" for each in sorted(called)),
            reason="The versions of these functions: CDK grants a call with and without a version's number.",
        )
        return machine
