"""A cluster on loopback with Spaces: its API server, its rights, the add-on's web hook and controller, the driver for
volumes and the controller for load balancers, as much as ending Spaces needs.
"""

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ssl import SSLContext
from typing import Any
from urllib.parse import parse_qs, urlsplit

from groundwork.spaces.names import SPACES_ADMINISTRATORS
from groundwork.spaces.removal_access import GROUP, cluster_rights, namespace_rights

TEAM, OTHER, SYSTEM = "spaces-research", "spaces-other", "jupyter-k8s-system"
TOKEN = "k8s-aws-v1.test"
PAGE = 2
"""Entries of one answer, whatever is asked for: every list has to be read to its end."""
DRIVER_STEPS = 5
"""Of time, until a volume that is released is detached and, unless it is kept, deleted."""
Object = dict[str, Any]
Key = tuple[str, str, str]
"""Resource, namespace or nothing, name."""


@dataclass
class FakeCluster:
    """What is in the cluster, and what it was asked for."""

    objects: dict[Key, Object] = field(default_factory=dict)
    rights: list[Object] = field(default_factory=lambda: [*namespace_rights(TEAM), *cluster_rights(web_ui=True)])
    """As they are applied."""
    groups: list[str] = field(default_factory=lambda: [GROUP, SPACES_ADMINISTRATORS])
    """Of who calls."""
    kinds_are_gone: bool = False
    """Whether the definitions of the add-on's kinds have been deleted."""
    controller: bool = True
    """Whether the add-on runs."""
    driver: bool = True
    """Whether the driver for volumes runs."""
    balancer_controller: bool = True
    """Whether the controller for load balancers runs."""
    failures: dict[int, int] = field(default_factory=dict)
    """The status to answer a call with instead, by the number of the call."""
    calls: list[str] = field(default_factory=list)

    def add_space(self, name: str, *, namespace: str = TEAM, volume: bool = True, owned: bool = True) -> None:
        spec = {"ownershipType": "OwnerOnly" if owned else "Public"}
        annotations = {"workspace.jupyter.org/created-by": f"session-{name}"}
        self._put("workspaces", namespace, name, spec=spec, metadata={"annotations": annotations})
        claim = f"workspace-{name}-pvc"
        owner = {"kind": "Workspace", "name": name}
        spec = {"volumeName": f"pv-{name}"} if volume else {}
        self._put("persistentvolumeclaims", namespace, claim, spec=spec, metadata={"ownerReferences": [owner]})
        if volume:
            self.add_volume(f"pv-{name}", namespace, claim)
            source = {"persistentVolumeName": f"pv-{name}"}
            self._put("volumeattachments", "", f"csi-{name}", spec={"source": source})

    def add_volume(self, name: str, namespace: str, claim: str) -> None:
        spec = {
            "persistentVolumeReclaimPolicy": "Delete",
            "claimRef": {"namespace": namespace, "name": claim},
        }
        self._put("persistentvolumes", "", name, spec=spec, status={"phase": "Bound"})

    def add_template(self, name: str, labels: Mapping[str, str], *, namespace: str = TEAM) -> None:
        self._put("workspacetemplates", namespace, name, metadata={"labels": dict(labels)})

    def add_ingress(self, name: str) -> None:
        metadata = {"finalizers": ["ingress.k8s.aws/resources"]}
        self._put("ingresses", SYSTEM, name, metadata=metadata)

    def names(self, resource: str, namespace: str = "") -> set[str]:
        return {name for kind, where, name in self.objects if (kind, where) == (resource, namespace)}

    def volume(self, name: str) -> Object:
        return self.objects["persistentvolumes", "", name]

    def pass_time(self) -> None:
        """One step of the controller and of the driver."""
        for resource, namespace, name in list(self.objects):
            if (resource, namespace, name) not in self.objects:
                continue
            found = self.objects[resource, namespace, name]
            leaving = "deletionTimestamp" in found["metadata"]
            if resource == "workspaces" and self.controller and leaving:
                self._end(namespace, name)
            elif resource == "ingresses" and self.balancer_controller and leaving:
                del self.objects[resource, namespace, name]
            elif resource == "persistentvolumes" and self.driver and found["status"]["phase"] == "Released":
                found["status"]["steps"] = found["status"].get("steps", 0) + 1
                if found["status"]["steps"] == DRIVER_STEPS:
                    self._detach(name, found)

    def _end(self, namespace: str, name: str) -> None:
        key = ("persistentvolumeclaims", namespace, f"workspace-{name}-pvc")
        if key not in self.objects:
            del self.objects["workspaces", namespace, name]
        elif "deletionTimestamp" not in self.objects[key]["metadata"]:
            self.objects[key]["metadata"]["deletionTimestamp"] = "now"
        else:
            claim = self.objects.pop(key)
            if volume := claim["spec"].get("volumeName"):
                self.volume(volume)["status"]["phase"] = "Released"

    def _detach(self, name: str, volume: Object) -> None:
        del self.objects["volumeattachments", "", name.replace("pv-", "csi-")]
        if volume["spec"]["persistentVolumeReclaimPolicy"] == "Delete":
            del self.objects["persistentvolumes", "", name]

    def _put(self, resource: str, namespace: str, name: str, *, metadata: Object | None = None, **parts: Any) -> None:
        self.objects[resource, namespace, name] = {"metadata": {**(metadata or {}), "name": name}, **parts}

    def answer(self, method: str, path: str, query: dict[str, str], body: Object | None) -> tuple[int, Object]:
        """A call, as the API server decides it: rights, web hook, then the object."""
        group, namespace, resource, name = _parts(path)
        verb = {"GET": "list", "DELETE": "delete", "PATCH": "patch"}[method]
        self.calls.append(f"{verb} {resource} {name}".strip())
        if status := self.failures.pop(len(self.calls), 0):
            return _status(status, "the server is busy")
        if not self._may(verb, group, resource, namespace, name):
            return _status(403, f"cannot {verb} resource {resource} in API group {group!r} in namespace {namespace!r}")
        if group == "workspace.jupyter.org" and self.kinds_are_gone:
            return _status(404, "the server could not find the requested resource")
        if verb == "list":
            return 200, self._listed(resource, namespace, query)
        found = self.objects.get((resource, namespace, name))
        if found is None:
            return _status(404, f"{resource} {name!r} not found")
        if verb == "patch":
            _merge(found, body or {})
        elif resource == "workspaces":
            return self._delete_space(found)
        elif found["metadata"].get("finalizers"):
            found["metadata"]["deletionTimestamp"] = "now"
        else:
            del self.objects[resource, namespace, name]
        return 200, found

    def _delete_space(self, found: Object) -> tuple[int, Object]:
        if not self.controller:
            return _status(500, 'failed calling webhook "vworkspace-v1alpha1.kb.io": connection refused')
        if found["spec"]["ownershipType"] == "OwnerOnly" and SPACES_ADMINISTRATORS not in self.groups:
            return _status(403, "access denied: only workspace owner can modify OwnerOnly workspaces")
        found["metadata"]["deletionTimestamp"] = "now"
        return 200, found

    def _listed(self, resource: str, namespace: str, query: dict[str, str]) -> Object:
        key, _, value = query.get("labelSelector", "").partition("=")
        items = [
            found
            for (kind, where, _), found in self.objects.items()
            if (kind, where) == (resource, namespace)
            and (not key or (key in (labels := found["metadata"].get("labels", {})) and value in ("", labels[key])))
        ]
        start = int(query.get("continue", "0"))
        more = {"continue": str(start + PAGE)} if start + PAGE < len(items) else {}
        return {"items": items[start : start + PAGE], "metadata": more}

    def _may(self, verb: str, group: str, resource: str, namespace: str, name: str) -> bool:
        bound = {
            (each["roleRef"]["kind"], each["roleRef"]["name"], each["metadata"].get("namespace", ""))
            for each in self.rights
            if each["kind"].endswith("Binding") and {s["name"] for s in each["subjects"]} & {*self.groups}
        }
        return any(
            group in rule["apiGroups"]
            and resource in rule["resources"]
            and verb in rule["verbs"]
            and name in rule.get("resourceNames", [name])
            for each in self.rights
            if (each["kind"], each["metadata"]["name"], each["metadata"].get("namespace", "")) in bound
            and each["metadata"].get("namespace", "") in ("", namespace)
            for rule in each["rules"]
        )


