"""The two shapes of answers: an envelope from handlers, plain text from the web framework."""

import json
from typing import Any

import voluptuous as vol
from aiohttp import web


class Refused(Exception):
    """The Supervisor understood the request and says no."""

    def __init__(
        self, message: str, *, status: int = 400, key: str | None = None, **extra: Any
    ) -> None:
        """Take the sentence, and the key that only newer errors carry."""
        super().__init__(message)
        self.status = status
        self.body: dict[str, Any] = {"result": "error", "message": message}
        if key:
            self.body |= {"error_key": key, "extra_fields": extra}


def ok(data: dict[str, Any] | None = None) -> web.Response:
    """Wrap data in the envelope."""
    return web.json_response({"result": "ok", "data": data or {}})


def refusal(refused: Refused) -> web.Response:
    """Wrap a refusal in the envelope."""
    return web.json_response(refused.body, status=refused.status)


async def body_of(request: web.Request, schema: vol.Schema | None = None) -> dict[str, Any]:
    """Read a JSON body and check it."""
    text = await request.text()
    try:
        body = json.loads(text) if text else {}
    except ValueError as err:
        raise Refused("Invalid json") from err
    if not isinstance(body, dict):
        raise Refused(f"expected a dictionary. Got {body}")
    if schema is not None:
        _check(schema, body)
    return body


def _check(schema: vol.Schema, body: dict[str, Any]) -> None:
    try:
        schema(body)
    except vol.Invalid as err:
        at = f" @ data{''.join(f'[{step!r}]' for step in err.path)}" if err.path else ""
        value = body.get(str(err.path[0])) if err.path else body
        raise Refused(f"{err.error_message}{at}. Got {value}") from err
