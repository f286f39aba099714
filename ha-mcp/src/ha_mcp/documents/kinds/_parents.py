"""Documents inside something: their ids are ``<entity id>/<own id>``, and they stay there."""

from ...home import Home
from ...problems import Invalid
from ..kind import Body


def parent_of(home: Home, body: Body, domain: str, field: str, document_id: str | None) -> str:
    """Return the entity a document is in; raises Invalid when it would move, NotFound."""
    given = (document_id or "").partition("/")[0]
    parent = home.names.entity(str(body.get(field) or given), domain=domain)
    if not parent.startswith(f"{domain}."):
        raise Invalid(f"{parent} is no {field}: its id begins with {domain}.", which=field)
    if given and parent != given:
        raise Invalid(
            f"What is in a {field} stays there",
            hint="Make a new one in the other, then remove this one",
            what="field",
            which=field,
        )
    return parent
