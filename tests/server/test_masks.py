"""Secrets are hidden wherever they stand, and nothing else is."""

import json
import time
from pathlib import Path

import pytest

from ha_mcp.documents import difference, told
from ha_mcp.masks import Masks
from ha_mcp.secret import Secret
from ha_mcp.secrets_file import secrets_in

JWT = (
    "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9."
    "eyJpc3MiOiI4ZjJhMGI1NDY3MDE0NjQ0IiwiaWF0IjoxNzYzNzQ4MDAwfQ."
    "x9mJ0pVb3bE5w0c6Lk5wYtYv1mJr0ZJfQm4C1yWn0aE"
)
SEALED = "gAAAAABpIFx0" + "Zk3v-Q7_" * 10 + "A=="
PEM = "-----BEGIN RSA PRIVATE KEY-----\nMIIEpAIBAAKCAQEA7x\nQ2s=\n-----END RSA PRIVATE KEY-----"
HOOK = "mcp_0123456789abcdef0123456789abcdef"


def hidden(text: str, *words: str) -> str:
    """Return a text as it leaves."""
    return Masks(map(Secret, words)).hide(text)


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("the token-of-the-home is used", "token-of-the-home"),
        ('{"a":"say \\"hi\\" to me"}', 'say \\"hi\\" to me'),
        ("http://x/?q=p%C3%A4ss%20word", "p%C3%A4ss%20word"),
        (f"Bearer {JWT}", JWT),
        (f'{{"Authorization":"Bearer {JWT}"}}', JWT),
        (f"Bearer {SEALED}", SEALED),
        (f"key: {PEM}, next", "MIIEpAIBAAKCAQEA7x"),
        (json.dumps({"key": PEM}), "MIIEpAIBAAKCAQEA7x"),
        ("cut: -----BEGIN PRIVATE KEY-----\nMIIEpAIBA", "MIIEpAIBA"),
        ("rtsp://admin:hunter2@192.168.1.9/live", "hunter2"),
        ("rtsp://admin:p@ss:w@192.168.1.9/live", "p@ss:w"),
        ("mqtt://:hunter2@broker", "hunter2"),
        ("/api/camera_proxy/camera.door?token=0af1e2d3c4b5a697", "0af1e2d3c4b5a697"),
        ("http://x/y?a=b&API_KEY=0af1e2d3&c=d", "0af1e2d3"),
        ("https://h.example/api/webhook/front_door_rang", "front_door_rang"),
        ('{"trigger":"webhook","webhook_id":"front_door_rang"}', "front_door_rang"),
        ('{"text":"{\\"webhook_id\\": \\"front_door_rang\\"}"}', "front_door_rang"),
        ("webhook_id: front_door_rang", "front_door_rang"),
        ("https://hooks.nabu.casa/gAAAAABhxyzQWERTY-_12", "gAAAAABhxyzQWERTY-_12"),
        (f"the id {HOOK}", HOOK),
        ("http://192.168.1.20:9583/private_0123-_6789abcdefghijkl/sse", "0123-_6789abcdefghijkl"),
        ('{"password":"correct horse"}', "correct horse"),
        ('{"wifi_password": "correct horse"}', "correct horse"),
        ('{"api_key":"k-1234"}', "k-1234"),
        ("{'access_token': '0af1e2d3c4b5'}", "0af1e2d3c4b5"),
        ('{"clientSecret":1,"client_secret":"s3cr3t"}', "s3cr3t"),
        ('{"text":"{\\"password\\":\\"correct horse\\"}"}', "correct horse"),
    ],
)
def test_a_secret_is_hidden(text: str, secret: str) -> None:
    """By what it is known as, or by its shape."""
    left = hidden(text, "token-of-the-home", 'say "hi" to me', "päss word")

    assert secret not in left
    assert Masks().has_mask(left)


