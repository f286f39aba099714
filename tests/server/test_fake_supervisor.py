"""The fake Supervisor refuses what the real one refuses, and in the same words."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

import pytest
from aiohttp import (
    ClientConnectionError,
    ClientSession,
    ClientWebSocketResponse,
    WSMsgType,
    WSServerHandshakeError,
)

from fakes.small_core import TOKEN, SmallCore
from fakes.supervisor import App, Core, FakeSupervisor, House

SCHEMA = {
    "greeting": "str",
    "level": "list(debug|info|warning)",
    "secret": "password?",
    "count": "int(1,10)?",
    "users": ["str?"],
}
GOOD = {"greeting": "hi", "level": "info", "users": []}


@dataclass
class Scene:
    """A Supervisor with one app of interest, as that app sees it."""

    supervisor: FakeSupervisor
    core: SmallCore
    app: App
    session: ClientSession
    headers: dict[str, str] = field(default_factory=dict)

    async def ask(
        self, method: str, path: str, *, headers: dict[str, str] | None = None, **request: Any
    ) -> tuple[int, Any]:
        """Send a request with the app's token and return status and body."""
        sent = {"Authorization": f"Bearer {self.app.token}"} if headers is None else headers
        url = f"{self.supervisor.url}{path}"
        async with self.session.request(method, url, headers=sent, **request) as answer:
            as_json = answer.content_type == "application/json"
            return answer.status, await (answer.json() if as_json else answer.text())

    async def socket(self, token: str | None = None) -> ClientWebSocketResponse:
        """Open Core's WebSocket through the proxy and answer its first question."""
        url = f"{self.supervisor.url}/core/websocket"
        socket = await self.session.ws_connect(url, max_msg_size=0)
        assert (await socket.receive_json())["type"] == "auth_required"
        await socket.send_json({"type": "auth", "access_token": token or self.app.token})
        return socket


@asynccontextmanager
async def scene(**facts: Any) -> AsyncIterator[Scene]:
    """Arrange a house with one app; ``facts`` are the app's."""
    app = App(slug="local_probe", schema=SCHEMA, saved_options=GOOD, **facts)
    house = House()
    house.add(app)
    house.add(App(slug="core_mosquitto", name="Mosquitto", schema={}, saved_options={"a": 1}))
    async with SmallCore() as core:
        behind = Core(url=core.url, token=TOKEN)
        async with FakeSupervisor(house, behind) as supervisor, ClientSession() as session:
            yield Scene(supervisor, core, app, session)


@pytest.mark.parametrize(
    ("headers", "status", "text"),
    [
        ({}, 401, "401: Unauthorized"),
        ({"Authorization": "Bearer nope"}, 403, "403: Forbidden"),
        ({"X-Supervisor-Token": "nope"}, 403, "403: Forbidden"),
    ],
    ids=["no token", "a wrong one", "a wrong one in its own header"],
)
async def test_strangers_are_refused(headers: dict[str, str], status: int, text: str) -> None:
    """Not knowing and not being known are two answers."""
    async with scene() as here:
        assert await here.ask("GET", "/addons/self/info", headers=headers) == (status, text)


async def test_the_own_header_opens_the_supervisor_but_not_core() -> None:
    """Only Authorization counts for the Core proxy."""
    async with scene() as here:
        own = {"X-Supervisor-Token": here.app.token}

        assert (await here.ask("GET", "/info", headers=own))[0] == 200
        assert await here.ask("GET", "/core/api/states", headers=own) == (401, "401: Unauthorized")


