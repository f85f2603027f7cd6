"""The end of what a project's state machine has made."""

import aws_cdk as cdk
from aws_cdk import aws_kms as kms
from constructs import Construct

from groundwork.job import Job
from groundwork.labeling.defect_access import removal_statements
from groundwork.labeling.defect_function import FOLDER
from groundwork.labeling.defect_plan import DefectPlan
from groundwork.labeling.defect_use import EndpointInference
from groundwork.optimization.access import add_all


class DefectRemoval(Construct):
    """A resource that does nothing when it is made. When it is deleted, it ends jobs, endpoints and models of the
    project: those are made by executions, and CloudFormation knows nothing of them. When the project gets another
    `inference`, it ends the endpoint.

    What makes them depends on it, and so is gone before.
    """

    def __init__(
        self, scope: Construct, construct_id: str, *, plan: DefectPlan, operations_key: kms.IKey, keep: bool
    ) -> None:
        """
        Args:
            operations_key: encrypts the functions' logs; its policy must let CloudWatch Logs use it.
            keep: whether model packages stay, as their artifacts do.
        """
        super().__init__(scope, construct_id)
        job = Job(
            self,
            "Job",
            folder=FOLDER,
            resource_type="Custom::DefectRemoval",
            properties={
                "Name": plan.name,
                "Keep": "true" if keep else "false",
                "Serves": "true" if isinstance(plan.settings.inference, EndpointInference) else "false",
            },
            timeout=cdk.Duration.hours(1),
            operations_key=operations_key,
            query_interval=cdk.Duration.seconds(30),
        )
        add_all(
            job.done.role,
            removal_statements(self, plan),
            reason="Jobs, models and configurations get the end of their names when they are made, after this "
            "project's own name. Lists know no resource; the function looks at names that begin with the project's.",
        )
