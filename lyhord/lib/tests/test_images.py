import io
import subprocess
import sys

import pytest
from PIL import Image

from lyhord.lib import images, picturing
from lyhord.lib.images import NotAPicture, recopy
from lyhord.lib.tests.fakes import hostile
from lyhord.lib.tests.pictures import chunk, gif, huge_png, png, saved


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


def with_place() -> Image.Exif:
    exif = Image.Exif()
    exif[0x010F] = "Camera of Kim"
    exif[0x0112] = 6  # lying on its side
    exif.get_ifd(0x8825).update({1: "N", 2: (59.0, 20.0, 0.0), 3: "E", 4: (18.0, 4.0, 0.0)})
    return exif


def test_a_photograph_loses_its_place_and_camera_and_stands_upright() -> None:
    photograph = saved(Image.new("RGB", (40, 20), "red"), "JPEG", exif=with_place(), comment=b"secret note")
    assert opened(photograph).getexif().get_ifd(0x8825)
    found = recopy(photograph)
    assert (found.content_type, found.width, found.height) == ("image/jpeg", 20, 40)
    assert not opened(found.content).getexif()
    assert b"Kim" not in found.content
    assert b"secret" not in found.content


def test_texts_in_a_png_are_gone() -> None:
    drawing = png(8, 8)
    noted = drawing[:-12] + chunk(b"tEXt", b"Comment\0<script>alert(1)</script>") + drawing[-12:]
    assert b"script" not in recopy(noted).content


def test_what_is_see_through_stays_so() -> None:
    found = recopy(saved(Image.new("RGBA", (8, 8), (255, 0, 0, 0)), "WEBP", lossless=True))
    assert found.content_type == "image/png"
    assert opened(found.content).getchannel("A").getextrema() == (0, 0)


def test_a_large_picture_is_made_smaller() -> None:
    found = recopy(png(3200, 400))
    assert (found.width, found.height) == (1600, 200)


def test_what_hides_behind_a_picture_is_left_behind() -> None:
    polyglot = png(8, 8) + b"PK\x03\x04<html><script>alert(1)</script>"
    assert b"script" not in recopy(polyglot).content


def test_a_small_moving_picture_goes_on_moving() -> None:
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "green", "blue")]
    moving = saved(frames[0], "GIF", save_all=True, append_images=frames[1:], duration=50, comment=b"secret")
    found = recopy(moving)
    assert getattr(opened(found.content), "n_frames", 1) == 3
    assert b"secret" not in found.content


def test_a_long_moving_picture_keeps_its_first_frame() -> None:
    found = recopy(gif(100))
    assert found.content_type == "image/png"
    assert (found.width, found.height) == (8, 8)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"hello",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"\x89PNG\r\n\x1a\n",
        b"GIF89a<script>alert(1)</script>",
        png(200, 200)[:90],
        saved(Image.new("RGB", (64, 64)), "JPEG")[:200],
        saved(Image.new("RGB", (8, 8)), "TIFF"),
        saved(Image.new("RGB", (8, 8)), "BMP"),
        saved(Image.new("RGB", (16, 16)), "ICO"),
        b"8BPS\x00\x01" + bytes(40),
        b"%!PS-Adobe-3.0 EPSF-3.0\n",
    ],
    ids="empty text svg png-head gif-script png-cut jpeg-cut tiff bmp ico psd eps".split(),
)
def test_what_is_no_picture_that_we_show_is_refused(data: bytes) -> None:
    with pytest.raises(NotAPicture):
        recopy(data)


@pytest.mark.parametrize("side", [50_000, 8_000, 2**31 - 1])
def test_a_picture_that_says_it_is_huge_is_refused(side: int) -> None:
    with pytest.raises(NotAPicture, match="damaged, too large"):
        recopy(huge_png(side))


def test_a_file_over_the_limit_is_not_even_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(images, "MAX_BYTES", 10)
    with pytest.raises(NotAPicture, match="at most 10"):
        recopy(png(8, 8))


def test_a_decoder_that_hangs_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(images, "CHILD", "import time; time.sleep(60)")
    monkeypatch.setattr(images, "SECONDS", 0.2)
    with pytest.raises(NotAPicture, match="seconds to read"):
        recopy(png(8, 8))


def test_the_child_has_little_memory() -> None:
    greedy = "from lyhord.lib import picturing; picturing.limit(); bytes(600_000_000)"
    child = subprocess.run([sys.executable, "-c", greedy], cwd=images.ROOT, capture_output=True, check=False)
    assert b"MemoryError" in child.stderr
    assert picturing.MEMORY_BYTES == 512 * 1024 * 1024


def test_active_drawings_of_a_public_list_are_refused() -> None:
    files = [path for path in hostile("svg-xml-active").rglob("*") if path.suffix in {".svg", ".xml"}]
    for path in files:
        with pytest.raises(NotAPicture):
            recopy(path.read_bytes())
    assert files
