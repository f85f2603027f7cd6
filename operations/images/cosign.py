"""Cosign signatures made with a key pair, in the form that lives beside the image in its registry.

The tag `sha256-<digest>.sig` holds one layer for each signature: a "simple signing" document that names the
image's digest, and in an annotation the signature over that document. Keyless signatures (a certificate from a
transparency service) and signatures stored as OCI referrers are another form and are not looked at.
Source: the cosign signature specification, https://github.com/sigstore/cosign/blob/main/specs/SIGNATURE_SPEC.md
"""

import base64
import binascii
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from pydantic import BaseModel, Field, ValidationError

from operations.errors import OperationError
from operations.images.reference import ImageReference
from operations.images.registry import Registry

PublicKey = ec.EllipticCurvePublicKey | ed25519.Ed25519PublicKey | rsa.RSAPublicKey

MOST_SIGNATURES = 32
"""Signatures looked at for one image: each costs a request, and the registry says how many there are."""


class SignatureError(OperationError):
    """An image is not signed with the key that it must be signed with."""


class _Layer(BaseModel):
    digest: str = Field(pattern=r"^sha256:[0-9a-f]{64}$")
    annotations: dict[str, str] = {}


class _SignatureManifest(BaseModel):
    layers: list[_Layer]


def read_public_key(path: Path) -> PublicKey:
    """A public key as `cosign generate-key-pair` writes it.

    Raises:
        OperationError: not readable, not PEM, or another kind than ECDSA P-256, Ed25519 and RSA.
    """
    try:
        key = load_pem_public_key(path.read_bytes())
    except OSError as error:
        raise OperationError(f"public_key {path}: cannot be read: {error.strerror}") from None
    except Exception:  # cryptography raises several kinds for what is not a key
        raise OperationError(f"public_key {path}: not a public key in PEM form") from None
    if isinstance(key, ec.EllipticCurvePublicKey) and isinstance(key.curve, ec.SECP256R1):
        return key
    if isinstance(key, ed25519.Ed25519PublicKey | rsa.RSAPublicKey):
        return key
    raise OperationError(f"public_key {path}: another kind of key; allowed are ECDSA P-256, Ed25519 and RSA")


def is_signed(registry: Registry, image: ImageReference, digest: str) -> bool:
    """Whether the registry has a signature for the digest; says nothing of whose it is."""
    return registry.has_manifest(_signature_tag(image, digest))


def verify(registry: Registry, image: ImageReference, digest: str, key: PublicKey) -> None:
    """Pass where one signature was made with the key, for this digest.

    Raises:
        SignatureError: there is no signature, or none that fits key and digest.
        RegistryError: the registry cannot be read.
    """
    tag = _signature_tag(image, digest)
    manifest = registry.manifest(tag)
    if manifest is None:
        raise SignatureError(f"{image}: no signature at {tag.repository}:{tag.tag}, and a public_key is given")
    try:
        layers = _SignatureManifest.model_validate_json(manifest.body).layers
    except ValidationError:
        raise SignatureError(f"{image}: {tag.tag} is not a signature manifest") from None
    for layer in layers[:MOST_SIGNATURES]:
        signature = layer.annotations.get("dev.cosignproject.cosign/signature")
        if signature is None:
            continue
        payload = registry.blob(tag, layer.digest)
        if _made_with(key, signature, payload) and _names(payload, digest):
            return
    raise SignatureError(f"{image}: no signature of {digest} was made with the entry's public_key")


def _signature_tag(image: ImageReference, digest: str) -> ImageReference:
    return replace(image, tag=f"{digest.replace(':', '-')}.sig")


def _made_with(key: PublicKey, signature: str, payload: bytes) -> bool:
    try:
        raw = base64.b64decode(signature, validate=True)
        if isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(raw, payload, ec.ECDSA(hashes.SHA256()))
        elif isinstance(key, rsa.RSAPublicKey):
            key.verify(raw, payload, padding.PKCS1v15(), hashes.SHA256())
        else:
            key.verify(raw, payload)
    except (InvalidSignature, binascii.Error):
        return False
    return True


def _names(payload: bytes, digest: str) -> bool:
    """A valid signature of another image must not pass for this one's."""
    try:
        critical: Any = json.loads(payload)["critical"]
        kind, named = critical["type"], critical["image"]["docker-manifest-digest"]
    except (ValueError, KeyError, TypeError):
        return False
    return kind == "cosign container image signature" and named == digest
