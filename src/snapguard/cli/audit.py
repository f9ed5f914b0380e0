"""`snapguard audit`: the entitlement review."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import click

from snapguard.audit import lock as locks
from snapguard.audit import renewal
from snapguard.audit.changes import Change, Standing, changes, is_growth, shown_changes
from snapguard.audit.entries import Key
from snapguard.audit.lock import LOCK_NAME, Lock, LockedPrincipal, LockError
from snapguard.audit.review import Review, review
from snapguard.cli import HELP_OPTIONS
from snapguard.cli.options import Inputs, input_options, tell_incomplete
from snapguard.source import display_path

FORMATS = ("text", "csv", "json", "markdown", "html")
COMPARISON_FORMATS = ("text", "json", "markdown")


class _Question(NamedTuple):
    """How the review is to be shown."""

    format: str
    shows_all: bool
    shows_statements: bool
    shows_unknown: bool
    has_colour: bool


@click.command(name="audit", context_settings=HELP_OPTIONS)
@input_options
@click.option("--format", type=click.Choice(FORMATS), default="text", show_default=True, help="How to report.")
@click.option("--output", type=click.Path(dir_okay=False), help="Write the report to a file.")
@click.option("--all", "shows_all", is_flag=True, help="Also list principals that have none of the rights.")
@click.option("--statements", "shows_statements", is_flag=True, help="Show the statements behind each right.")
@click.option("--write-lock", "writes_lock", is_flag=True, help=f"Write who may do what to {LOCK_NAME}.")
@click.option(
    "--check-lock", "checks_lock", is_flag=True, help="Fail on rights that the lock lacks, and on reviews due."
)
@click.option(
    "--lock", "lock_path", type=click.Path(dir_okay=False), help=f"The lock; default {LOCK_NAME} of the project."
)
@click.option("--approved-by", metavar="NAME", help="With --write-lock: NAME approves all that is reviewed.")
@click.option(
    "--review-within",
    type=click.IntRange(1, 3650),
    metavar="DAYS",
    default=renewal.REVIEW_DAYS,
    show_default=True,
    help="With --write-lock: when what is new or approved is to be reviewed again.",
)
@click.option(
    "--since",
    type=click.Path(exists=True, dir_okay=False),
    metavar="FILE",
    help="Show what changed since a lock or an earlier report in JSON, and fail where somebody gains a right.",
)
@click.option("--show-unknown", is_flag=True, help="With --since or --check-lock: also what the code can't tell.")
@click.option("--exit-zero", is_flag=True, help="Exit with 0 even where something is amiss.")
@click.pass_context
def command(
    context: click.Context,
    *,
    inputs: Inputs,
    format: str,
    output: str | None,
    shows_all: bool,
    shows_statements: bool,
    writes_lock: bool,
    checks_lock: bool,
    lock_path: str | None,
    approved_by: str | None,
    review_within: int,
    since: str | None,
    show_unknown: bool,
    exit_zero: bool,
) -> None:
    """Review who may create, copy, share, export, restore, attach, destroy or weaken copies of disks and databases.

    PATHS are directories, Terraform files, plans as JSON, CloudFormation templates, or what `aws iam
    get-account-authorization-details` printed about a live account.

    Exit status: 0 nothing amiss, 1 rights or reviews that the lock or --since does not allow, or unreadable input, 2
    wrong use or an internal error.
    """
    _refuse_misuse(writes_lock, checks_lock, since, approved_by, format)
    settings = inputs.settings()
    lock_path = lock_path or os.path.join(settings.directory, LOCK_NAME)
    question = _Question(format, shows_all, shows_statements, show_unknown, output is None and _has_colour())
    before = _standing_in(since) if since else None
    lock = _lock_in(lock_path, is_needed=checks_lock) if writes_lock or checks_lock else None
    found = review(inputs.paths or ["."], settings)
    if writes_lock:
        _write_lock(lock_path, lock, found, approved_by or "", review_within)
        failed = False
    elif checks_lock and lock is not None:
        text, failed = _deviation(lock, lock_path, found, question)
        _put(text, output)
    elif before is not None:
        text, failed = _comparison(before, found, question)
        _put(text, output)
    else:
        _put(_table(found, question), output)
        failed = False
    for error in found.unread:
        click.echo(f"snapguard: {error.span.file.display}:{error.span.line}: {error.message}", err=True)
    tell_incomplete(found.missing, found.errors, has_tracebacks=inputs.debug)
    status = found.exit_status or int(failed)
    context.exit(0 if status == 1 and exit_zero else status)


def _refuse_misuse(
    writes_lock: bool, checks_lock: bool, since: str | None, approved_by: str | None, format: str
) -> None:
    if writes_lock + checks_lock + (since is not None) > 1:
        raise click.UsageError("--write-lock, --check-lock and --since are questions of their own: ask one at a time")
    if approved_by is not None and not writes_lock:
        raise click.UsageError("--approved-by goes with --write-lock: an approval is written into the lock")
    if (checks_lock or since) and format not in COMPARISON_FORMATS:
        raise click.UsageError(f"--format {format}: changes are shown as {', '.join(COMPARISON_FORMATS)}")


def _lock_in(path: str, *, is_needed: bool) -> Lock | None:
    if not os.path.isfile(path):
        if is_needed:
            raise click.UsageError(f"there is no {display_path(path)}: write one with `snapguard audit --write-lock`")
        return None
    try:
        return locks.read_lock(path)
    except LockError as error:
        raise click.UsageError(str(error)) from error


def _standing_in(path: str) -> Mapping[Key, Standing]:
    """How far everyone went at an earlier time, from a lock or a report in JSON."""
    from snapguard.reports.audit_json import ReviewError, read_back

    try:
        with open(path, encoding="utf-8-sig") as stream:
            text = stream.read()
        if text.lstrip().startswith("{"):
            return read_back(text)
        return renewal.standings_of(locks.read_lock(path))
    except (ReviewError, UnicodeDecodeError) as error:
        raise click.UsageError(f"--since {path}: {error}") from error
    except OSError as error:
        raise click.UsageError(f"--since {path}: can't be read: {error.strerror}") from error
    except LockError as error:
        raise click.UsageError(f"--since: {error}") from error


def _write_lock(path: str, old: Lock | None, found: Review, approved_by: str, days: int) -> None:
    """Write the lock; nothing is written where the review is incomplete, since rights would be missing from it."""
    if found.exit_status:
        click.echo(f"snapguard: {display_path(path)} is not written, since not all could be reviewed", err=True)
        return
    lock = renewal.renewed(old, found, locks.today(), approved_by=approved_by, days=days)
    try:
        with open(path, "w", encoding="utf-8", newline="\n") as stream:
            stream.write(locks.lock_text(lock))
    except OSError as error:
        raise click.UsageError(f"{display_path(path)}: can't be written: {error.strerror}") from error
    unsigned = sum(1 for principal in lock.principals.values() if not principal.approved_by)
    click.echo(f"{display_path(path)}: {len(lock.principals)} listed, {unsigned} without approval")


def _deviation(lock: Lock, path: str, found: Review, question: _Question) -> tuple[str, bool]:
    """What speaks against the lock, and whether anything of it is certain."""
    deviation = renewal.deviation(lock, found, locks.today())
    shown = shown_changes(deviation.growth, shows_unknown=question.shows_unknown)
    hidden = len(deviation.growth) - len(shown)
    text = _changes_text(shown, found, question, deviation.overdue, path)
    if question.format == "text":
        words = "the code and the lock disagree" if deviation.is_failure else "nobody may do more than the lock says"
        text += f"{display_path(path)}: {words}{_not_shown(hidden)}\n"
    return text, deviation.is_failure


def _comparison(before: Mapping[Key, Standing], found: Review, question: _Question) -> tuple[str, bool]:
    """What changed since an earlier review, and whether somebody gained a right."""
    all_changes = changes(before, found)
    shown = shown_changes(all_changes, shows_unknown=question.shows_unknown)
    text = _changes_text(shown, found, question)
    if question.format == "text" and (not shown or len(shown) < len(all_changes)):
        words = "nobody's rights change" if not shown else "there is more"
        text += f"{words}{_not_shown(len(all_changes) - len(shown))}\n"
    return text, any(map(is_growth, all_changes))


def _changes_text(
    shown: Sequence[Change],
    found: Review,
    question: _Question,
    overdue: Sequence[tuple[Key, LockedPrincipal]] | None = None,
    lock_path: str = "",
) -> str:
    if question.format == "json":
        from snapguard.reports import audit_json

        return audit_json.render(found, shown, overdue)
    from snapguard.reports import audit_text

    place = display_path(lock_path) if lock_path else ""
    lines = [audit_text.overdue_line(key.kind, principal, place) for key, principal in overdue or ()]
    if question.format == "markdown":
        from snapguard.reports import audit_markdown

        return audit_markdown.render_changes(shown, lines)
    text = audit_text.change_lines(shown, found, has_colour=question.has_colour)
    return text + "".join(f"{line}\n" for line in lines)


def _not_shown(hidden: int) -> str:
    return f"; not shown: {hidden} that the code can't tell (--show-unknown)" if hidden else ""


def _table(found: Review, question: _Question) -> str:
    shown = found.entries if question.shows_all else found.holders
    if question.format == "json":
        from snapguard.reports import audit_json

        return audit_json.render(found)
    if question.format == "csv":
        from snapguard.reports import audit_csv

        return audit_csv.render(shown)
    if question.format == "markdown":
        from snapguard.reports import audit_markdown

        return audit_markdown.render(shown, found.arrangements, shows_statements=question.shows_statements)
    if question.format == "html":
        from snapguard.reports import audit_html

        return audit_html.render(shown, found.arrangements)
    from snapguard.reports import audit_text

    return audit_text.table(
        found,
        shows_all=question.shows_all,
        shows_statements=question.shows_statements,
        has_colour=question.has_colour,
    )


def _put(text: str, path: str | None) -> None:
    data = text.encode("utf-8", "replace")
    if path is None:
        click.echo(data, nl=False)
        return
    try:
        with open(path, "wb") as stream:
            stream.write(data)
    except OSError as error:
        raise click.UsageError(f"--output {path}: can't be written: {error.strerror}") from error


def _has_colour() -> bool:
    if os.environ.get("NO_COLOR"):
        return False
    return bool(os.environ.get("FORCE_COLOR")) or sys.stdout.isatty()