@pytest.mark.parametrize(
    "text",
    [
        "light.kitchen_counter is on",
        "light.private_bathroom_mirror_light_2 is off",
        "the folder /private_bathroom_mirror_lights_2",
        "automation.private_key_reminder",
        "id 0123456789abcdef0123456789abcdef",
        "550e8400-e29b-41d4-a716-446655440000",
        "01KABCDEFGHJKMNPQRSTVWXYZ0",
        "etag a1b2c3d4e5f6a7b8",
        "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "http://homeassistant.local:8123/lovelace/0",
        "http://[fe80::1]:8123/x and someone@example.org",
        "https://github.com/home-assistant/core/issues/1?q=token",
        "media-source://media_source/local/a:b c@d",
        "{{ states('sensor.a') ~ ':' ~ states('sensor.b') }}",
        "rows: 20 of 7000, next: 20.ab12",
        '{"mode":"password","name":"Guest wifi"}',
        '{"type":"password","required":true}',
        '{"password":"<text>"}',
        '{"password":"{{ states(\'input_text.p\') }}"}',
        '{"password":"!secret wifi"}',
        '{"password":""}',
        '{"password":null}',
        "Enter the password: it is on the back",
        '{"webhook_id":"{{ id }}"}',
        "trigger webhook of automation.front_door",
        "mcp_server.local",
        "eyJrr.eyJ.x",
        "a ---BEGIN--- of something",
        "temperature=21.5&humidity=40",
        "what about a=b?token=1",
        "[hidden:3f9a]",
        '{"password":"[hidden:3f9a]"}',
        "rtsp://admin:[hidden:3f9a]@192.168.1.9/live",
    ],
)
def test_what_is_no_secret_stays_as_it_is(text: str) -> None:
    """A model that is shown masks for ids is of no use."""
    assert hidden(text, "token-of-the-home") == text


def test_the_same_secret_has_the_same_mask_and_another_one_another() -> None:
    """So that it can be seen that two places hold the same."""
    masks = Masks()
    one, again = (masks.hide(f"rtsp://a:{word}@x") for word in ("hunter2", "hunter2"))

    assert one == again
    assert one != masks.hide("rtsp://a:hunter3@x")
    assert masks.hide(one) == one


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("+ /url: rtsp://me:topsecret4711…", "topsecret4711"),
        ("rtsp://me:topsecret4711\n… cut at 100 bytes", "topsecret4711"),
        ('{"password":"correct hor…', "correct hor"),
        ('"wifi_password": "correct hor…\n+ /name: Guests', "correct hor"),
        ('{"a":{"api_key":"k-12\n… cut at 100 bytes', "k-12"),
        ("?token=0af1e2d3c4…", "0af1e2d3c4"),
        ("the token-of-the-ho… is used", "token-of-the-ho"),
        ('a b, and say \\"hi…', 'say \\"hi'),
        ("tokentoken-of…", "token-of"),
        ("the token-of-the-h\n… cut at 100 bytes", "token-of-the-h"),
        ("cut: -----BEGIN PRIVATE KEY-----\nMIIEpAIBA…", "MIIEpAIBA"),
    ],
)
def test_a_secret_that_was_cut_short_is_hidden(text: str, secret: str) -> None:
    """Values are bounded before an answer leaves; a beginning says much."""
    masks = Masks(map(Secret, ("token-of-the-home", 'say "hi" to me')))

    left = masks.hide(text)

    assert secret not in left
    assert masks.has_mask(left)


@pytest.mark.parametrize("address", ["rtsp://me:topsecret4711@cam/live", "key the-owners-token"])
def test_wherever_a_difference_is_cut_no_more_than_three_letters_are_left(address: str) -> None:
    """Differences show the beginning of a long value."""
    masks = Masks([Secret("the-owners-token")])
    for filler in range(50, 130):
        said = told(difference({}, {"note": "x" * filler + f" {address}"}))

        left = masks.hide(said)

        assert "tops" not in left
        assert "the-o" not in left


