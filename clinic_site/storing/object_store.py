"""Files in an S3-compatible store. Loaded only where OBJECT_STORE_URL names one.

Each request says the SHA-256 of what it brings, so that the store refuses what was changed on its
way. Who acknowledges something to a person reads it back besides.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, NamedTuple

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from django.conf import settings
from django.core.files.base import ContentFile, File
from django.utils.encoding import filepath_to_uri
from storages.backends.s3 import S3Storage

from clinic_site.storing.away import NoAnswer, StoreAway

# A sender waits for this: two tries of a few seconds, then the form says what to do instead.
PATIENCE = {"connect_timeout": 3, "read_timeout": 15, "retries": {"total_max_attempts": 2}}
# Other makers' stores know neither buckets as host names nor Amazon's newer check sums.
PLAIN: dict[str, Any] = {
    "s3": {"addressing_style": "path", "payload_signing_enabled": True},
    "signature_version": "s3v4",
    "request_checksum_calculation": "when_required",
    "response_checksum_validation": "when_required",
}
NOT_THERE = {"404", "NoSuchKey"}
_making = threading.Lock()
_sessions: dict[str, Any] = {}


class Listed(NamedTuple):
    """A file in a listing, by its name in the folder that was asked. `stored` in Unix time."""

    name: str
    size: int
    stored: float


@contextmanager
def in_our_words() -> Iterator[None]:
    """Their errors hold addresses and names of files: ours hold the kind of error alone."""
    try:
        yield
    except ClientError as error:
        code = str(error.response.get("Error", {}).get("Code", ""))
        if code in NOT_THERE:
            raise FileNotFoundError("not in the object store") from None
        raise StoreAway(f"the object store refused ({code})") from None
    except BotoCoreError as error:
        raise NoAnswer(f"the object store does not answer ({type(error).__name__})") from None


class ObjectStore(S3Storage):
    """Django's storage on one bucket, below `location`. Never public: the site hands files out."""

    def __init__(self, **options: Any) -> None:
        config = Config(**PATIENCE, **PLAIN)
        super().__init__(client_config=config, default_acl=None, file_overwrite=True, **options)

    @property
    def connection(self) -> Any:
        with _making:  # one for each thread, as the library wants it
            return super().connection

    def _create_session(self) -> Any:
        """One for all: each would read megabytes of descriptions anew."""
        if self.access_key not in _sessions:
            _sessions[self.access_key] = boto3.Session(
                aws_access_key_id=self.access_key, aws_secret_access_key=self.secret_key
            )
        return _sessions[self.access_key]

    @property
    def client(self) -> Any:
        return self.connection.meta.client

    def key_of(self, name: str) -> dict[str, str]:
        return {"Bucket": self.bucket_name, "Key": self._normalize_name(name)}

    def _save(self, name: str, content: File) -> str:
        kind = self._get_write_parameters(name, content)["ContentType"]
        with in_our_words():
            self.client.put_object(**self.key_of(name), Body=content.read(), ContentType=kind)
        return name

    def _open(self, name: str, mode: str = "rb") -> File:
        return ContentFile(self.bytes_of(name), name)

    def bytes_of(self, name: str) -> bytes:
        with in_our_words():
            return bytes(self.client.get_object(**self.key_of(name))["Body"].read())

    def delete(self, name: str) -> None:
        with in_our_words():
            self.client.delete_object(**self.key_of(name))

    def size(self, name: str) -> int:
        with in_our_words():
            return int(self.client.head_object(**self.key_of(name))["ContentLength"])

    def exists(self, name: str) -> bool:
        try:
            self.size(name)
        except FileNotFoundError:
            return False
        return True

    def get_modified_time(self, name: str) -> datetime:
        with in_our_words():
            found: datetime = self.client.head_object(**self.key_of(name))["LastModified"]
            return found

    def listing(self, folder: str, *, is_deep: bool = False) -> Iterator[Listed]:
        """What lies in a folder, with sizes: a thousand in one question."""
        prefix = self.prefix_of(folder)
        for page in self.pages(prefix, "" if is_deep else "/"):
            for one in page.get("Contents", ()):
                name = str(one["Key"]).removeprefix(prefix)
                yield Listed(name, int(one["Size"]), one["LastModified"].timestamp())

    def folders(self, folder: str = "") -> list[str]:
        """Names of the folders in a folder."""
        prefix = self.prefix_of(folder)
        found = (one for page in self.pages(prefix, "/") for one in page.get("CommonPrefixes", ()))
        return [str(one["Prefix"]).removeprefix(prefix).rstrip("/") for one in found]

    def prefix_of(self, folder: str) -> str:
        return f"{self._normalize_name(folder).rstrip('/')}/"

    def pages(self, prefix: str, delimiter: str) -> Iterator[dict[str, Any]]:
        asked = {"Bucket": self.bucket_name, "Prefix": prefix, "Delimiter": delimiter}
        with in_our_words():
            yield from self.client.get_paginator("list_objects_v2").paginate(**asked)

    def keeps_versions(self) -> bool:
        with in_our_words():
            told = self.client.get_bucket_versioning(Bucket=self.bucket_name)
        return "Status" in told

    def is_open_to_strangers(self, name: str) -> bool:
        """Whether somebody without a key is given this file."""
        try:
            with in_our_words():
                self.unsigned_connection.meta.client.get_object(**self.key_of(name))
        except OSError:
            return False
        return True

    def url(self, name: str, *args: Any, **kwargs: Any) -> str:
        """Of our own site: readers talk to nobody else, and the bucket is closed."""
        return f"{settings.MEDIA_URL}{filepath_to_uri(name)}"
