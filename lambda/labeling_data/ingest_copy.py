"""One image of an ingest: read once, looked at, and stored under a name that nothing else has."""

import hashlib
from typing import Any

from labeling_data.image_header import Limits, NotAnImageError, read_header
from labeling_data.ingest_plan import IMAGES, PlannedImage
from labeling_data.names import with_suffix
from labeling_data.objects import ObjectGoneError, Objects, split

_DIGEST = "sha256"
_SUFFIX = 16


def copy(image: PlannedImage, objects: Objects, *, source: str, limits: Limits) -> dict[str, Any]:
    """What has become of it: its `key` with a `reason`, or with its `name`, `sha256`, `width` and `height`.

    It is stored from the bytes that were looked at, and never in place of something else: where a run before has stored
    the same bytes, that is it; where other bytes have the name, it gets a suffix from its content.
    """
    try:
        if image.reason:
            raise NotAnImageError(image.reason)
        data = objects.read(f"s3://{split(source)[0]}/{image.key}", etag=image.etag)
        header = read_header(data)
        if refusal := limits.refusal(header):
            raise NotAnImageError(refusal)
    except ObjectGoneError:
        return {"key": image.key, "reason": "it was changed or removed while it was being copied"}
    except NotAnImageError as error:
        return {"key": image.key, "reason": str(error)}
    digest = hashlib.sha256(data).hexdigest()
    for name in (image.name, with_suffix(image.name, digest[:_SUFFIX])):
        key, metadata = IMAGES + name, {_DIGEST: digest}
        new = objects.put_new(key, data, content_type=header.content_type, metadata=metadata)
        if new or objects.metadata(key).get(_DIGEST) == digest:
            return {
                "key": image.key,
                "name": name,
                _DIGEST: digest,
                "width": header.width,
                "height": header.height,
            }
    return {"key": image.key, "reason": f"both its names in {IMAGES} are taken by other objects"}
