"""A prefix of a bucket as a store. S3 decrypts what it hands out, where the role may use the key."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
from boto3.exceptions import Boto3Error
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from .store import CHUNK_BYTES, StoredFile, StoreError

READ_TRIES = 5
"""So often a broken download is taken up again where it broke, without a byte in between."""
_CONFIG = Config(connect_timeout=5, read_timeout=60, retries={"mode": "standard", "total_max_attempts": 10})


def client() -> Any:
    """The client that the container's role gives."""
    return boto3.client("s3", config=_CONFIG)


class S3Store:
    """What lies below one prefix."""

    def __init__(self, s3: Any, *, bucket: str, prefix: str) -> None:
        """
        Args:
            s3: boto3's client.
            prefix: without a slash at its ends; may be empty.
        """
        self._s3, self._bucket = s3, bucket
        self._prefix = f"{prefix}/" if prefix else ""
        self.location = f"s3://{bucket}/{self._prefix}"

    def list(self, prefix: str = "") -> Iterator[StoredFile]:
        """The files whose names begin so, by name."""
        pages = self._s3.get_paginator("list_objects_v2").paginate(Bucket=self._bucket, Prefix=self._prefix + prefix)
        try:
            for page in pages:
                for each in page.get("Contents", []):
                    name = each["Key"][len(self._prefix) :]
                    yield StoredFile(name=name, version=each["ETag"].strip('"'), size=each["Size"])
        except (BotoCoreError, ClientError) as error:
            raise StoreError(f"{self.location}{prefix}: {error}") from error

    def read(self, file: StoredFile) -> Iterator[bytes]:
        """Its content in pieces."""
        done, tries = 0, 0
        while done < file.size:
            before = done
            try:
                answer = self._s3.get_object(
                    Bucket=self._bucket,
                    Key=self._prefix + file.name,
                    IfMatch=f'"{file.version}"',
                    Range=f"bytes={done}-",
                )
                for chunk in answer["Body"].iter_chunks(CHUNK_BYTES):
                    done += len(chunk)
                    yield chunk
            except ClientError as error:
                raise StoreError(f"{self.location}{file.name}: {error}") from error
            except BotoCoreError as error:
                tries = 1 if done > before else tries + 1
                if tries == READ_TRIES:
                    raise StoreError(f"{self.location}{file.name}: {error}") from error

    def write(self, name: str, source: Path) -> None:
        """Store a file of this machine.

        Encrypted with S3's own key: an EAGLE job takes captured data only "unencrypted", and whether that excludes keys
        of KMS on the bucket is not documented.
        """
        try:
            self._s3.upload_file(
                str(source), self._bucket, self._prefix + name, ExtraArgs={"ServerSideEncryption": "AES256"}
            )
        except (BotoCoreError, ClientError, Boto3Error) as error:
            raise StoreError(f"{self.location}{name}: {error}") from error

    def delete(self, name: str) -> None:
        """Remove a file, if it is there."""
        try:
            self._s3.delete_object(Bucket=self._bucket, Key=self._prefix + name)
        except (BotoCoreError, ClientError) as error:
            raise StoreError(f"{self.location}{name}: {error}") from error
