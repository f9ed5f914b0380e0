"""Trust in identity providers that serve the whole world: whom a trust statement lets in through one.

Everyone can get a token of a public provider; only a condition on what the token says tells one's own from others.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from snapguard.iam.documents import Condition, Statement, pattern_text
from snapguard.iam.grants import piece_text
from snapguard.iam.patterns import UNKNOWN

# By host: the claims of which one must be asked for. An audience that anyone may ask a token for tells nobody apart
# (documentation of each provider on OpenID Connect with AWS; IAM user guide, "Available keys for AWS OIDC federation").
_BINDING_CLAIMS = {
    "token.actions.githubusercontent.com": ("sub", "repository", "repository_owner", "repository_owner_id"),
    "gitlab.com": ("sub", "namespace_id", "project_id"),
    "app.terraform.io": ("sub",),
    "agent.buildkite.com": ("sub", "organization_slug"),
    "cognito-identity.amazonaws.com": ("aud", "sub"),
    "accounts.google.com": ("aud", "oaud", "sub"),
    "graph.facebook.com": ("app_id", "id"),
    "www.amazon.com": ("app_id", "user_id"),
}

_POSITIVE_OPERATORS = frozenset(("stringequals", "stringequalsignorecase", "stringlike"))


def public_provider(statement: Statement, providers: Mapping[str, str]) -> str:
    """The host of a public provider whose every user a statement lets in; empty where there is none.

    `providers` are the URLs of the providers of the code, by address.
    """
    if not statement.allow or not statement.certain:
        return ""
    for item in statement.principals:
        if item.kind == "Federated":
            named = [pattern_text(item.value, piece_text), *(providers.get(ref.address, "") for ref in item.value.refs)]
            host = _host(named, statement.conditions)
            if host and not any(_binds(condition, host) for condition in statement.conditions):
                return host
    return ""


def _host(names: Sequence[str], conditions: Sequence[Condition]) -> str:
    """The public provider that is named, by its ARN or URL or by the claims that are asked for."""
    for host in _BINDING_CLAIMS:
        if any(name.removeprefix("https://").rpartition(":oidc-provider/")[2].rstrip("/") == host for name in names):
            return host
        if any(condition.key.lower().startswith(f"{host}:") for condition in conditions):
            return host
    return ""


def _binds(condition: Condition, host: str) -> bool:
    """Whether a condition tells one's own tokens from others; a value that is not known is taken for one that does."""
    key = condition.key.lower()
    operator = condition.operator.lower().removeprefix("foranyvalue:")
    if operator not in _POSITIVE_OPERATORS or key not in [f"{host}:{claim}" for claim in _BINDING_CLAIMS[host]]:
        return False
    texts = [pattern_text(value, piece_text) for value in condition.values]
    return all(UNKNOWN in text or _is_specific(text) for text in texts)


def _is_specific(text: str) -> bool:
    """Whether a value names somebody: more than wildcards stands before the first of them (`repo:*` names nobody)."""
    head = text.partition("*")[0]
    return head == text or "/" in head or head.count(":") > 1