@pytest.mark.parametrize(
    ("role", "path", "status"),
    [
        ("default", "/core/info", 200),
        ("default", "/addons/core_mosquitto/info", 200),
        ("default", "/addons", 403),
        ("default", "/core/logs", 403),
        ("default", "/addons/self/logs", 200),
        ("default", "/addons/self/logs/latest", 403),
        ("default", "/store", 403),
        ("default", "/nonsense", 403),
        ("homeassistant", "/core/logs", 200),
        ("homeassistant", "/host/logs", 403),
        ("backup", "/core/logs", 403),
        ("manager", "/addons", 200),
        ("manager", "/addons/self/logs/latest", 200),
        ("manager", "/host/logs", 200),
        ("manager", "/store", 200),
        ("manager", "/resolution/info", 200),
        ("manager", "/available_updates", 200),
        ("manager", "/nonsense", 403),
        ("manager", "/ingress/session", 403),
        ("admin", "/nonsense", 404),
    ],
)
async def test_a_role_covers_its_paths_and_no_other(role: Any, path: str, status: int) -> None:
    """The table is the Supervisor's."""
    async with scene(hassio_role=role) as here:
        assert (await here.ask("GET", path))[0] == status


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/info", 200),
        ("/services", 200),
        ("/addons/self/info", 200),
        ("/addons/self/stats", 200),
        ("/addons/self/options/config", 200),
        ("/core/info", 403),
        ("/network/info", 403),
        ("/addons/core_mosquitto/info", 403),
    ],
)
async def test_without_the_api_an_app_still_knows_itself(path: str, status: int) -> None:
    """And nothing about the others."""
    async with scene(hassio_api=False) as here:
        assert (await here.ask("GET", path))[0] == status


@pytest.mark.parametrize(
    ("method", "path"), [("POST", "/addons/self/security"), ("POST", "/addons/x/sys_options")]
)
async def test_some_paths_are_never_an_apps(method: str, path: str) -> None:
    """A manager cannot take off its own protection."""
    async with scene() as here:
        assert (await here.ask(method, path))[0] == 403


async def test_unknown_apps_are_said_to_be_unknown() -> None:
    """In JSON here, and as a text with status 200 there."""
    async with scene() as here:
        status, body = await here.ask("GET", "/addons/nope/info")
        changelog = await here.ask("GET", "/addons/self/changelog")

        assert (status, body["message"]) == (404, "App nope does not exist")
        assert changelog == (200, "App self does not exist in the store")


async def test_other_apps_options_are_hidden_below_manager() -> None:
    """They often hold passwords."""
    async with scene(hassio_role="default") as here:
        _, body = await here.ask("GET", "/addons/core_mosquitto/info")

        assert body["data"]["options"] == {}


async def test_what_looks_like_an_attack_is_refused() -> None:
    """Also in the query of a call for Core, and also when encoded twice."""
    async with scene() as here:
        assert (await here.ask("GET", "/core/api/states?x=<script>"))[0] == 400
        assert (await here.ask("GET", "/core/api/states?x=%253Cscript%253E"))[0] == 400


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"greeting": "hi", "users": []}, "Missing option 'level' in root in Probe (local_probe)"),
        (GOOD | {"level": "loud"}, "value must be one of ['debug', 'info', 'warning']"),
        (GOOD | {"count": 11}, "value must be at most 10.0"),
        (GOOD | {"greeting": 5}, "expected str"),
        (GOOD | {"secret": "!secret nope"}, "Unknown secret 'nope'"),
    ],
    ids=["missing", "not in the list", "out of range", "wrong type", "unknown secret"],
)
async def test_wrong_options_are_refused_with_all_that_was_given(
    options: dict[str, Any], words: str
) -> None:
    """The message repeats every value: it must never reach a model."""
    async with scene() as here:
        status, body = await here.ask("POST", "/addons/self/options", json={"options": options})

        assert status == 400
        assert words in body["message"]
        assert str(options) in body["message"]
        assert body["error_key"] == "app_configuration_invalid_error"
        assert here.app.saved_options == GOOD


async def test_an_unknown_option_is_dropped_without_a_word() -> None:
    """Saving it is no proof that it exists."""
    async with scene() as here:
        body = {"options": GOOD | {"bogus": 1}}

        assert (await here.ask("POST", "/addons/self/options", json=body))[0] == 200
        assert here.app.saved_options == GOOD


