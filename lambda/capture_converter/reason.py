"""Why a captured line gives no training example."""

from enum import Enum


class Reason(str, Enum):  # noqa: UP042 - processing images still have Python 3.10
    """The values stand in the report."""

    LINE_TOO_LONG = "line_too_long"
    NOT_JSON = "not_json"
    NOT_A_CAPTURE = "not_a_capture"
    NO_REQUEST = "no_request"
    NO_ANSWER = "no_answer"
    UNKNOWN_ENCODING = "unknown_encoding"
    UNDECODABLE = "undecodable"
    REQUEST_NOT_JSON = "request_not_json"
    ANSWER_NOT_JSON = "answer_not_json"
    OTHER_FORMAT = "other_format"
    ERROR_ANSWER = "error_answer"
    STREAMED = "streamed"
    INCOMPLETE = "incomplete"
    NOT_TEXT = "not_text"
    TOOL_CALLS = "tool_calls"
    EMPTY = "empty"
    DUPLICATE = "duplicate"


class Dropped(Exception):  # noqa: N818 - no error: most data has such lines
    """A line gives no example."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.value)
        self.reason = reason
