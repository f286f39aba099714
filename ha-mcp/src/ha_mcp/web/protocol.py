"""The tools as an MCP server, in both eras of the protocol.

Only tools are offered, so nothing else is announced. What is wrong with a call is an answer the
model reads; that there is no such tool is an error of the protocol, as both eras want it.
"""

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from mcp import MCPError, types
from mcp.server.caching import CacheHint
from mcp.server.context import ServerRequestContext
from mcp.server.lowlevel import Server

from ..access.grants import Grant, everything
from ..problems import Invalid, NotFound
from ..toolkit import Call, Catalog, Client, Handler, Outcome, Risk
from ..toolkit.answers import clean
from .profile import why_only_reading

type McpServer = Server[dict[str, Any]]
type Context = ServerRequestContext[dict[str, Any], Any]

# The list changes with the version of the server and not before: clients may keep it for an hour.
_LIST_HINT: Final = CacheHint(ttl_ms=3_600_000, scope="private")
_LONGEST_NAME = 64
GRANT: Final = "ha_mcp.grant"  # where the ASGI scope holds what the gate found out
_OWNERS: Final = everything()


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What the server says of itself."""

    name: str
    title: str
    version: str
    instructions: str


def mcp_server(
    catalog: Catalog,
    handle: Handler,
    resources: Mapping[type, Any],
    about: About,
    *,
    reads_only: str = "",
) -> McpServer:
    """Return the SDK's server for these tools; ``handle`` answers each call.

    ``reads_only`` says why no client may change anything, if so.
    """
    listed = _Listed(catalog)
    schemas = {tool.name: tool.fields.schema for tool in catalog}

    async def list_tools(
        context: Context, _: types.PaginatedRequestParams | None
    ) -> types.ListToolsResult:
        return listed.to(_client(context, reads_only))

    async def call_tool(
        context: Context, params: types.CallToolRequestParams
    ) -> types.CallToolResult:
        try:
            tool = catalog.get(params.name)
        except NotFound as unknown:
            raise MCPError(types.INVALID_PARAMS, _unknown_tool(unknown)) from unknown
        call = Call(tool, params.arguments or {}, resources, _client(context, reads_only))
        return _result(await handle(call))

    server: McpServer = Server(
        about.name,
        version=about.version,
        title=about.title,
        instructions=about.instructions,
        cache_hints={"tools/list": _LIST_HINT},
        # Without it the SDK lists all tools again for the headers of every call.
        get_tool_input_schema=schemas.get,
        on_list_tools=list_tools,
        on_call_tool=call_tool,
    )
    server.middleware.clear()  # it only traces, and nothing here collects traces
    return server


class _Listed:
    """What ``tools/list`` answers: no tool that the caller could never call."""

    def __init__(self, catalog: Catalog) -> None:
        self._tools = [(one, types.Tool.model_validate(one.contract())) for one in catalog]
        self._made: dict[tuple[frozenset[Risk], bool], types.ListToolsResult] = {}

    def to(self, client: Client) -> types.ListToolsResult:
        """Return the list for a caller; there are few kinds of rights, so each is made once."""
        key = frozenset(risk for risk in Risk if client.allows(risk)), client.part
        if key not in self._made:
            tools = [shown for tool, shown in self._tools if client.may_ever(tool)]
            self._made[key] = types.ListToolsResult(tools=tools)
        return self._made[key]


def _client(context: Context, reads_only: str) -> Client:
    """Return who asks, by the name under which it was allowed, else by its own.

    Who comes without a grant has the owner's process.
    """
    scope: Mapping[str, Any] = {} if context.request is None else context.request.scope
    grant: Grant = scope.get(GRANT, _OWNERS)
    try:
        why = why_only_reading(scope)
    except Invalid as unknown:
        raise MCPError(types.INVALID_REQUEST, unknown.message) from unknown
    name, version = _introduced(context)
    if grant.client_name:
        person = f" of {grant.user_name}" if grant.user_name else ""
        name = clean(f"{grant.client_name}{person}", 2 * _LONGEST_NAME)
    part = grant.only is not None
    return Client(name, version, grant.id, grant, reads_only or why, part)


def _introduced(context: Context) -> tuple[str, str]:
    """Return the client's own name and version.

    A client of the older era introduces itself in a request of its own, of which a stateless
    server knows nothing any more: its ``User-Agent`` stands in.
    """
    introduced = context.session.client_params
    if introduced is not None:
        who = introduced.client_info
        return clean(who.name, _LONGEST_NAME), clean(who.version, _LONGEST_NAME)
    headers = {} if context.request is None else context.request.headers
    product = clean(headers.get("user-agent", ""), 2 * _LONGEST_NAME).partition(" ")[0]
    name, _, version = product.partition("/")
    return name, version


def _unknown_tool(unknown: NotFound) -> str:
    nearest = ", ".join(unknown.details["similar"])
    return f"{unknown.message}. Nearest: {nearest}" if nearest else unknown.message


def _result(outcome: Outcome) -> types.CallToolResult:
    pictures = [
        types.ImageContent(data=b64encode(picture.data).decode(), mime_type=picture.mime)
        for picture in outcome.pictures
    ]
    words = [types.TextContent(text=outcome.text)] if outcome.text or not pictures else []
    return types.CallToolResult(content=[*words, *pictures], is_error=outcome.failed)