@pytest.mark.parametrize(
    ("request_", "message"),
    [
        ({"json": {"bogus": 1}}, "extra keys not allowed @ data['bogus']. Got 1"),
        ({"json": [1]}, "expected a dictionary. Got [1]"),
        ({"data": "{"}, "Invalid json"),
    ],
)
async def test_a_wrong_body_is_refused_without_a_key(
    request_: dict[str, Any], message: str
) -> None:
    """Older errors have only their sentence."""
    async with scene() as here:
        status, body = await here.ask("POST", "/addons/self/options", **request_)

        assert (status, body) == (400, {"result": "error", "message": message})


async def test_no_options_means_the_defaults_again() -> None:
    """And the effective ones are told at once, before a restart."""
    async with scene(default_options={"level": "debug"}) as here:
        await here.ask("POST", "/addons/self/options", json={"options": None})

        _, body = await here.ask("GET", "/addons/self/options/config")
        assert body["data"] == {"level": "debug"}


async def test_setting_one_port_forgets_the_others() -> None:
    """The mapping is replaced, not merged, and an unknown port is no error."""
    async with scene(network={"9583/tcp": 9583, "1/tcp": 1}) as here:
        body = {"network": {"1/tcp": 2, "7/tcp": 7}}

        assert (await here.ask("POST", "/addons/self/options", json=body))[0] == 200
        assert here.app.network == {"9583/tcp": None, "1/tcp": 2}


async def test_options_can_be_tried_without_saving() -> None:
    """The verdict is in the data, the status is 200."""
    async with scene() as here:
        status, body = await here.ask("POST", "/addons/self/options/validate", json={"level": "x"})

        assert (status, body["data"]["valid"]) == (200, False)


@pytest.mark.parametrize("verb", ["restart", "stop", "rebuild"])
async def test_an_app_never_hears_the_answer_to_its_own_end(verb: str) -> None:
    """Its container is gone first, and the next one has another token."""
    async with scene() as here:
        old = here.app.token

        with pytest.raises(ClientConnectionError):
            await here.ask("POST", f"/addons/self/{verb}")

        assert here.app.token != old
        assert (await here.ask("GET", "/info", headers={"X-Supervisor-Token": old}))[0] == 403


async def test_an_app_cannot_update_itself() -> None:
    """It can only be updated by somebody else."""
    async with scene(version_latest="0.2.0") as here:
        status, body = await here.ask("POST", "/store/addons/local_probe/update")

        assert (status, body["message"]) == (403, "App local_probe can't update itself!")


async def test_a_manager_starts_and_stops_other_apps() -> None:
    """The answer arrives: it is not the caller that goes."""
    async with scene() as here:
        assert (await here.ask("POST", "/addons/core_mosquitto/stop"))[0] == 200
        assert here.supervisor.house.apps["core_mosquitto"].state == "stopped"


async def test_a_discovery_message_is_announced_updated_and_withdrawn() -> None:
    """A second one of the same service is the same message."""
    async with scene(discovery=["mcp"]) as here:
        first = {"service": "mcp", "config": {"url": "http://one"}}
        second = {"service": "mcp", "config": {"url": "http://other"}}
        _, one = await here.ask("POST", "/discovery", json=first)
        _, other = await here.ask("POST", "/discovery", json=second)

        uuid = one["data"]["uuid"]
        assert other["data"]["uuid"] == uuid
        assert here.supervisor.house.messages[uuid]["config"] == {"url": "http://other"}
        assert (await here.ask("DELETE", f"/discovery/{uuid}"))[0] == 200
        status, gone = await here.ask("DELETE", f"/discovery/{uuid}")
        assert (status, gone["message"]) == (404, "Discovery message not found")


async def test_discovery_needs_its_service_in_the_apps_config() -> None:
    """And only Core reads the messages."""
    async with scene() as here:
        message = {"service": "mcp", "config": {}}
        status, body = await here.ask("POST", "/discovery", json=message)

        assert status == 403
        assert body["message"].startswith("Apps must list services they provide via discovery")
        assert await here.ask("GET", "/discovery") == (401, "401: Unauthorized")