@pytest.mark.parametrize(
    "text",
    [
        "tok… and the rest of the-home…",
        "http://192.168.1.20:8123…",
        "ws://homeassistant:8123\n… cut at 100 bytes",
        "light.kitchen… and 3 more",
        "… and 12 more places",
    ],
)
def test_what_was_cut_and_is_no_secret_stays(text: str) -> None:
    """Three letters of a word could be any."""
    assert hidden(text, "token-of-the-home") == text


def test_words_that_begin_alike_are_hidden_whole() -> None:
    """The longer one first."""
    assert "-extra" not in hidden("a secret-word-extra b", "secret-word", "secret-word-extra")


def test_a_word_that_could_stand_anywhere_is_not_looked_for() -> None:
    """Three letters are in every answer."""
    assert hidden("abc", "abc", "/") == "abc"


@pytest.mark.parametrize(("text", "is_one"), [("[hidden:3f9a]", True), ("[hidden:xyz]", False)])
def test_a_mask_is_known_again(
    text: str,
    is_one: bool,  # noqa: FBT001 - a table's column
) -> None:
    """It must not be written."""
    assert Masks().has_mask(f'{{"a":"{text}"}}') is is_one


def test_hiding_takes_microseconds_per_kilobyte() -> None:
    """Every answer passes, also those of 60 kB; the machine may be busy, hence the best of many."""
    lines = "".join(f"light.lamp_{n},on,Kitchen,{n % 7}:0{n % 6}\n" for n in range(1700))
    masks = Masks([Secret(f"a-secret-of-the-house-{n}") for n in range(10)])
    took = []
    for _ in range(20):
        started = time.perf_counter()
        masks.hide(lines)
        took.append(time.perf_counter() - started)

    assert len(lines) > 40_000
    assert min(took) / (len(lines) / 1000) < 20e-6


@pytest.mark.parametrize(
    "text",
    [
        "://" + "a:" * 30_000,
        "eyJ" + "a" * 60_000,
        "-----BEGIN " + "A" * 60_000,
        "webhook_id=" * 6_000,
        "?token=" * 9_000,
        '"password": "' + "\\" * 60_000,
        "password" * 8_000,
        "a" * 60_000 + "_password",
        "access_token " * 5_000,
        "://a:" + "b…" * 20_000,
        '"password": "' + "…" * 20_000,
    ],
)
def test_no_text_makes_it_slow(text: str) -> None:
    """Answers carry what strangers wrote."""
    masks = Masks([Secret(f"b…b-secret-of-the-house-{n}") for n in range(100)])
    started = time.perf_counter()
    masks.hide(text)

    assert time.perf_counter() - started < 1


def test_the_owners_file_of_secrets_is_hidden_where_it_can_be_read(tmp_path: Path) -> None:
    """What could be an ordinary word is not hidden: it would stand masked everywhere."""
    file = tmp_path / "secrets.yaml"
    file.write_text(
        "# secrets\n"
        "wifi_password: correct horse  # of the guests\n"
        'mqtt_token: "with # inside"\n'
        "alarm_code: 4711\n"
        "http_user: admin\n"
        "latitude: 52.3731339\n"
        "elevation: 123456789012\n"
        "camera_url: rtsp://10.0.0.9/live-stream\n"
        "empty_password: \n"
        "no_value\n",
        encoding="utf-8",
    )

    words = [one.reveal() for one in secrets_in(file)]

    assert words == ["correct horse", "with # inside", "4711", "rtsp://10.0.0.9/live-stream"]


@pytest.mark.parametrize("content", [None, b"\xff\xfe\x00bad"], ids=["no file", "no text"])
def test_a_file_that_cannot_be_read_hides_nothing(tmp_path: Path, content: bytes | None) -> None:
    """And stops nothing."""
    file = tmp_path / "secrets.yaml"
    if content is not None:
        file.write_bytes(content)

    assert secrets_in(file) == secrets_in(None) == []
