"""The one exception that the commands show to a person."""


class OperationError(Exception):
    """A refusal or failure whose text alone tells a person what is wrong and what is allowed.

    The text names the field or file, the value found and what would be accepted. `operations.__main__`
    catches it once and prints it without a stack trace, with exit code 1. It never carries a secret.
    """