def _parts(path: str) -> tuple[str, str, str, str]:
    """Group, namespace, resource and name of what is called."""
    parts = path.strip("/").split("/")
    group, rest = (parts[1], parts[3:]) if parts[0] == "apis" else ("", parts[2:])
    namespace, rest = (rest[1], rest[2:]) if rest[0] == "namespaces" else ("", rest)
    return group, namespace, rest[0], rest[1] if len(rest) > 1 else ""


def _status(code: int, message: str) -> tuple[int, Object]:
    return code, {"kind": "Status", "message": message}


def _merge(target: Object, patch: Object) -> None:
    """A JSON merge patch (RFC 7386)."""
    for key, value in patch.items():
        if isinstance(value, dict):
            _merge(target.setdefault(key, {}), value)
        else:
            target[key] = value


@contextmanager
def serving(cluster: FakeCluster, *, tls: SSLContext | None = None) -> Iterator[str]:
    """The address of its API server."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.decide()

        def do_DELETE(self) -> None:
            self.decide()

        def do_PATCH(self) -> None:
            assert self.headers["content-type"] == "application/merge-patch+json"
            self.decide(json.loads(self.rfile.read(int(self.headers["content-length"]))))

        def decide(self, body: Object | None = None) -> None:
            url = urlsplit(self.path)
            query = {key: value[0] for key, value in parse_qs(url.query).items()}
            known = self.headers["authorization"] == f"Bearer {TOKEN}"
            status, content = (
                cluster.answer(self.command, url.path, query, body) if known else _status(401, "Unauthorized")
            )
            text = json.dumps(content).encode()
            self.send_response(status)
            self.send_header("content-length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, format: str, *args: Any) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    if tls:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield f"{'https' if tls else 'http'}://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join(timeout=5)