async def test_discovery_without_config_is_refused() -> None:
    """The message would tell Core nothing."""
    async with scene(discovery=["mcp"]) as here:
        assert (await here.ask("POST", "/discovery", json={"service": "mcp"}))[0] == 400


async def test_a_bearer_spoils_a_login() -> None:
    """Any Authorization header is read as a name and password."""
    async with scene(auth_api=True) as here:
        here.supervisor.house.users["me"] = "right"
        own = {"X-Supervisor-Token": here.app.token}
        login = {"username": "me", "password": "right"}

        assert (await here.ask("POST", "/auth", json=login, headers=own))[0] == 200
        assert (await here.ask("POST", "/auth", json=login))[0] == 401
        wrong = await here.ask("POST", "/auth", json=login | {"password": "x"}, headers=own)
        assert wrong == (401, "401: Unauthorized")
        status, empty = await here.ask("POST", "/auth", json={}, headers=own)
        assert (status, empty["error_key"]) == (401, "auth_invalid_non_string_value_error")


async def test_a_login_needs_the_permission() -> None:
    """Passwords are not for every app."""
    async with scene() as here:
        own = {"X-Supervisor-Token": here.app.token}
        status, body = await here.ask("POST", "/auth", json={}, headers=own)

        assert (status, body["message"]) == (403, "Can't use Home Assistant auth!")


async def test_logs_are_text_with_colours_unless_asked_otherwise() -> None:
    """JSON is not offered."""
    async with scene(log=["one", "\x1b[32mtwo\x1b[0m"]) as here:
        token = {"Authorization": f"Bearer {here.app.token}"}

        assert await here.ask("GET", "/addons/self/logs?lines=1") == (200, "\x1b[32mtwo\x1b[0m\n")
        assert await here.ask("GET", "/addons/self/logs?no_colors") == (200, "one\ntwo\n")
        json_log = await here.ask(
            "GET", "/addons/self/logs", headers=token | {"Accept": "application/json"}
        )
        assert json_log[0] == 400


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/core/api/states", 200),
        ("POST", "/core/api/services/light/turn_on", 200),
        ("DELETE", "/homeassistant/api/states/x.y", 200),
        ("PUT", "/core/api/states", 405),
        ("PATCH", "/core/api/states", 405),
        ("OPTIONS", "/core/api/states", 405),
        ("HEAD", "/core/api/states", 405),
        ("GET", "/core/api", 404),
        ("GET", "/core/auth/token", 404),
        ("GET", "/core/api/hassio/addons", 403),
        ("GET", "/core/api/hassio_ingress/x", 403),
        ("GET", "/core/api/any?status=503", 503),
        ("GET", "/core/api/moved", 502),
    ],
)
async def test_the_proxy_knows_three_methods(method: str, path: str, status: int) -> None:
    """Core's own way back to the Supervisor is closed."""
    async with scene() as here:
        assert (await here.ask(method, path))[0] == status


async def test_the_proxy_needs_its_permission() -> None:
    """The Supervisor's API does not include Core's."""
    async with scene(homeassistant_api=False) as here:
        assert await here.ask("GET", "/core/api/states") == (401, "401: Unauthorized")


async def test_the_proxy_passes_few_headers_letter_by_letter() -> None:
    """A client that writes its own header in lower case loses it."""
    async with scene() as here:
        sent = {
            "Authorization": f"Bearer {here.app.token}",
            "Accept": "text/plain",
            "MCP-Protocol-Version": "1",
            "mcp-session-id": "2",
            "X-Other": "3",
        }
        url = f"{here.supervisor.url}/core/api/any"
        async with here.session.get(url, headers=sent) as answer:
            returned = answer.headers

        arrived = here.core.seen[-1].headers
        assert arrived["Accept"] == "text/plain"
        assert arrived["MCP-Protocol-Version"] == "1"
        assert arrived["Host"] == "localhost"
        assert arrived["Content-Type"] == "application/octet-stream"
        assert arrived["Transfer-Encoding"] == "chunked"
        assert arrived["Authorization"] == f"Bearer {TOKEN}"
        assert {"Mcp-Session-Id", "X-Other"}.isdisjoint(arrived)
        assert returned["Cache-Control"] == "no-store"
        assert {"ETag", "WWW-Authenticate"}.isdisjoint(returned)


