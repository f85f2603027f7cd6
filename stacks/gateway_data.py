"""What the gateway remembers: keys, teams, budgets, spend and limits."""

from collections.abc import Mapping, Sequence

from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_secretsmanager as secretsmanager
from aws_cdk import aws_sns as sns
from constructs import Construct

from groundwork.environment import Environment
from groundwork.gateway.archive import Archive
from groundwork.gateway.cache import Cache
from groundwork.gateway.data_clients import DataClients
from groundwork.gateway.data_settings import CacheSettings, DatabaseSettings
from groundwork.gateway.database import Database
from groundwork.gateway.keys import GatewayKeys
from groundwork.gateway.provider_secret import provider_secret
from groundwork.network.existing_vpc import ImportedVpc
from groundwork.network.vpc import PlatformVpc
from stacks.platform_stack import PlatformStack


class GatewayDataStack(PlatformStack):
    """PostgreSQL, Valkey, the gateway's two keys, and the security group that opens the stores."""

    clients: DataClients
    database: Database
    cache: Cache
    keys: GatewayKeys
    secrets: Mapping[str, secretsmanager.Secret]
    """Made here, by the name that the environment file gives them."""
    archive: Archive | None = None

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        environment: Environment,
        network: PlatformVpc | ImportedVpc,
        database: DatabaseSettings,
        cache: CacheSettings,
        key: kms.IKey,
        operations_key: kms.IKey,
        alarms: sns.ITopic,
        secrets: Sequence[str] = (),
        archive_days: int | None = None,
        access_logs: s3.IBucket | None = None,
    ) -> None:
        """
        Args:
            key: encrypts the stores and the secrets.
            operations_key: encrypts the database's log.
            secrets: the names of those that are made here, for somebody to put their values in.
            archive_days: for how long a record of each call is kept; None: there is none.
            access_logs: receives a record of each request to the archive.
            alarms: hears when connections or memory run out.
        """
        super().__init__(
            scope,
            construct_id,
            environment=environment,
            stateful=True,
            description="Database, cache and keys of the gateway",
        )
        vpc, subnets, keep = network.vpc, network.subnets, environment.keep_data
        self.clients = DataClients(self, "Clients", vpc=vpc)
        self.keys = GatewayKeys(self, "Keys", key=key, keep=keep)
        self.database = Database(
            self,
            "Database",
            environment=environment.name,
            vpc=vpc,
            subnets=subnets,
            clients=self.clients.group,
            settings=database,
            key=key,
            operations_key=operations_key,
            alarms=alarms,
            keep=keep,
        )
        self.cache = Cache(
            self,
            "Cache",
            environment=environment.name,
            vpc=vpc,
            subnets=subnets,
            clients=self.clients.group,
            settings=cache,
            key=key,
            alarms=alarms,
        )
        self.secrets = {name: provider_secret(self, name, key=key, keep=keep) for name in secrets}
        if archive_days and access_logs:
            self.archive = Archive(
                self,
                "Archive",
                days=archive_days,
                key=key,
                operations_key=operations_key,
                access_logs=access_logs,
                keep=keep,
            )
