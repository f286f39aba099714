"""A signature is both what clients see of the arguments and what is checked of them."""

from enum import StrEnum
from typing import Annotated, Any, Literal, NotRequired, Required, TypedDict

import pytest

from ha_mcp.problems import Invalid
from ha_mcp.toolkit import Field
from ha_mcp.toolkit.compiling import compile_type
from ha_mcp.toolkit.fields import Fields, compile_fields


class Colour(StrEnum):
    """An enum of a tool."""

    RED = "red"
    DEEP_BLUE = "Deep Blue"


class Point(TypedDict):
    """An object with fields of which one may be left out."""

    x: int
    y: NotRequired[int]


class Loose(TypedDict, total=False):
    """An object whose fields may all be left out, but one."""

    name: Required[str]
    size: Annotated[float, Field("in metres")]


type Percent = Annotated[int, Field("how much", minimum=0, maximum=100)]
type Points = list[Point]


def fields(*, open_: bool = False, reserved: tuple[str, ...] = (), **hints: Any) -> Fields:
    """Compile arguments that are all optional."""
    return compile_fields(hints, dict.fromkeys(hints), open_=open_, reserved=reserved)


@pytest.mark.parametrize(
    ("hint", "schema"),
    [
        (str, {"type": "string"}),
        (int, {"type": "integer"}),
        (float, {"type": "number"}),
        (bool, {"type": "boolean"}),
        (Any, {}),
        (str | None, {"type": "string"}),
        (dict[str, Any], {"type": "object"}),
        (dict, {"type": "object"}),
        (list[str], {"type": "array", "items": {"type": "string"}}),
        (Literal["a", "b"], {"type": "string", "enum": ["a", "b"]}),
        (Colour, {"type": "string", "enum": ["red", "Deep Blue"]}),
        (Percent, {"type": "integer", "description": "how much", "minimum": 0, "maximum": 100}),
        (
            Annotated[Percent, Field("how bright")],
            {"type": "integer", "description": "how bright"},
        ),
        (Annotated[str, Field(pattern="^a")], {"type": "string", "pattern": "^a"}),
        (Annotated[str, "not a field"], {"type": "string"}),
        (
            Points,
            {
                "type": "array",
                "items": {
                    "type": "object",
                    "properties": {"x": {"type": "integer"}, "y": {"type": "integer"}},
                    "required": ["x"],
                },
            },
        ),
        (
            Loose,
            {
                "type": "object",
                "properties": {
                    "name": {"type": "string"},
                    "size": {"type": "number", "description": "in metres"},
                },
                "required": ["name"],
            },
        ),
    ],
)
def test_a_type_is_published(hint: Any, schema: dict[str, Any]) -> None:
    """Flat, without unions and references: the lowest common denominator of clients."""
    assert compile_type(hint).schema == schema


@pytest.mark.parametrize("hint", [int | str, tuple[int, int], set[str], list, bytes, object])
def test_a_type_that_clients_cannot_be_trusted_with_is_refused(hint: Any) -> None:
    """Already when the tool is declared."""
    with pytest.raises(TypeError):
        compile_type(hint)


@pytest.mark.parametrize(
    ("hint", "value", "read"),
    [
        (str, 7, "7"),
        (int, "7", 7),
        (int, " 7 ", 7),
        (int, 7.0, 7),
        (float, "0.5", 0.5),
        (bool, "on", True),
        (bool, "False", False),
        (bool, 1, True),
        (Any, None, None),
        (Any, [1, {}], [1, {}]),
        (dict[str, Any], '{"a": 1}', {"a": 1}),
        (dict[str, Any], {"a": 1}, {"a": 1}),
        (list[str], "a, b,,c", ["a", "b", "c"]),
        (list[str], '["a, b"]', ["a, b"]),
        (list[str], "a", ["a"]),
        (list[str], 7, ["7"]),
        (list[int], 7, [7]),
        (list[int], "[1, 2]", [1, 2]),
        (list[int], "7", [7]),
        (list[Any], {"a": 1}, [{"a": 1}]),
        (Points, '{"x": "1"}', [{"x": 1}]),
        (Points, [{"x": 1, "y": None}], [{"x": 1}]),
        (Literal["a", "B"], " b ", "B"),
        (Colour, "DEEP BLUE", Colour.DEEP_BLUE),
        (Annotated[Loose, Field(open=True)], {"name": "a", "z": [1]}, {"name": "a", "z": [1]}),
        (Annotated[int, Field(reads=len)], "four", 4),
        (Annotated[str, Field(pattern="^a+$", max_length=3)], "aaa", "aaa"),
    ],
)
def test_what_models_write_is_understood(hint: Any, value: Any, read: Any) -> None:
    """Where it has only one meaning."""
    assert fields(it=hint).check({"it": value}) == ({} if value is None else {"it": read})


