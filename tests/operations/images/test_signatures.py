"""With a public key nothing unsigned gets into the lock; without one nothing is called verified."""

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat


def ecdsa():
    key = ec.generate_private_key(ec.SECP256R1())
    return key, lambda payload: key.sign(payload, ec.ECDSA(hashes.SHA256()))


def edwards():
    key = ed25519.Ed25519PrivateKey.generate()
    return key, key.sign


def rsa_2048():
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return key, lambda payload: key.sign(payload, padding.PKCS1v15(), hashes.SHA256())


def publish(path, key):
    path.write_bytes(key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))


@pytest.fixture
def digest(oci):
    return oci.push("team/app", "v1", "one")


@pytest.fixture
def keyed(oci, lock_file, entry_text):
    return lock_file("images:\n" + entry_text(f"{oci.host}/team/app:v1", public_key="app.pub"))


@pytest.fixture
def signer(keyed):
    key, sign = ecdsa()
    publish(keyed.parent / "app.pub", key)
    return sign


@pytest.mark.parametrize("make", [ecdsa, edwards, rsa_2048])
def test_a_signature_made_with_the_key_is_verified(oci, keyed, renew, digest, make):
    key, sign = make()
    publish(keyed.parent / "app.pub", key)
    oci.sign("team/app", digest, sign)
    outcome = renew(keyed)
    assert outcome.error is None
    assert (outcome.after.digest, outcome.after.signature) == (digest, "verified")


def test_a_missing_signature_is_refused(keyed, renew, digest, signer):
    outcome = renew(keyed)
    assert "no signature at" in outcome.error
    assert outcome.after.digest is None


def test_a_signature_made_with_another_key_is_refused(oci, keyed, renew, digest, signer):
    oci.sign("team/app", digest, ecdsa()[1])
    assert "was made with the entry's public_key" in renew(keyed).error


def test_a_good_signature_of_another_image_is_refused(oci, keyed, renew, digest, signer):
    oci.sign("team/app", digest, signer, names=f"sha256:{'0' * 64}")
    assert "was made with the entry's public_key" in renew(keyed).error


def test_a_signature_of_another_kind_of_document_is_refused(oci, keyed, renew, digest, signer):
    oci.sign("team/app", digest, signer, kind="something else")
    assert "was made with the entry's public_key" in renew(keyed).error


def test_a_payload_other_than_its_digest_is_refused(oci, keyed, renew, digest, signer):
    payload = oci.sign("team/app", digest, signer)
    oci.blobs[payload] += b" "
    assert "has other bytes" in renew(keyed).error


def test_bytes_that_are_no_signature_are_refused(oci, keyed, renew, digest, signer):
    oci.sign("team/app", digest, lambda payload: b"not a signature")
    assert "was made with the entry's public_key" in renew(keyed).error


def test_a_digest_verified_before_stays_as_it_was_when_its_signature_is_gone(oci, lock_file, entry_text, renew, digest):
    path = lock_file(
        "images:\n" + entry_text(f"{oci.host}/team/app:v1", digest, signature="verified", public_key="app.pub")
    )
    publish(path.parent / "app.pub", ecdsa()[0])
    outcome = renew(path)
    assert outcome.status == "failed"
    assert outcome.after == outcome.before


def test_without_a_key_a_signature_is_noted_and_not_called_verified(oci, lock_file, entry_text, renew, digest):
    path = lock_file("images:\n" + entry_text(f"{oci.host}/team/app:v1"))
    assert renew(path).after.signature == "none"
    oci.sign("team/app", digest, ecdsa()[1])
    assert renew(path).after.signature == "unverified"


def test_a_signature_that_has_vanished_is_told_and_not_called_a_confirmation(oci, lock_file, entry_text, renew, digest):
    path = lock_file("images:\n" + entry_text(f"{oci.host}/team/app:v1", digest, signature="unverified"))
    outcome = renew(path)
    assert (outcome.status, outcome.lost_signature, outcome.after.signature) == ("unsigned", True, "none")
    oci.push("team/app", "v1", "other bytes")
    moved = renew(path, accept_moved=True)
    assert (moved.status, moved.lost_signature) == ("moved", True)
    oci.sign("team/app", digest, ecdsa()[1])
    oci.push("team/app", "v1", "one")
    kept = renew(path)
    assert (kept.status, kept.lost_signature) == ("confirmed", False)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "cannot be read"),
        (b"-----BEGIN PUBLIC KEY-----\nnonsense\n-----END PUBLIC KEY-----\n", "not a public key in PEM form"),
        (
            ec.generate_private_key(ec.SECP384R1())
            .public_key()
            .public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo),
            "allowed are ECDSA P-256, Ed25519 and RSA",
        ),
    ],
)
def test_a_public_key_that_cannot_be_used_is_named(keyed, renew, digest, content, message):
    if content is not None:
        (keyed.parent / "app.pub").write_bytes(content)
    error = renew(keyed).error
    assert message in error
    assert "app.pub" in error
