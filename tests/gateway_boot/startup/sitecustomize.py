"""Python reads this at the start of each process that has this folder in PYTHONPATH."""

import gc

# LiteLLM's imports make millions of objects that stay: looking through them again and again is a third of a start.
gc.set_threshold(200_000, 20, 100)
