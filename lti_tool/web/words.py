"""The interface in the visitor's language: texts, days, and the direction of writing."""

from datetime import date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_datetime, format_time
from babel.numbers import format_decimal
from babel.support import NullTranslations
from flask import Flask, g, request

from lti_tool.services.arrivals import CHECKPOINT, REVIEWS
from lti_tool.services.courses import Named
from lti_tool.words import available_locales, best_locale, translations_for


def locale() -> str:
    """The language of this answer: the visitor's as the LMS told it, else the browser's."""
    found: str | None = g.get("locale")
    if found is None:
        visitor = g.get("visitor")
        wished = request.accept_languages.best_match(available_locales())
        found = g.locale = best_locale(visitor.locale if visitor else None, wished)
    return found


def _translations() -> NullTranslations:
    found: NullTranslations | None = g.get("translations")
    if found is None:
        found = g.translations = translations_for(locale())
    return found


def gettext(text: str) -> str:
    """The text in this answer's language."""
    return str(_translations().ugettext(text))


def ngettext(one: str, many: str, number: int) -> str:
    """The text for this number in this answer's language."""
    return str(_translations().ungettext(one, many, number))


@lru_cache(maxsize=64)
def _parsed(name: str) -> Locale:
    # A pseudo-locale (tests) writes its days as English does.
    return Locale.parse(name) if name != "en_XA" else Locale("en")


def direction() -> str:
    """`ltr` or `rtl`."""
    return str(_parsed(locale()).text_direction)


def day(value: date) -> str:
    """`Thu 26 Nov`."""
    return format_date(value, "EEE d MMM", locale=_parsed(locale()))


def weekday(value: date, style: str) -> str:
    """The weekday's name: `EEEE` in full, `EEEEE` one letter, `EEE` short."""
    return format_date(value, style, locale=_parsed(locale()))


def clock(value: datetime, zone: str) -> str:
    """`09:41`, in the visitor's zone."""
    return format_time(value, "HH:mm", tzinfo=ZoneInfo(zone), locale=_parsed(locale()))


def instant(value: datetime, zone: str) -> str:
    """`Thu 26 Nov, 09:41`."""
    return format_datetime(value, "EEE d MMM, HH:mm", tzinfo=ZoneInfo(zone), locale=_parsed(locale()))


def date_of(value: datetime, zone: str) -> str:
    """`Thu 26 Nov`, as it was in the visitor's zone."""
    return day(value.astimezone(ZoneInfo(zone)).date())


def on_day(value: date, today: date) -> str:
    """`tomorrow, Fri 27 Nov`, or `on Sat 28 Nov`: a day within a sentence."""
    return next_day(value, today) if (value - today).days == 1 else gettext("on %(day)s") % {"day": day(value)}


def next_day(value: date, today: date) -> str:
    """`tomorrow, Fri 27 Nov`, or just the day."""
    if (value - today).days == 1:
        return gettext("tomorrow, %(day)s") % {"day": day(value)}
    return day(value)


def named(target: Named) -> str:
    """What a link opens, as one title."""
    if target.lesson_key == REVIEWS:
        return gettext("%(course)s: reviews") % {"course": target.course}
    if target.lesson_key == CHECKPOINT:
        return gettext("%(course)s: checkpoint") % {"course": target.course}
    return target.lesson or target.course


def interval(days: int) -> str:
    """A stretch of days as people say it."""
    if days < 14:
        return ngettext("%(number)s day", "%(number)s days", days) % {"number": days}
    if days < 60:
        weeks = round(days / 7)
        return ngettext("%(number)s week", "%(number)s weeks", weeks) % {"number": weeks}
    months = round(days / 30.4)
    return ngettext("%(number)s month", "%(number)s months", months) % {"number": months}


def amount(value: float) -> str:
    """`80`, or `79.5`: a number with no more than one place."""
    return format_decimal(value, "0.#", locale=_parsed(locale()))


def speak(app: Flask) -> None:
    """Templates can translate."""
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.install_gettext_callables(gettext, ngettext, newstyle=True)  # type: ignore[attr-defined]  # added by the extension
    app.jinja_env.globals.update(
        locale=locale, direction=direction, weekday=weekday, REVIEWS=REVIEWS, CHECKPOINT=CHECKPOINT
    )
    app.jinja_env.filters.update(
        day=day,
        clock=clock,
        instant=instant,
        next_day=next_day,
        on_day=on_day,
        date_of=date_of,
        interval=interval,
        named=named,
        amount=amount,
    )
