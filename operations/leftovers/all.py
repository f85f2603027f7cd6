"""All looks, in the order in which they are taken."""

from operations.leftovers import logs, network, storage, tagged

LOOKS = (*network.LOOKS, *storage.LOOKS, *logs.LOOKS, *tagged.LOOKS)
