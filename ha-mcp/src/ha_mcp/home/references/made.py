"""What is made of a blueprint: Core tells its body filled in, so the bodies do not name it."""

from ...problems import Forbidden, Invalid, Unreachable, Unsupported
from ..bodies import Bodies
from ..wire import Core
from .reference import Reference
from .subjects import Subject

_DOMAINS = ("automation", "script")


async def made_of(core: Core, bodies: Bodies, blueprint: Subject) -> list[Reference]:
    """Return the automations and scripts that Core knows to be made of a blueprint."""
    domain = blueprint.name.partition("/")[0]
    found: list[Reference] = []
    for one in (domain,) if domain in _DOMAINS else _DOMAINS:
        try:
            related = await core.command(
                "search/related", item_type=f"{one}_blueprint", item_id=blueprint.id
            )
        except (Forbidden, Invalid, Unreachable, Unsupported):
            continue
        for entity_id in sorted(related.get(one, ())):
            document = bodies.of_entity(entity_id)
            key: tuple[str, str] = document.key if document else (one, entity_id)
            name = document.name if document else entity_id
            found.append(Reference(*key, name, "/use_blueprint/path", "", entity_id))
    return found
