"""A picture reaches the client as image content, with when and of what."""

from io import BytesIO

from PIL import Image

from fakes.calling import caller, living
from fakes.house import FakeHouse


async def test_a_camera_is_looked_at() -> None:
    """Now, what it is, how large, and the image itself."""
    data = BytesIO()
    Image.new("RGB", (80, 60)).save(data, "JPEG")
    house = FakeHouse()
    house.add("camera.door", "idle", name="Door")
    house.files["camera_proxy/camera.door"] = (data.getvalue(), "image/jpeg")

    async with living(house) as home:
        outcome = await caller(home)("ha_get_image", entity_id="door", width="640")

    assert outcome.text.splitlines()[0].startswith("Now: ")
    assert outcome.text.splitlines()[1] == "Door (camera.door), 80x60"
    assert [(one.mime, one.data) for one in outcome.pictures] == [("image/jpeg", data.getvalue())]
