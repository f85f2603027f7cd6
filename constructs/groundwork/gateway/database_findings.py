"""What the checks say of the gateway's database, and why it stands."""

from constructs import Construct

from groundwork.acknowledge import acknowledge


def acknowledge_database(database: Construct, *, keep: bool) -> None:
    """For a cluster, or an instance of its own: what can be protected from deletion.

    Args:
        keep: whether it is.
    """
    if not keep:
        acknowledge(
            database,
            "AwsSolutions::AwsSolutions-RDS10",
            "NIST.800.53.R5::NIST.800.53.R5-RDSInstanceDeletionProtectionEnabled",
            "HIPAA.Security::HIPAA.Security-RDSInstanceDeletionProtectionEnabled",
            reason="The environment file says that data is not kept (keep_data: false); production cannot say so.",
        )


def acknowledge_backup(instance: Construct) -> None:
    """For an instance, of a cluster or of its own."""
    acknowledge(
        instance,
        "NIST.800.53.R5::NIST.800.53.R5-RDSInBackupPlan",
        "HIPAA.Security::HIPAA.Security-RDSInBackupPlan",
        reason="The backup plan selects by tag, which this check does not see; and the engine's own backups reach back "
        "to any second of the days that the environment file asks for.",
    )


def acknowledge_instance(instance: Construct, *, multi_az: bool) -> None:
    """For an instance of its own, in addition.

    Args:
        multi_az: whether it has a standby.
    """
    acknowledge_backup(instance)
    acknowledge(
        instance,
        "NIST.800.53.R5::NIST.800.53.R5-RDSLoggingEnabled[LogExport::upgrade]",
        "HIPAA.Security::HIPAA.Security-RDSLoggingEnabled[LogExport::upgrade]",
        "PCI.DSS.321::PCI.DSS.321-RDSLoggingEnabled[LogExport::upgrade]",
        reason="RDS would make the group of this log itself, without encryption and for ever. Only an upgrade of the "
        "major version writes it, and RDS shows it then among the instance's logs.",
    )
    if not multi_az:
        acknowledge(
            instance,
            "AwsSolutions::AwsSolutions-RDS3",
            "NIST.800.53.R5::NIST.800.53.R5-RDSMultiAZSupport",
            "HIPAA.Security::HIPAA.Security-RDSMultiAZSupport",
            reason="The environment file asks for one copy (multi_az: false); its backups come back in any zone.",
        )
