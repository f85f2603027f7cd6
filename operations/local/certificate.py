"""A certificate for 127.0.0.1 that only this engine's clients trust."""

import datetime
import ipaddress
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

_VALID_FOR = datetime.timedelta(days=30)
# A clock that was just set back must not make a fresh certificate "not yet valid".
_CLOCK_SKEW = datetime.timedelta(hours=1)


def write_certificate(*, certificate: Path, key: Path) -> None:
    """Write a new issuer and server certificate, valid 30 days; the issuer's key is never written.

    Clients get the issuer to trust: a server certificate that signs itself is refused by strict verifiers
    (Python 3.13 and newer).
    """
    now = datetime.datetime.now(datetime.UTC)
    issuer_key, server_key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    issuer_name = _name("Embedded AWS engine issuer")
    issuer_id = x509.SubjectKeyIdentifier.from_public_key(issuer_key.public_key())

    def signed(builder: x509.CertificateBuilder) -> x509.Certificate:
        return (
            builder.issuer_name(issuer_name)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - _CLOCK_SKEW)
            .not_valid_after(now + _VALID_FOR)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(issuer_id), critical=False)
            .sign(issuer_key, hashes.SHA256())
        )

    issuer = signed(
        x509.CertificateBuilder()
        .subject_name(issuer_name)
        .public_key(issuer_key.public_key())
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(certificates=True), critical=True)
        .add_extension(issuer_id, critical=False)
    )
    server = signed(
        x509.CertificateBuilder()
        .subject_name(_name("127.0.0.1"))
        .public_key(server_key.public_key())
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(server_key.public_key()), critical=False)
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1")), x509.DNSName("localhost")]),
            critical=False,
        )
    )
    certificate.write_bytes(b"".join(item.public_bytes(serialization.Encoding.PEM) for item in (server, issuer)))
    key.touch(mode=0o600)
    key.chmod(0o600)
    key.write_bytes(
        server_key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )


def _name(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


def _usage(*, certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=certificates,
        crl_sign=certificates,
        encipher_only=False,
        decipher_only=False,
    )
