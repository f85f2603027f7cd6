"""HTML and SVG as trees: what goes in is text, and comes out escaped."""

from collections.abc import Iterable
from xml.etree.ElementTree import Element, tostring

Child = Element | str | None


def element(tag: str, *children: Child, **attributes: object) -> Element:
    """One element; `class_` is its class, and `_` in a name stands for a hyphen."""
    named = {name.rstrip("_").replace("_", "-"): str(value) for name, value in attributes.items() if value is not None}
    found = Element(tag, named)
    append(found, children)
    return found


def append(parent: Element, children: Iterable[Child]) -> None:
    """Put elements and text at the end."""
    for child in children:
        if isinstance(child, str):
            if len(parent):
                parent[-1].tail = (parent[-1].tail or "") + child
            else:
                parent.text = (parent.text or "") + child
        elif child is not None:
            parent.append(child)


def html(root: Element) -> str:
    """The document."""
    return "<!doctype html>\n" + tostring(root, encoding="unicode", method="html") + "\n"