async def test_an_encoded_slash_in_the_query_arrives_decoded() -> None:
    """Whoever signs paths has to know."""
    async with scene() as here:
        _, told = await here.ask("GET", "/core/api/any?a=b%2Fc")

        assert told["path"] == "/api/any?a=b/c"


@pytest.mark.parametrize(("size", "status"), [(16 * 1024 * 1024, 200), (16 * 1024 * 1024 + 1, 413)])
async def test_a_body_above_16_mib_is_refused(size: int, status: int) -> None:
    """Before it reaches Core."""
    async with scene() as here:
        assert (await here.ask("POST", "/core/api/any", data=BytesIO(b"x" * size)))[0] == status


async def test_a_body_of_unknown_length_is_refused_above_16_mib() -> None:
    """Chunks are counted on the way."""
    async with scene() as here:

        async def chunks() -> AsyncIterator[bytes]:
            for _ in range(17):
                yield b"x" * 1024 * 1024

        assert (await here.ask("POST", "/core/api/any", data=chunks()))[0] == 413


@pytest.mark.parametrize(
    ("path", "content_type"),
    [("/core/api/events", "text/event-stream"), ("/core/api/stream", "")],
)
async def test_events_are_streamed(path: str, content_type: str) -> None:
    """Everything else is held to its end."""
    async with scene() as here:
        token = {"Authorization": f"Bearer {here.app.token}"}
        async with here.session.get(f"{here.supervisor.url}{path}", headers=token) as answer:
            first = await answer.content.readuntil(b"\n\n")

        assert first == b"data: 1\n\n"
        assert answer.headers.get("Content-Type", "") == content_type


async def test_while_core_starts_everything_for_it_is_502() -> None:
    """The WebSocket is refused in the handshake already."""
    async with scene() as here:
        here.core.state = "STARTING"

        assert await here.ask("GET", "/core/api/states") == (502, "502: Bad Gateway")
        with pytest.raises(WSServerHandshakeError) as caught:
            await here.socket()
        assert caught.value.status == 502


async def test_the_socket_speaks_for_the_supervisor() -> None:
    """Commands reach Core; who asks is the Supervisor's user."""
    async with scene() as here:
        socket = await here.socket()
        assert await socket.receive_json() == {"type": "auth_ok", "ha_version": "2026.11.0"}

        await socket.send_json({"id": 1, "type": "get_states"})
        await socket.send_json({"id": 2, "type": "auth/current_user"})

        answers = {answer["id"]: answer for answer in [await socket.receive_json() for _ in "12"]}
        assert answers[1]["success"]
        assert answers[2]["result"]["name"] == "Supervisor"
        assert not answers[2]["result"]["is_owner"]
        assert [command["type"] for command in here.core.commands] == ["get_states"]
        await socket.close()


async def test_a_wrong_token_ends_the_socket() -> None:
    """With the words of Core."""
    async with scene() as here:
        socket = await here.socket("nope")

        assert await socket.receive_json() == {"type": "auth_invalid", "message": "Invalid access"}
        assert (await socket.receive()).type is WSMsgType.CLOSE
        assert socket.close_code == 1000


async def test_silence_ends_the_socket() -> None:
    """After ten seconds, or what a test can wait for."""
    async with scene() as here:
        here.supervisor.house.timing.auth = 0.05
        url = f"{here.supervisor.url}/core/websocket"
        socket = await here.session.ws_connect(
            url, headers={"Authorization": f"Bearer {here.app.token}"}
        )
        await socket.receive_json()

        assert (await socket.receive()).type is WSMsgType.CLOSE
        assert socket.close_code == 1000


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        ("supervisor/api", "unauthorized"),
        ("hassio/anything", "unauthorized"),
        ("auth/long_lived_access_token", "unknown_error"),
    ],
)
async def test_some_commands_are_not_for_apps(kind: str, code: str) -> None:
    """And never reach Core."""
    async with scene() as here:
        socket = await here.socket()
        await socket.receive_json()

        await socket.send_json({"id": 7, "type": kind})

        answer = await socket.receive_json()
        assert (answer["id"], answer["success"], answer["error"]["code"]) == (7, False, code)
        assert here.core.commands == []
        await socket.close()


