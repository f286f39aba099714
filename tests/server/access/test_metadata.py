"""Clients find the endpoints, whichever way they look, and nobody finds the secret path."""

from pathlib import Path

import pytest

from ha_mcp.access.oauth.origin import Issuer

from .serving import HOME, RESOURCE, Running, running

RELAYED = Issuer(
    issuer=f"{HOME}/api/ha_mcp_proxy/oauth", resource=f"{HOME}/api/webhook/mcp_0123456789abcdef"
)
PATH = RESOURCE.removeprefix(HOME)


@pytest.mark.parametrize(
    "path",
    [
        "/.well-known/oauth-authorization-server",
        "/.well-known/oauth-authorization-server/api/ha_mcp_proxy/oauth",
        "/.well-known/openid-configuration",
        "/.well-known/openid-configuration/api/ha_mcp_proxy/oauth",
        "/api/ha_mcp_proxy/oauth/.well-known/openid-configuration",
        "/api/ha_mcp_proxy/oauth/.well-known/oauth-authorization-server",
        "/token/.well-known/openid-configuration",
    ],
)
async def test_the_server_is_described_wherever_a_client_looks(ours: Running, path: str) -> None:
    """Each client puts the path of the issuer somewhere else."""
    answer = await ours.get(path)

    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.json()["issuer"] == HOME


async def test_the_description_has_what_clients_insist_on(ours: Running) -> None:
    """Without S256 they have to refuse, without none or registration some never begin."""
    said = (await ours.get("/.well-known/oauth-authorization-server")).json()

    assert said["code_challenge_methods_supported"] == ["S256"]
    assert said["authorization_response_iss_parameter_supported"] is True
    assert said["token_endpoint_auth_methods_supported"] == [
        "none",
        "client_secret_post",
        "client_secret_basic",
    ]
    assert said["grant_types_supported"] == ["authorization_code", "refresh_token"]
    assert "offline_access" in said["scopes_supported"]
    assert said["registration_endpoint"] == f"{HOME}/register"
    assert said["client_id_metadata_document_supported"] is False


async def test_the_openid_variant_is_complete(ours: Running) -> None:
    """A client that finds a document with a hole gives up."""
    said = (await ours.get("/.well-known/openid-configuration")).json()

    assert said.keys() >= {
        *("issuer", "authorization_endpoint", "token_endpoint", "jwks_uri"),
        *("response_types_supported", "subject_types_supported"),
        "id_token_signing_alg_values_supported",
    }
    assert (await ours.get(said["jwks_uri"])).json() == {"keys": []}


async def test_through_the_relay_every_address_is_below_its_path(tmp_path: Path) -> None:
    """There the origin is Home Assistant's own."""
    async with running(tmp_path, issuer=RELAYED) as ours:
        said = (await ours.get("/.well-known/oauth-authorization-server")).json()

    addresses = [said[name] for name in said if name.endswith("_endpoint")]
    assert len(addresses) == 5
    assert [one for one in addresses if not one.startswith(f"{RELAYED.issuer}/")] == []


@pytest.mark.parametrize("ending", ["", "/", "?profile=small", "/?profile=small"])
async def test_the_resource_is_named_as_it_was_typed(ours: Running, ending: str) -> None:
    """Clients compare it letter by letter with what they were given."""
    said = (await ours.get(f"/.well-known/oauth-protected-resource{PATH}{ending}")).json()

    assert said["resource"] == RESOURCE + ending
    assert said["authorization_servers"] == [HOME]
    assert "offline_access" not in said["scopes_supported"]


@pytest.mark.parametrize("path", ["", "/", "/mcp", "/private_", f"{PATH}x", f"{PATH}/x"])
async def test_who_does_not_know_the_resource_is_not_told(ours: Running, path: str) -> None:
    """Its address may be all that protects the home."""
    answer = await ours.get(f"/.well-known/oauth-protected-resource{path}")

    assert answer.status_code == 404
    assert "private_0" not in answer.text


async def test_a_resource_that_is_no_secret_is_described_at_the_root_too(tmp_path: Path) -> None:
    """Some clients look nowhere else."""
    issuer = Issuer(issuer=HOME, resource=f"{HOME}/mcp")
    async with running(tmp_path, issuer=issuer, resource_is_public=True) as ours:
        at_root = await ours.get("/.well-known/oauth-protected-resource")
        elsewhere = await ours.get("/.well-known/oauth-protected-resource/other")

    assert at_root.json()["resource"] == f"{HOME}/mcp"
    assert elsewhere.status_code == 404


async def test_web_pages_may_ask_before_they_ask(ours: Running) -> None:
    """A client that is a web page sends OPTIONS first."""
    answer = await ours.http.options("/register")

    assert answer.status_code == 204
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["Access-Control-Allow-Methods"] == "POST, OPTIONS"
