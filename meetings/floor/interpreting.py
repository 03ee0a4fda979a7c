"""The languages that an interpreter may speak, by name."""

from functools import cache

from babel import Locale


@cache
def language_names(lang: str) -> dict[str, str]:
    """Two-letter code (ISO 639-1) to name, as one chooses it in this language: by the alphabet."""
    known = Locale.parse(lang).languages
    names = {code: name[:1].upper() + name[1:] for code, name in known.items() if len(code) == 2}
    return dict(sorted(names.items(), key=lambda each: each[1].casefold()))


def language_name(code: str, lang: str) -> str:
    """Empty for none."""
    return language_names(lang).get(code, code)
