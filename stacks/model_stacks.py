"""The stacks of an environment's models: endpoints, the browsers that some of them drive, and EAGLE jobs."""

from collections.abc import Iterator

import aws_cdk as cdk
from aws_cdk import aws_kms as kms

from groundwork.environment import Environment
from groundwork.foundation.data_key import DataKey
from groundwork.images import ImageLock
from groundwork.inference.browser_settings import BrowserSettings
from groundwork.inference.endpoint_settings import EndpointSettings
from groundwork.inference.settings import InferenceSettings
from groundwork.optimization.endpoint_reference import EndpointReference
from groundwork.optimization.settings import OptimizationSettings
from stacks.browser import BrowserStack
from stacks.foundation import FoundationStack
from stacks.inference import InferenceStack
from stacks.network import NetworkStack
from stacks.optimization import OptimizationStack, endpoint_reference


class ModelStacks:
    """An Inference stack for each endpoint, a Browser stack for each that drives one, and Optimization."""

    def __init__(
        self,
        stage: cdk.Stage,
        *,
        environment: Environment,
        foundation: FoundationStack,
        network: NetworkStack,
        image_lock: ImageLock,
    ) -> None:
        self._stage, self._environment, self._image_lock = stage, environment, image_lock
        self._foundation, self._network = foundation, network
        self._endpoints: list[EndpointReference] = []

    def add(self) -> Iterator[cdk.Stack]:
        """Add those of the sections that are present."""
        if self._environment.inference:
            yield from self._add_endpoints(self._environment.inference)
        if self._environment.optimization:
            yield self._optimization(self._environment.optimization)

    def _add_endpoints(self, settings: InferenceSettings) -> Iterator[cdk.Stack]:
        key = DataKey(self._foundation, "ModelsKey", domain="models", keep=self._environment.keep_data).key
        for endpoint in settings.all_endpoints:
            stack = self._endpoint(endpoint, key)
            yield stack
            if self._environment.optimization:
                self._endpoints.append(
                    endpoint_reference(stack, environment=self._environment, settings=endpoint, data_key=key)
                )
            if endpoint.browser:
                yield self._browser(endpoint, endpoint.browser)

    def _endpoint(self, settings: EndpointSettings, key: kms.IKey) -> InferenceStack:
        network, foundation = self._network.network, self._foundation
        return InferenceStack(
            self._stage,
            f"Inference-{settings.name}",
            environment=self._environment,
            settings=settings,
            vpc=network.vpc,
            subnets=network.subnets.private,
            key=key,
            operations_key=foundation.operations_key.key,
            alarms=foundation.alarms.topic,
            access_logs=foundation.access_logs.bucket,
            image_lock=self._image_lock,
        )

    def _browser(self, endpoint: EndpointSettings, settings: BrowserSettings) -> BrowserStack:
        network, endpoints_group = self._network.network, self._network.endpoints.security_group
        assert self._environment.network  # the environment refuses endpoints without one
        assert endpoints_group  # and a browser in a VPC whose endpoints are not ours
        return BrowserStack(
            self._stage,
            f"Browser-{endpoint.name}",
            environment=self._environment,
            endpoint=endpoint,
            settings=settings,
            vpc=network.vpc,
            subnets=network.subnets.private,
            own=self._environment.network.cidrs,
            endpoints_group=endpoints_group,
            operations_key=self._foundation.operations_key.key,
            alarms=self._foundation.alarms.topic,
            image_lock=self._image_lock,
        )

    def _optimization(self, settings: OptimizationSettings) -> OptimizationStack:
        network, foundation = self._network.network, self._foundation
        return OptimizationStack(
            self._stage,
            "Optimization",
            environment=self._environment,
            settings=settings,
            endpoints=self._endpoints,
            vpc=network.vpc,
            subnets=network.subnets.private,
            operations_key=foundation.operations_key.key,
            alarms=foundation.alarms.topic,
            access_logs=foundation.access_logs.bucket,
            image_lock=self._image_lock,
        )
