"""Waits for what controllers in the cluster have made in AWS for the web page: with them goes who takes it away."""

from collections.abc import Iterator, Sequence
from typing import Any

from botocore.exceptions import ClientError

from space_removal.kubernetes import Kubernetes, is_leaving, name_of, names_of

NAMESPACE = "jupyter-k8s-system"
INGRESS = "traefik-alb"
"""Of the add-on: https://github.com/jupyter-infra/jupyter-k8s-aws, charts/aws-hyperpod/templates/traefik/ingress.yaml.
AWS Load Balancer Controller holds it by a finalizer until its load balancer, target groups and security groups are
gone (pkg/ingress/finalizer.go of https://github.com/kubernetes-sigs/aws-load-balancer-controller; read 2026-11-23)."""


def end_ingress(kubernetes: Kubernetes) -> str:
    """Ask the Ingress of the web page to go, and say what is still there.

    Raises:
        ApiServerError: the API server refuses or does not answer.
    """
    ingresses = kubernetes.ingresses(NAMESPACE)
    for ingress in ingresses:
        if name_of(ingress) == INGRESS and not is_leaving(ingress):
            kubernetes.delete_ingress(NAMESPACE, INGRESS)
    return f"Ingress {names_of(ingresses)} of namespace {NAMESPACE}" if ingresses else ""


def records_left(route53: Any, *, zones: Sequence[str], owner: str) -> str:
    """The records that the cluster's ExternalDNS still has. It notes beside each that it is its own:
    https://kubernetes-sigs.github.io/external-dns/v0.23.0/docs/registry/txt/ (read 2026-11-23).

    Args:
        zones: ids of hosted zones.
        owner: what ExternalDNS is told to call itself (`txtOwnerId`).

    Raises:
        ClientError, BotoCoreError: Route 53 refuses or does not answer.
    """
    found = [{"metadata": {"name": name}} for zone in zones for name in _notes(route53, zone, owner)]
    return f"records of ExternalDNS {names_of(found)}" if found else ""


def _notes(route53: Any, zone: str, owner: str) -> Iterator[str]:
    try:
        for page in route53.get_paginator("list_resource_record_sets").paginate(HostedZoneId=zone):
            for record in page["ResourceRecordSets"]:
                values = [each["Value"] for each in record.get("ResourceRecords", ())]
                if record["Type"] == "TXT" and any(_says(value, owner) for value in values):
                    yield record["Name"].rstrip(".")
    except ClientError as error:
        if error.response["Error"]["Code"] != "NoSuchHostedZone":
            raise


def _says(value: str, owner: str) -> bool:
    """Such as `"heritage=external-dns,external-dns/owner=prod,external-dns/resource=ingress/a/b"`, with its quotes."""
    return {"heritage=external-dns", f"external-dns/owner={owner}"} <= set(value.strip('"').split(","))
