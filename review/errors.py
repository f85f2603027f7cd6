"""The one exception that the command shows to a person."""


class ReviewError(Exception):
    """An input that cannot be reviewed; its text names the file or value and what is expected instead."""
