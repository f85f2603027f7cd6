"""One deployable unit per file, and the stage that wires them."""