def test_an_enum_arrives_as_its_member() -> None:
    """A tool may compare by identity."""
    assert fields(it=Colour).check({"it": "Red"})["it"] is Colour.RED


@pytest.mark.parametrize(
    ("hint", "value", "sentence"),
    [
        (str, ["a"], "it: text is expected, not ['a']"),
        (str, True, "it: text is expected, not True"),
        (int, "many", "it: a number is expected, not 'many'"),
        (int, 1.5, "it: a whole number is expected, not 1.5"),
        (int, True, "it: a number is expected, not True"),
        (int, [], "it: a number is expected, not []"),
        (int, 10**400, "it: a number is expected, not 1000"),
        (float, "nan", "it: a number is expected, not 'nan'"),
        (float, "inf", "it: a number is expected, not 'inf'"),
        (bool, "perhaps", "it: true or false is expected, not 'perhaps'"),
        (dict[str, Any], "[1]", "it: an object is expected, not '[1]'"),
        (dict[str, Any], "{oops", "it: this is not valid JSON ("),
        (list[int], [1, "x"], "it.1: a number is expected, not 'x'"),
        (list[str], "[1,", "it: this is not valid JSON ("),
        (list[str], "[[1]]", "it.0: text is expected, not [1]"),
        (list[str], object(), "it: a list is expected"),
        (Points, [{"x": 1}, {"y": 1}], "it.1: the field x is missing"),
        (Points, [{"x": None}], "it.0: the field x is missing"),
        (Points, [{"x": "much"}], "it.0.x: a number is expected, not 'much'"),
        (Loose, {"name": "a", "sise": 1}, "it: there is no field 'sise'; did you mean size?"),
        (Loose, {"name": "a", "qqq": 1}, "it: there is no field 'qqq'; known: name, size"),
        (Literal["day", "hour"], "days", "it: 'days' is none of day, hour; did you mean day?"),
        (Literal["day", "hour"], "qqq", "it: 'qqq' is none of day, hour"),
        (Percent, 101, "it: value must be at most 100"),
        (Percent, -1, "it: value must be at least 0"),
        (Annotated[str, Field(pattern="^a+$")], "b", "it: it must look like ^a+$"),
        (Annotated[str, Field(max_length=3)], "four", "it: text of at most 3 characters"),
    ],
)
def test_what_cannot_be_right_is_named_with_its_place(hint: Any, value: Any, sentence: str) -> None:
    """A model repairs what it is told."""
    with pytest.raises(Invalid) as caught:
        fields(it=hint).check({"it": value})

    assert caught.value.message.startswith(sentence)
    assert caught.value.details["what"] == "argument"


def test_null_means_not_given() -> None:
    """Many clients send every argument."""
    assert fields(a=int, b=int).check({"a": None, "b": 1}) == {"b": 1}


def test_what_is_required_is_asked_for_in_the_order_of_the_signature() -> None:
    """Nulls included."""
    both = compile_fields({"one": int, "two": int, "three": int}, {"three": 3}, open_=False)

    with pytest.raises(Invalid, match="The argument one is missing"):
        both.check({"two": 2})
    with pytest.raises(Invalid, match="one: a number is expected, not None"):
        both.check({"one": None, "two": 2})
    assert both.check({"one": 1, "two": 2}) == {"one": 1, "two": 2}


def test_an_unknown_argument_is_refused_with_the_nearest() -> None:
    """A silently ignored argument is a wrong answer."""
    with pytest.raises(Invalid) as caught:
        fields(domain=str, area=str).check({"domian": "light"})

    assert caught.value.message == "There is no argument 'domian'"
    assert caught.value.hint == "Arguments: domain, area"
    assert caught.value.details["similar"] == ["domain"]


def test_a_tool_without_arguments_says_so() -> None:
    """Instead of an empty list."""
    with pytest.raises(Invalid) as caught:
        fields().check({"x": 1})

    assert caught.value.hint == "Arguments: none"


def test_an_open_tool_gets_what_else_there_is() -> None:
    """As it is."""
    assert fields(open_=True, a=int).check({"a": "1", "b": [2]}) == {"a": 1, "b": [2]}


def test_what_the_server_gives_to_a_tool_cannot_be_sent() -> None:
    """Also an open tool gets its home from the server."""
    with pytest.raises(Invalid, match="There is no argument 'home'"):
        fields(open_=True, reserved=("home",), a=int).check({"home": "another"})


@pytest.mark.parametrize(
    ("default", "shown"),
    [(20, True), (0.5, True), (True, True), (False, False), (None, False), ("", False)],
)
def test_a_default_is_published_where_it_says_something(default: Any, *, shown: bool) -> None:
    """Tokens are paid for at every start of every client."""
    compiled = compile_fields({"a": int}, {"a": default}, open_=False)

    assert ("default" in compiled.schema["properties"]["a"]) is shown
