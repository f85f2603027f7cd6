"""Commands around a deployment: `python -m operations --help`."""
