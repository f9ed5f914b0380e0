"""Who is given a copy: shares of snapshots, images and database snapshots."""

from __future__ import annotations

import enum
from collections.abc import Iterator

from snapguard.estate.entities import Entity
from snapguard.estate.trust import (
    account_id,
    account_of,
    is_own_or_trusted,
    is_trusted_account,
    is_trusted_organization,
)
from snapguard.resources import Resource, Root
from snapguard.settings import Settings
from snapguard.values import ABSENT, Known, Value, text_of, unless_empty, why_unknown


class ReceiverKind(enum.Enum):
    """What kind of receiver a share names; the value is the word for it in messages."""

    ACCOUNT = "account"
    GROUP = "group"
    ORGANIZATION = "organization"
    UNIT = "organizational unit"


class Share(Entity):
    """A copy given to one receiver: `subject` names the copy in a message, `receiver` who gets it.

    `copy` names the copy where it is given by a resource of its own; it is absent where the resource itself is given.
    """

    __slots__ = ("copy", "kind", "receiver", "subject")

    def __init__(
        self,
        resource: Resource,
        subject: str,
        receiver: Value,
        kind: ReceiverKind = ReceiverKind.ACCOUNT,
        copy: Value = ABSENT,
    ) -> None:
        super().__init__(resource)
        self.copy = copy
        self.subject = subject
        self.receiver = receiver
        self.kind = kind

    @property
    def is_public(self) -> bool | None:
        """Whether everyone receives it; None where that can't be told.

        An account that is not known is not taken for everyone, unless that is one of its outcomes.
        """
        answer = self.receiver.verdict(_is_everyone)
        may_be = self.kind is ReceiverKind.GROUP or any(
            candidate.verdict(_is_everyone) for candidate in getattr(self.receiver, "candidates", ())
        )
        return answer if may_be else answer is True

    def is_trusted(self, settings: Settings) -> bool | None:
        """Whether the receiver is trusted; None where it can't be told who that is.

        A group is no account: the only one that there is means everyone (EC2 API: LaunchPermission).
        """
        if self.kind is ReceiverKind.GROUP:
            return self.is_public is False
        if self.kind is ReceiverKind.ACCOUNT:
            return is_trusted_account(self.receiver, settings)
        return is_trusted_organization(self.receiver, settings)

    @property
    def named(self) -> str:
        """The receiver as a message names it: `account 999988887777`, `an account that is not known`."""
        if isinstance(self.receiver, Known):
            return f"{self.kind.value} {text_of(self.receiver.value)}"
        article = "a" if self.kind is ReceiverKind.GROUP else "an"
        return f"{article} {self.kind.value} that is not known{why_unknown(self.receiver)}"


def _is_everyone(content: object) -> bool:
    return content == "all"


class PublicAccessBlock(Entity):
    """The account's block against public copies: `subject` says of what; `state` is how far it goes.

    `hides_existing` says that there is a stricter state than blocking new shares: one that hides public copies too.
    """

    __slots__ = ("hides_existing", "state", "subject")

    def __init__(self, resource: Resource, subject: str, state: Value, *, hides_existing: bool) -> None:
        super().__init__(resource)
        self.subject = subject
        self.state = state
        self.hides_existing = hides_existing

    @property
    def is_off(self) -> bool | None:
        """Whether it blocks nothing."""
        return self.state.verdict(lambda state: state == "unblocked")

    @property
    def leaves_existing(self) -> bool | None:
        """Whether what is public already stays public."""
        return self.hides_existing and self.state.verdict(lambda state: state == "block-new-sharing")


class Export(Entity):
    """A copy written to a bucket: `owner` is the account of the bucket, `key` the key it is written under.

    `source` is the ARN of what is written, which tells the account that it comes from. `default_decides` says that the
    bucket encrypts what names no key of its own.
    """

    __slots__ = ("default_decides", "key", "owner", "source", "subject")

    def __init__(
        self, resource: Resource, subject: str, *, source: Value, owner: Value, key: Value, default_decides: bool
    ) -> None:
        super().__init__(resource)
        self.subject = subject
        self.source = source
        self.owner = unless_empty(owner)
        self.key = unless_empty(key)
        self.default_decides = default_decides

    def strangers(self, root: Root, settings: Settings) -> Iterator[tuple[str, Value, bool]]:
        """The bucket and the key where their account is not trusted; False where it is not known whose they are.

        A key named by its id or alias alone is one of the own account, and the account of the source is the own one.
        """
        home = account_id(account_of(self.source).known_text)
        for what, value in (("bucket", self.owner), ("key", self.key)):
            is_own_name = what == "key" and not (value.known_text or "arn:").startswith("arn:")
            is_home = account_id(account_of(value).known_text) == home != ""
            if not value.is_absent and not is_own_name and not is_home:
                trusted = is_own_or_trusted(value, root, settings)
                if not trusted:
                    yield what, value, trusted is False
