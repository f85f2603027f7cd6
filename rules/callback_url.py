"""People come back from logging in over HTTPS: in clear text the authorization code is a login for whoever reads it.

Cognito refuses such an address only when the stack is deployed. The machine of the person who logs in is the exception.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from .finding import Finding
from .intrinsics import items
from .template import Template

RULE = "CallbackIsHttps"

_PLAIN_HTTP = re.compile(r"^http://(?!(?:localhost|127\.0\.0\.1|\[::1\])(?:[:/]|$))", re.IGNORECASE)


def check(template: Template) -> Iterator[Finding]:
    """Findings for the addresses of user pool clients that lead to plain HTTP on another machine."""
    for resource in template.of_type("AWS::Cognito::UserPoolClient"):
        for key in ("CallbackURLs", "LogoutURLs", "DefaultRedirectURI"):
            for index, item in enumerate(items(resource.properties.get(key))):
                for url in template.texts(item):
                    if _PLAIN_HTTP.match(url):
                        yield Finding(
                            rule=RULE,
                            resource=resource.id,
                            path=f"Properties.{key}.{index}",
                            message=f"People are sent to '{url}', which is plain HTTP.",
                            fix="Write https://; only localhost may be plain.",
                        )
