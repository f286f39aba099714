"""Pictures reach the model in a format it knows, small enough, and only from where they belong."""

import asyncio
from io import BytesIO
from random import Random
from typing import Any

import pytest
from PIL import Image

from fakes.house import FakeHouse
from ha_mcp.home import Home
from ha_mcp.home.images import Photo
from ha_mcp.problems import NotFound, Problem, Rejected, Unreachable, Unsupported


def picture(width: int, height: int, kind: str = "JPEG", mode: str = "RGB", **more: Any) -> bytes:
    """Return a picture of plain colour."""
    data = BytesIO()
    Image.new(mode, (width, height), 90).save(data, kind, **more)
    return data.getvalue()


def noise(width: int, height: int, kind: str = "PNG") -> bytes:
    """Return a picture that cannot be made small by packing it."""
    data = BytesIO()
    Image.frombytes("RGB", (width, height), Random(1).randbytes(3 * width * height)).save(
        data, kind
    )
    return data.getvalue()


@pytest.fixture
def house() -> FakeHouse:
    """Return a house with cameras and faces."""
    house = FakeHouse()
    house.add("camera.door", "idle", name="Door")
    house.add("camera.gone", "unavailable")
    house.add("image.map", "2026-11-20T20:00:00+00:00")
    house.add("person.anna", "home", entity_picture="/api/image/serve/abc/512x512")
    cover = "/api/media_player_proxy/media_player.tv?token=t0&cache=c1"
    house.add("media_player.tv", "playing", entity_picture=cover)
    house.add("light.kitchen", "on")
    return house


async def taken(house: FakeHouse, entity_id: str, width: int = 1024) -> Photo:
    """Take a picture in a home that is mirrored."""
    home = Home(house, house)
    async with asyncio.TaskGroup() as group:
        running = group.create_task(home.run())
        await home.awake()
        try:
            return await home.images.photo(entity_id, width)
        finally:
            running.cancel()


async def refused(house: FakeHouse, entity_id: str) -> Problem:
    """Return the problem that a picture meets."""
    home = Home(house, house)
    running = asyncio.ensure_future(home.run())
    await home.awake()
    with pytest.raises(Problem) as caught:
        await home.images.photo(entity_id, 1024)
    running.cancel()
    return caught.value


async def test_what_fits_is_passed_on_untouched(house: FakeHouse) -> None:
    """Encoding again costs quality."""
    house.files["camera_proxy/camera.door"] = (picture(640, 480), "image/jpeg")

    photo = await taken(house, "Door")

    assert photo.data == house.files["camera_proxy/camera.door"][0]
    assert (photo.mime, photo.width, photo.height) == ("image/jpeg", 640, 480)


@pytest.mark.parametrize(
    ("kind", "mode", "mime"),
    [
        ("PNG", "RGBA", "image/png"),
        ("PNG", "L", "image/png"),
        ("GIF", "P", "image/gif"),
        ("WEBP", "RGB", "image/webp"),
        ("JPEG", "CMYK", "image/jpeg"),
    ],
)
async def test_the_media_type_is_read_from_the_bytes(
    house: FakeHouse, kind: str, mode: str, mime: str
) -> None:
    """Cameras claim JPEG for whatever they send."""
    house.files["image_proxy/image.map"] = (picture(64, 48, kind, mode), "image/jpeg")

    photo = await taken(house, "image.map")

    assert photo.mime == mime


@pytest.mark.parametrize(
    ("kind", "mode"),
    [("JPEG", "RGB"), ("JPEG", "L"), ("JPEG", "CMYK"), ("PNG", "RGBA"), ("GIF", "P")],
)
async def test_a_wide_picture_is_made_as_wide_as_wanted(
    house: FakeHouse, kind: str, mode: str
) -> None:
    """With its shape kept."""
    house.files["camera_proxy/camera.door"] = (picture(2000, 1000, kind, mode), "image/jpeg")

    photo = await taken(house, "camera.door", 500)

    assert (photo.mime, photo.width, photo.height) == ("image/jpeg", 500, 250)


