"""A tool: what a model may call, declared by one typed, documented function.

Parameters whose type is one of JSON's are the contract; parameters of any other class are what
the tool needs (the home, the journal), handed in by that class. ``**rest: Any`` lets further
arguments through.
"""

import inspect
import typing
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any, Self

from .answers import Answer
from .fields import Fields, compile_fields
from .profile import Profile
from .risk import Risk

type Resources = Mapping[type, Any]
type ToolFunction = Callable[..., Awaitable[Answer]]
type RisksOf = Callable[[Resources, Mapping[str, Any]], Awaitable[Collection[Risk]]]

_DEFAULT_CEILING = 10_000
_JSON_CLASSES = (str, int, float, bool, dict, list)


@dataclass(frozen=True, slots=True)
class Tool:
    """One tool, compiled."""

    name: str
    title: str
    description: str
    risk: Risk
    fields: Fields
    needs: Mapping[str, type]
    function: ToolFunction
    outside: bool  # may reach beyond the home
    ceiling: int  # bytes of text an answer may have
    views: Mapping[Profile, Fields]  # the arguments that narrower profiles show
    risks_of: RisksOf | None = None  # what checked arguments may add to the risk
    whole: bool = False  # is about all of the home: there is no part of what it tells or does

    def annotations(self) -> dict[str, bool | str]:
        """Return the protocol's four hints, derived from the risk.

        Destructive means "may do more than add", by the protocol's words.
        """
        reads = self.risk is Risk.READ
        return {
            "readOnlyHint": reads,
            "destructiveHint": not reads,
            "idempotentHint": reads,
            "openWorldHint": self.outside,
        }

    def contract(self) -> dict[str, Any]:
        """Return what ``tools/list`` says of it."""
        return {
            "name": self.name,
            "title": self.title,
            "description": self.description,
            "inputSchema": self.fields.schema,
            "annotations": self.annotations(),
        }

    def seen_by(self, profile: Profile) -> Self:
        """Return it as clients of a profile see it, which has to be among its views."""
        return replace(self, fields=self.views[profile])

    async def run(self, resources: Resources, arguments: Mapping[str, Any]) -> Answer:
        """Run it with checked arguments; raises Problem."""
        given = {name: resources[kind] for name, kind in self.needs.items()}
        return await self.function(**given, **arguments)


def tool(
    *,
    title: str,
    risk: Risk,
    outside: bool = False,
    ceiling: int = _DEFAULT_CEILING,
    shown: Mapping[Profile, Collection[str]] | None = None,
    risks_of: RisksOf | None = None,
    whole: bool = False,
) -> Callable[[ToolFunction], Tool]:
    """Make a tool of an async function; its docstring is the description.

    ``shown``: for each narrower profile that offers it, the arguments it shows. ``risks_of``
    reads the arguments and the live home, and can only add to the risk. One that is about the
    ``whole`` home is nothing for callers who were given a part of it.
    """

    def declare(function: ToolFunction) -> Tool:
        hints, needs, open_ = _signature(function)
        defaults = {
            name: parameter.default
            for name, parameter in inspect.signature(function).parameters.items()
            if parameter.default is not inspect.Parameter.empty
        }
        fields = compile_fields(hints, defaults, open_=open_, reserved=needs)
        return Tool(
            name=function.__name__,
            title=title,
            description=inspect.cleandoc(function.__doc__ or ""),
            risk=risk,
            fields=fields,
            needs=needs,
            function=function,
            outside=outside,
            ceiling=ceiling,
            views={profile: fields.showing(names) for profile, names in (shown or {}).items()},
            risks_of=risks_of,
            whole=whole,
        )

    return declare


def _signature(function: ToolFunction) -> tuple[dict[str, Any], dict[str, type], bool]:
    """Split a signature into arguments, needs, and whether it takes more."""
    hints = typing.get_type_hints(function, include_extras=True)
    arguments: dict[str, Any] = {}
    needs: dict[str, type] = {}
    open_ = False
    for name, parameter in inspect.signature(function).parameters.items():
        hint = hints[name]
        if parameter.kind is inspect.Parameter.VAR_KEYWORD:
            open_ = True
        elif _is_need(hint):
            needs[name] = hint
        else:
            arguments[name] = hint
    return arguments, needs, open_


def _is_need(hint: Any) -> bool:
    return (
        isinstance(hint, type)
        and hint is not Any
        and not issubclass(hint, _JSON_CLASSES)
        and not typing.is_typeddict(hint)
    )
