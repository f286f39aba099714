"""Which client it is that asks for, or about, a token."""

from starlette.requests import Request

from ..clients import LONGEST_ID, Method
from ..introductions import has_document
from .params import Params, basic
from .server import AuthorizationServer
from .serving import Refused


async def authenticated(server: AuthorizationServer, request: Request, form: Params) -> str:
    """Return the id of the client, proven by its secret where it has one; raises Refused.

    A client that is known by a document has no secret. Its document is not read again: the token
    itself belongs to one id, and the document's host may be away for a while.
    """
    in_header = basic(request)
    client_id, secret = in_header or (form.get("client_id", ""), form.get("client_secret"))
    if in_header is not None and form.get("client_id", client_id) != client_id:
        raise Refused("invalid_request", "Two different clients are named")
    if in_header is not None and "client_secret" in form:
        raise Refused("invalid_request", "The client proves who it is in two ways")
    if not 0 < len(client_id) <= LONGEST_ID:
        raise _unknown(request, "The client_id is missing or too long")
    if has_document(client_id):
        if secret:
            raise _unknown(request, "This client has no secret")
        return client_id
    client = await server.store.client(client_id)
    if client is None:
        raise _unknown(request, "The client is not known here: it has to register again")
    if client.method is Method.NONE:
        if secret:
            raise _unknown(request, "This client has no secret")
    elif not secret or not client.knows(secret):
        raise _unknown(request, "The client's secret is missing or wrong")
    return client_id


def _unknown(request: Request, why: str) -> Refused:
    """Return 401, by which clients know that they have to register again."""
    header = {"WWW-Authenticate": 'Basic realm="ha-mcp"'}
    tried = "authorization" in request.headers
    return Refused("invalid_client", why, status=401, headers=header if tried else None)
