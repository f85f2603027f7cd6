"""Pictures of boxes and arrows as SVG: layered from left to right, without a library in the page."""
