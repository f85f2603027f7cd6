"""Which names say that a secret stands beside them."""

from __future__ import annotations

import re
from itertools import pairwise

_WORD = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+")
# Also at the end of a longer word, as in PGPASSWORD.
_NOUN = re.compile(r".*(?:password|passwd|pwd|passphrase|apikey|secretkey|accesskey)|credential|salt")
_KEYS = set(
    "access account api app application auth bearer encryption fernet hmac jwt license master private salt secret"
    " session signing".split()
)
_VALUE_WORDS = {"value", "string", "text", "plain", "plaintext", "literal", "default", "str"}
# "..._token" that is no secret: idempotency, paging, a tokenizer's vocabulary, a price or a limit per token.
_HARMLESS_TOKEN = re.compile(
    r"client|request|idempotency|next|continuation|marker|csrf|service|task|per|max|min|num|input|output|first|last"
    r"|bos|eos|pad|unk|mask|sep|cls|stop|special|begin|end|start|image|video|audio|draft"
)
# Most "...tokens" are counted; these are handed out.
_TOKENS = {"access", "api", "auth", "bearer", "hf", "refresh"}
# "..._secret" that is the name of one: Kubernetes manifests and charts refer to a Secret so.
_NAMED_SECRET = re.compile(r"existing|pull|tls")
# "..._pass" that is no password.
_HARMLESS_PASS = re.compile(r"by|first|second|third|last|single|multi|one|two|proxy|render|forward|backward|dry|all")
# Secrets in themselves, never the name of one.
_OWN_SECRET = {"app", "client", "hmac", "jwt", "session", "shared", "signing", "webhook"}
_SPOKEN = re.compile(r"(?:password|passwd|pwd|passphrase|pass)$")
_GENERATED = {"auth", "license"}


def words(name: str) -> list[str]:
    """The words of a name in lower case, without those that only say that a value follows.

    `clientSecretValue` and `/app/client-secret` both end in `client`, `secret`.
    """
    found = [word.lower() for word in _WORD.findall(name.rsplit("/", 1)[-1])]
    while len(found) > 1 and found[-1] in _VALUE_WORDS:
        found.pop()
    return found


def says_secret(name: str) -> bool:
    """True for `DB_PASSWORD`, `clientSecret`, `/app/hf-token`, `OPENAI_API_KEY_2`, `API_KEYS`.

    The last word decides: `SecretArn`, `TokenEndpoint`, `PasswordPolicy` and `MaxTokens` name something else.
    """
    found = words(name)
    if not found:
        return False
    before = found[-2] if len(found) > 1 else ""
    if (before, found[-1]) != ("bearer", "token") and ("bearer", "token") in pairwise(found):
        return True  # AWS_BEARER_TOKEN_BEDROCK
    match found[-1]:
        case "key" | "keys":
            return before in _KEYS
        case "token":
            return not _HARMLESS_TOKEN.fullmatch(before) and "per" not in found
        case "tokens":
            return before in _TOKENS
        case "secret":
            return not _NAMED_SECRET.fullmatch(before)
        case "pass":
            return bool(before) and not _HARMLESS_PASS.fullmatch(before)
        case noun:
            return bool(_NOUN.fullmatch(noun.removesuffix("s")) or _NOUN.fullmatch(noun))


def may_say_secret(name: str) -> bool:
    """True for `AUTH` and `LITELLM_LICENSE`: as often a setting or the name of a licence as a secret."""
    found = words(name)
    return bool(found) and found[-1] in _GENERATED and (found[-1] == "auth" or len(found) > 1)


def is_spoken(name: str) -> bool:
    """True for a password, which a person may have chosen: any text may be one, a word or a path too."""
    return bool(_SPOKEN.search("".join(words(name)[-1:]))) or words(name)[-2:] == ["master", "key"]


def may_name_a_secret(name: str) -> bool:
    """True for `DB_SECRET`, which often holds the name of a secret; not for `CLIENT_SECRET`, which is one."""
    found = words(name)
    return found[-1:] == ["secret"] and not set(found[-2:-1]) & _OWN_SECRET


def is_encryption_key(name: str) -> bool:
    """True for `EncryptionKey`, which in CloudFormation is mostly the id of a KMS key."""
    return words(name)[-2:] == ["encryption", "key"]
