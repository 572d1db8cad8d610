"""Interface texts: marked where they are written, translated where they are shown."""

from functools import lru_cache
from pathlib import Path

from babel import Locale, UnknownLocaleError
from babel.support import NullTranslations, Translations

LOCALES = Path(__file__).parent / "locales"
DEFAULT_LOCALE = "en"


def N_(text: str) -> str:  # noqa: N802 - gettext's own name for "mark, but do not translate yet"
    """Return the text as it is; marks it for translation by whoever shows it."""
    return text


def available_locales() -> tuple[str, ...]:
    """The languages of the interface: English, and each one with a compiled catalogue."""
    return _compiled_in(LOCALES)


@lru_cache(maxsize=8)
def _compiled_in(folder: Path) -> tuple[str, ...]:
    found = {path.parent.parent.name for path in folder.glob("*/LC_MESSAGES/sprig.mo")}
    return (DEFAULT_LOCALE, *sorted(found - {DEFAULT_LOCALE}))


@lru_cache(maxsize=64)
def translations_for(locale: str) -> NullTranslations:
    """The catalogue for a locale; English itself where there is none."""
    return Translations.load(str(LOCALES), [locale], domain="sprig")


@lru_cache(maxsize=256)
def best_locale(*wished: str | None) -> str:
    """The first wished locale that we speak, by language if not by country; else English."""
    spoken = available_locales()
    for wish in wished:
        if not wish:
            continue
        plain = wish.replace("-", "_")
        if plain in spoken:
            return plain
        try:
            parsed = Locale.parse(plain)
        except (ValueError, UnknownLocaleError):
            continue
        for candidate in (str(parsed), parsed.language):
            if candidate in spoken:
                return candidate
    return DEFAULT_LOCALE
