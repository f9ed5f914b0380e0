"""What a character is to Terraform: a grapheme cluster, as Unicode's text segmentation (UAX #29) defines it."""

from __future__ import annotations

_REGIONAL_FIRST, _REGIONAL_LAST = "\U0001f1e6", "\U0001f1ff"
_JOINER = "\u200d"
_SKIN_TONES = "\U0001f3fb\U0001f3fc\U0001f3fd\U0001f3fe\U0001f3ff"


def graphemes(text: str) -> list[str]:
    """The characters of a text as a reader sees them: marks, joined emoji, flags and jamo belong together."""
    if text.isascii():
        return list(text) if "\r\n" not in text else _split(text)
    return _split(text)


def _split(text: str) -> list[str]:
    import unicodedata

    clusters: list[str] = []
    for character in unicodedata.normalize("NFC", text):
        if clusters and _continues(clusters[-1], character, unicodedata.category(character)):
            clusters[-1] += character
        else:
            clusters.append(character)
    return clusters


def _continues(cluster: str, character: str, category: str) -> bool:
    if cluster == "\r":
        return character == "\n"
    if cluster[-1] in "\r\n":
        return False
    if category in ("Mn", "Me", "Mc") or character == _JOINER or character in _SKIN_TONES:
        return True
    if cluster[-1] == _JOINER:
        return character >= "\u2190" and category == "So"
    if _is_regional(character):
        return len(cluster) == 1 and _is_regional(cluster)
    return _joins_jamo(cluster[-1], character)


def _is_regional(character: str) -> bool:
    return _REGIONAL_FIRST <= character <= _REGIONAL_LAST


def _joins_jamo(before: str, character: str) -> bool:
    if "\u1100" <= before <= "\u115f":
        return "\u1100" <= character <= "\u11a7" or "\uac00" <= character <= "\ud7a3"
    if "\u1160" <= before <= "\u11a7" or "\uac00" <= before <= "\ud7a3":
        return "\u1160" <= character <= "\u11ff"
    return "\u11a8" <= before <= "\u11ff" and "\u11a8" <= character <= "\u11ff"
