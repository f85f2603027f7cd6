"""The exceptions that the commands show to a person."""


class PromotionError(Exception):
    """A refusal or failure whose text alone says what is wrong, where, and what is allowed. It carries no secret."""


class GateClosedError(PromotionError):
    """Nothing was wrong with the question: the answer is that the promotion stops here."""
