"""What a removal ends with when something stays."""


class LeftError(Exception):
    """There is still something; the text says what and why, in the error of the deployment."""
