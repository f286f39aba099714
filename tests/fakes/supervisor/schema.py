"""Options of an app, checked by the schema of its config.yaml."""

import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

from .house import App

_TYPE = re.compile(r"(?P<name>[a-z]+)(?:\((?P<inside>.*)\))?(?P<optional>\?)?")
_MAIL = re.compile(r"[^@\s]+@[^@\s]+")


class WrongOption(Exception):
    """An option does not fit its schema."""


def checked(app: App, options: Any, known_secrets: Mapping[str, str]) -> dict[str, Any]:
    """Return what would be saved, or raise with the Supervisor's words."""
    if not isinstance(options, dict):
        raise WrongOption(f"expected a dictionary. Got {options}")
    return _Check(app, options, known_secrets).dict(app.schema, options, "root")


class _Check:
    """One check of one app's options: its words repeat everything that was given."""

    def __init__(self, app: App, given: dict[str, Any], known_secrets: Mapping[str, str]) -> None:
        self._tail = f" in {app.name} ({app.slug}). Got {given}"
        self._secrets = known_secrets

    def dict(self, schema: Any, given: dict[str, Any], place: str) -> dict[str, Any]:
        """Check the keys of one level; unknown ones are dropped."""
        for name, kind in schema.items():
            if name not in given and not _optional(kind):
                raise WrongOption(f"Missing option '{name}' in {place}{self._tail}")
        return {
            name: self._value(schema[name], value, name)
            for name, value in given.items()
            if name in schema
        }

    def _value(self, kind: Any, value: Any, name: str) -> Any:
        if isinstance(kind, list):
            return self._list(kind[0], value, name)
        if isinstance(kind, dict):
            if not isinstance(value, dict):
                raise WrongOption(f"Invalid dict for option '{name}'{self._tail}")
            return self.dict(kind, value, name)
        return self._single(kind, value, name)

    def _list(self, kind: Any, value: Any, name: str) -> list[Any]:
        if not isinstance(value, list):
            raise WrongOption(f"Invalid list for option '{name}'{self._tail}")
        return [self._value(kind, item, name) for item in value]

    def _single(self, kind: str, value: Any, name: str) -> Any:
        match = _TYPE.fullmatch(kind)
        if match is None:
            raise WrongOption(f"Unknown type '{kind}' for option '{name}'{self._tail}")
        if value is None:
            if match["optional"]:
                return None
            raise WrongOption(f"Missing required option '{name}'{self._tail}")
        if isinstance(value, str) and value.startswith("!secret "):
            value = self._secret(value.removeprefix("!secret "))
        try:
            return _KINDS[match["name"]](value, match["inside"])
        except ValueError as err:
            raise WrongOption(f"{err}{self._tail}") from err

    def _secret(self, name: str) -> str:
        if name not in self._secrets:
            raise WrongOption(f"Unknown secret '{name}'{self._tail}")
        return self._secrets[name]


def _optional(kind: Any) -> bool:
    if isinstance(kind, list):
        return _optional(kind[0])
    return isinstance(kind, str) and kind.endswith("?")


def _text(value: Any, _inside: str | None) -> str:
    if not isinstance(value, str):
        raise ValueError("expected str")  # noqa: TRY004 - reported like any other wrong value
    return value


def _truth(value: Any, _inside: str | None) -> bool:
    if isinstance(value, bool):
        return value
    if str(value).lower() not in {"true", "false", "yes", "no", "on", "off", "1", "0"}:
        raise ValueError("expected boolean")
    return str(value).lower() in {"true", "yes", "on", "1"}


def _number(make: Callable[[Any], float]) -> Callable[[Any, str | None], float]:
    def check(value: Any, inside: str | None) -> float:
        try:
            number = make(value)
        except (TypeError, ValueError) as err:
            raise ValueError(f"expected {make.__name__}") from err
        low, _, high = (inside or ",").partition(",")
        if low and number < float(low):
            raise ValueError(f"value must be at least {float(low)}")
        if high and number > float(high):
            raise ValueError(f"value must be at most {float(high)}")
        return number

    return check


def _choice(value: Any, inside: str | None) -> str:
    choices = (inside or "").split("|")
    if value not in choices:
        raise ValueError(f"value must be one of {sorted(choices)}")
    return str(value)


def _pattern(value: Any, inside: str | None) -> str:
    if not re.match(inside or "", str(value)):
        raise ValueError(f"does not match regular expression {inside}")
    return str(value)


def _url(value: Any, _inside: str | None) -> str:
    if not urlsplit(str(value)).netloc:
        raise ValueError("expected a URL")
    return str(value)


def _email(value: Any, _inside: str | None) -> str:
    if not _MAIL.fullmatch(str(value)):
        raise ValueError("expected an email address")
    return str(value)


def _port(value: Any, _inside: str | None) -> float:
    return _number(int)(value, "1,65535")


_KINDS: dict[str, Callable[[Any, str | None], Any]] = {
    "str": _text,
    "password": _text,
    "device": _text,
    "bool": _truth,
    "int": _number(int),
    "float": _number(float),
    "list": _choice,
    "match": _pattern,
    "url": _url,
    "email": _email,
    "port": _port,
}
