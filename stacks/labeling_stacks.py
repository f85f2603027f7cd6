"""The stacks of an environment's labeling: the workforce with its teams, and each project of defect detection."""

from collections.abc import Iterator

import aws_cdk as cdk

from groundwork.environment import Environment
from groundwork.foundation.data_key import DataKey
from groundwork.labeling.settings import LabelingSettings
from stacks.defect_detection import DefectDetectionStack
from stacks.foundation import FoundationStack
from stacks.labeling import LabelingStack
from stacks.network import NetworkStack


class LabelingStacks:
    """A Labeling stack where people label, and a Defects stack for each project."""

    def __init__(
        self,
        stage: cdk.Stage,
        *,
        environment: Environment,
        settings: LabelingSettings,
        foundation: FoundationStack,
        network: NetworkStack | None,
    ) -> None:
        self._stage, self._environment, self._settings = stage, environment, settings
        self._foundation, self._network = foundation, network

    def add(self) -> Iterator[cdk.Stack]:
        """Add those that the section asks for."""
        key = DataKey(self._foundation, "LabelingKey", domain="labeling", keep=self._environment.keep_data)
        operations_key = self._foundation.operations_key.key
        network = self._network.network if self._network else None
        people: LabelingStack | None = None
        if self._settings.workforce:
            people = LabelingStack(
                self._stage,
                "Labeling",
                environment=self._environment,
                settings=self._settings,
                key=key,
                vpc=network.vpc if network else None,
                subnets=network.subnets.private if network else (),
                operations_key=operations_key,
            )
            yield people
        for name, project in self._settings.projects.items():
            assert network  # the environment refuses projects without one
            yield DefectDetectionStack(
                self._stage,
                f"Defects-{name}",
                environment=self._environment,
                name=name,
                settings=project,
                work_team_arn=people.teams[project.team].arn if people and project.team else None,
                key=key.key,
                access_logs=self._foundation.access_logs.bucket,
                alarms=self._foundation.alarms.topic,
                operations_key=operations_key,
                vpc=network.vpc,
                subnets=network.subnets.private,
            )
