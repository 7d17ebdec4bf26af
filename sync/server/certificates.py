"""The county's own certificate authority, which laptops pin, and the server's certificate.

Both are made in the county's data folder. The authority is for this county alone: no public one
would sign for an address in the government's network, and laptops trust nothing else. Both are
valid from 1950 for ever: a laptop whose clock says 1970 or 2099 must reach the county too, or it
could never learn the time.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

_FROM: Final = datetime(1950, 1, 1, tzinfo=UTC)
_FOR_EVER: Final = datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)
"""RFC 5280, 4.1.2.5: no well-defined expiration."""


@dataclass(frozen=True, slots=True)
class CertificateFiles:
    """Where everything lies; the keys are readable by the county's user alone."""

    folder: Path

    @property
    def authority(self) -> Path:
        """What laptops pin."""
        return self.folder / "ca.pem"

    @property
    def authority_key(self) -> Path:
        """Signs server certificates; the most precious file of the county."""
        return self.folder / "ca.key"

    @property
    def server(self) -> Path:
        """Shown by the server."""
        return self.folder / "server.pem"

    @property
    def server_key(self) -> Path:
        """The server's own."""
        return self.folder / "server.key"


def make_certificates(files: CertificateFiles, hosts: Iterable[str]) -> None:
    """Makes the authority once, and the server's certificate when it is missing or not for all
    of these hosts (names or addresses)."""
    files.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not files.authority.exists():
        _make_authority(files)
    wanted = sorted({*hosts, "localhost", "127.0.0.1", "::1"})
    if not _covers(files.server, wanted):
        _make_server(files, wanted)


def _make_authority(files: CertificateFiles) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = _name("鼓楼 县级证书")
    certificate = (
        _builder(name, name, key.public_key())
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(is_authority=True), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    _keep_key(files.authority_key, key)
    files.authority.write_bytes(certificate.public_bytes(Encoding.PEM))


def _make_server(files: CertificateFiles, hosts: list[str]) -> None:
    authority = x509.load_pem_x509_certificate(files.authority.read_bytes())
    signer = load_pem_private_key(files.authority_key.read_bytes(), password=None)
    if not isinstance(signer, ec.EllipticCurvePrivateKey):
        raise TypeError("the authority's key is not an elliptic curve key")
    key = ec.generate_private_key(ec.SECP256R1())
    certificate = (
        _builder(_name("鼓楼 县服务器"), authority.subject, key.public_key())
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(is_authority=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectAlternativeName([_host(host) for host in hosts]), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False
        )
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(signer, hashes.SHA256())
    )
    _keep_key(files.server_key, key)
    files.server.write_bytes(certificate.public_bytes(Encoding.PEM))


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(_FROM)
        .not_valid_after(_FOR_EVER)
    )


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _usage(*, is_authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not is_authority,
        key_cert_sign=is_authority,
        crl_sign=is_authority,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _host(text: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(text))
    except ValueError:
        return x509.DNSName(text)


def _covers(path: Path, hosts: list[str]) -> bool:
    if not path.exists():
        return False
    certificate = x509.load_pem_x509_certificate(path.read_bytes())
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return all(_host(host) in names for host in hosts)


def _keep_key(path: Path, key: ec.EllipticCurvePrivateKey) -> None:
    path.touch(mode=0o600)
    path.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