async def test_a_frame_above_4_mib_ends_the_socket() -> None:
    """With 1009, if the client still hears it."""
    async with scene() as here:
        socket = await here.socket()
        await socket.receive_json()

        await socket.send_json({"id": 1, "type": "x", "pad": "x" * (4 * 1024 * 1024)})

        assert (await socket.receive()).type in {WSMsgType.CLOSE, WSMsgType.ERROR, WSMsgType.CLOSED}
        assert socket.close_code in {1006, 1009}


@pytest.mark.parametrize(
    ("mib", "kind", "code"), [(63, WSMsgType.TEXT, None), (65, WSMsgType.CLOSE, 1009)]
)
async def test_cores_frames_end_at_64_mib(mib: int, kind: WSMsgType, code: int | None) -> None:
    """The entity registry of a large home is 4 MB."""
    async with scene() as here:
        socket = await here.socket()
        await socket.receive_json()

        await socket.send_json({"id": 1, "type": "x", "size": mib * 1024 * 1024})

        assert (await socket.receive()).type is kind
        assert socket.close_code == code
        await socket.close()


async def test_while_core_restarts_the_socket_closes_and_a_second_restart_is_refused() -> None:
    """The answer to a restart comes when it is over."""
    async with scene() as here:
        socket = await here.socket()
        await socket.receive_json()
        restart = asyncio.create_task(here.ask("POST", "/core/restart"))

        closing = await socket.receive()

        assert (closing.type, socket.close_code) == (WSMsgType.CLOSE, 1000)
        assert (await here.ask("GET", "/core/api/states"))[0] == 502
        status, body = await here.ask("POST", "/core/restart")
        assert (status, body["message"]) == (
            400,
            "Another job is running for job group home_assistant_core",
        )
        assert (await restart)[0] == 200
        assert (await here.ask("GET", "/core/api/states"))[0] == 200


async def test_while_the_supervisor_restarts_nobody_answers_and_then_it_is_not_ready() -> None:
    """Its 400 on Core's paths is not Core's."""
    async with scene() as here:
        here.supervisor.house.timing.supervisor_setup = 0.5
        assert (await here.ask("POST", "/supervisor/restart"))[0] == 200
        await here.supervisor.power.reached("away")

        with pytest.raises(ClientConnectionError):
            await here.ask("GET", "/info", headers={})

        await here.supervisor.power.reached("setup")
        not_ready = {"result": "error", "message": "System is not ready with state: setup"}
        assert await here.ask("GET", "/core/api/states") == (400, not_ready)
        await here.supervisor.power.settled()
        assert (await here.ask("GET", "/core/api/states"))[0] == 200


async def test_the_network_and_the_port_of_core_are_told() -> None:
    """Addresses in the log come from here."""
    async with scene() as here:
        here.supervisor.house.address = "192.0.2.44/24"
        _, network = await here.ask("GET", "/network/info")
        _, core = await here.ask("GET", "/core/info")

        assert network["data"]["interfaces"][0]["ipv4"]["address"] == ["192.0.2.44/24"]
        assert (core["data"]["port"], core["data"]["ssl"]) == (8123, False)


async def test_repositories_are_added_once() -> None:
    """The second time has a key of its own."""
    async with scene() as here:
        body = {"repository": "https://repository.invalid/one"}

        assert (await here.ask("POST", "/store/repositories", json=body))[0] == 200
        status, again = await here.ask("POST", "/store/repositories", json=body)
        assert (status, again["error_key"]) == (400, "store_repository_already_added_error")
