"""AWS::CloudFront::VpcOrigin: the engine has the API, but no template type."""

from collections.abc import Mapping
from importlib import import_module
from typing import Any
from xml.etree.ElementTree import Element, SubElement, tostring

from operations.local.engine.patches.support import SCRATCH_ACCOUNT, SCRATCH_STACK, Created, expect, handlers

TYPE = "AWS::CloudFront::VpcOrigin"
_NAMESPACE = "http://cloudfront.amazonaws.com/doc/2020-05-31/"


def apply() -> None:
    """Create, update and delete through the engine's own API, which checks the endpoint and refuses what is in use."""
    cloudfront: Any = import_module("ministack.services.cloudfront")

    def answered(response: tuple[int, dict[str, str], bytes]) -> None:
        status, _, body = response
        if status >= 400:
            raise ValueError(cloudfront.fromstring(body).findtext(".//{*}Message"))

    def created(origin_id: str) -> Created:
        origin = cloudfront._vpc_origins[origin_id]
        names = ("Id", "Arn", "AccountId", "Status", "CreatedTime", "LastModifiedTime")
        return origin_id, {name: origin[name] for name in names}

    def create(_logical_id: str, properties: dict[str, Any], _stack: str) -> Created:
        before = set(cloudfront._vpc_origins)
        request = Element("CreateVpcOriginRequest", xmlns=_NAMESPACE)
        _endpoint(SubElement(request, "VpcOriginEndpointConfig"), properties["VpcOriginEndpointConfig"])
        answered(cloudfront._create_vpc_origin(tostring(request)))
        return created((set(cloudfront._vpc_origins) - before).pop())

    def update(origin_id: str, _old: dict[str, Any], new: dict[str, Any], _stack: str) -> Created:
        endpoint = Element("VpcOriginEndpointConfig", xmlns=_NAMESPACE)
        _endpoint(endpoint, new["VpcOriginEndpointConfig"])
        answered(cloudfront._update_vpc_origin(origin_id, current(origin_id), tostring(endpoint)))
        return created(origin_id)

    def delete(origin_id: str, _properties: dict[str, Any]) -> None:
        if origin_id in cloudfront._vpc_origins:
            answered(cloudfront._delete_vpc_origin(origin_id, current(origin_id)))

    def current(origin_id: str) -> dict[str, str]:
        return {"if-match": cloudfront._vpc_origin_etag(cloudfront._vpc_origins[origin_id]["Version"])}

    handlers()[TYPE] = {"create": create, "update": update, "delete": delete}


def _endpoint(element: Element, properties: Mapping[str, Any]) -> None:
    SubElement(element, "Name").text = properties["Name"]
    SubElement(element, "Arn").text = properties["Arn"]
    # The defaults are those of the template's type; the API wants all of them.
    SubElement(element, "HTTPPort").text = str(properties.get("HTTPPort", 80))
    SubElement(element, "HTTPSPort").text = str(properties.get("HTTPSPort", 443))
    SubElement(element, "OriginProtocolPolicy").text = properties.get("OriginProtocolPolicy", "match-viewer")
    if protocols := properties.get("OriginSSLProtocols"):
        listed = SubElement(element, "OriginSslProtocols")
        SubElement(listed, "Quantity").text = str(len(protocols))
        items = SubElement(listed, "Items")
        for protocol in protocols:
            SubElement(items, "SslProtocol").text = protocol


def check() -> None:
    """It exists in the service, is changed in place and deleted; an endpoint that is not there is refused."""
    origins: Any = import_module("ministack.services.cloudfront")._vpc_origins
    origin, balancer = handlers()[TYPE], handlers()["AWS::ElasticLoadBalancingV2::LoadBalancer"]
    arn, _ = balancer["create"]("Balancer", {"Name": SCRATCH_STACK}, SCRATCH_STACK)
    endpoint = {"Name": "first", "Arn": arn, "OriginProtocolPolicy": "https-only", "OriginSSLProtocols": ["TLSv1.2"]}
    origin_id, attributes = origin["create"]("Origin", {"VpcOriginEndpointConfig": endpoint}, SCRATCH_STACK)
    renamed = {"VpcOriginEndpointConfig": {**endpoint, "Name": "second"}}
    same, _ = origin["update"](origin_id, {}, renamed, SCRATCH_STACK)
    name = origins[origin_id]["VpcOriginEndpointConfig"]["Name"]
    origin["delete"](origin_id, {})
    balancer["delete"](arn, {})
    expect(attributes["Id"] == origin_id == same and SCRATCH_ACCOUNT in attributes["Arn"], f"it is {attributes}")
    expect(name == "second" and not list(origins), "an update or a delete does not reach the service")
    try:
        origin["create"]("Origin", {"VpcOriginEndpointConfig": endpoint}, SCRATCH_STACK)
    except ValueError as refused:
        expect("LoadBalancerNotFound" in str(refused), f"the reason is {refused}")
    else:
        raise ValueError("a load balancer that is gone is accepted")