async def test_a_heavy_picture_is_made_lighter(house: FakeHouse) -> None:
    """Clients refuse large answers: 300 kB at most, whatever is in it."""
    house.files["image_proxy/image.map"] = (noise(1000, 1000), "image/png")

    photo = await taken(house, "image.map")

    assert len(photo.data) <= 300_000
    assert photo.width < 1000


async def test_a_picture_lying_on_its_side_is_put_upright(house: FakeHouse) -> None:
    """Phones store how they were held."""
    exif = Image.Exif()
    exif[0x0112] = 6
    sideways = picture(2000, 1000, exif=exif)
    house.files["image_proxy/image.map"] = (sideways, "image/jpeg")

    photo = await taken(house, "image.map", 100)

    assert (photo.width, photo.height) == (100, 200)


@pytest.mark.parametrize(
    ("entity_id", "path"),
    [
        ("person.anna", "image/serve/abc/512x512"),
        ("media_player.tv", "media_player_proxy/media_player.tv"),
    ],
)
async def test_faces_and_covers_are_pictures_too(
    house: FakeHouse, entity_id: str, path: str
) -> None:
    """They come from the attribute entity_picture."""
    house.files[path] = (picture(64, 64), "image/jpeg")

    assert (await taken(house, entity_id)).width == 64


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "empty"),
        (b"<html>500</html>", "no JPEG, PNG, GIF or WebP"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "no JPEG, PNG, GIF or WebP"),
        (picture(640, 480)[:300], "damaged"),
        (noise(64, 64)[:500], "damaged"),
        (picture(9000, 9000, "PNG", "1"), "too many"),
    ],
    ids=["empty", "a page", "drawing", "half a JPEG", "half a PNG", "huge"],
)
async def test_what_is_no_picture_is_refused(house: FakeHouse, data: bytes, said: str) -> None:
    """A model shown a broken image makes something up."""
    house.files["camera_proxy/camera.door"] = (data, "image/jpeg")

    problem = await refused(house, "camera.door")

    assert isinstance(problem, Rejected)
    assert said in problem.message


@pytest.mark.parametrize(
    ("entity_id", "kind", "said"),
    [
        ("camera.gone", Rejected, "is unavailable"),
        ("camera.door", Rejected, "gives no picture now"),
        ("light.kitchen", Unsupported, "has no picture"),
        ("camera.dor", NotFound, "no entity"),
    ],
)
async def test_what_has_no_picture_says_why(
    house: FakeHouse, entity_id: str, kind: type[Problem], said: str
) -> None:
    """Away, without an image, not an image, or not there at all."""
    problem = await refused(house, entity_id)

    assert isinstance(problem, kind)
    assert said in problem.message


@pytest.mark.parametrize(
    "url",
    [
        "https://elsewhere.example/api/image/serve/1",
        "//elsewhere.example/api/image/serve/1",
        "/local/face.png",
        "/api/config",
        "/api/image/serve/../../config",
        "/api/image/serve/%2e%2e/%2e%2e/config",
        "/api/webhook/1",
    ],
)
async def test_a_picture_is_read_only_from_where_pictures_are(house: FakeHouse, url: str) -> None:
    """An integration chooses the address; the request carries the rights of this server."""
    house.add("person.eve", "home", entity_picture=url)
    house.files["config"] = (picture(64, 64), "image/jpeg")

    problem = await refused(house, "person.eve")

    assert isinstance(problem, Unsupported)


async def test_a_camera_that_is_off_is_not_a_lost_connection(house: FakeHouse) -> None:
    """Core answers 503 for it, as a Core that starts does."""

    class Off(FakeHouse):
        async def get_bytes(self, path: str, *, most: int, **query: str) -> tuple[bytes, str]:
            raise Unreachable("Home Assistant is starting or restarting (503)")

    off = Off()
    off.add("camera.door", "idle")

    problem = await refused(off, "camera.door")

    assert isinstance(problem, Rejected)
    assert "switched off" in (problem.hint or "")
