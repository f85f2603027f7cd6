"""Which images a model is trained with, and which it is tried on."""

import hashlib
from collections.abc import Mapping


class TrainTestSplit:
    """By a hash of what identifies an image, for each label alike.

    An image stays on its side when others come or go: what a model was trained with never comes to test the next one.
    Only where a side would have none of a label, the image that is nearest to it goes there.
    """

    def __init__(self, labels: Mapping[str, str], *, test_share: float) -> None:
        """
        Args:
            labels: by the image's identity; each label at least twice.
            test_share: 0 to 1.
        """
        self._tests = {identity for identity in labels if _place(identity) < test_share}
        for label in set(labels.values()):
            of_label = sorted((each for each, name in labels.items() if name == label), key=_place)
            if not self._tests & set(of_label):
                self._tests.add(of_label[0])
            elif self._tests.issuperset(of_label):
                self._tests.discard(of_label[-1])

    def is_test(self, identity: str) -> bool:
        """Whether the image is to test with."""
        return identity in self._tests


def _place(identity: str) -> float:
    """Between 0 and 1, evenly."""
    return int.from_bytes(hashlib.sha256(identity.encode()).digest()[:8], "big") / 2**64
