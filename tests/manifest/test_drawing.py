"""The icons in the repository are what the drawing code draws."""

from PIL import Image

from manifest.drawing import CLEAR, Shape, colour_mark, outline_mark, to_image, to_svg
from manifest.package import HERE


def test_the_icons_are_up_to_date_with_their_drawing() -> None:
    """After a change in the drawing: python -m manifest icons."""
    for name, drawn in {
        "color.png": to_image(colour_mark(), 192),
        "outline.png": to_image(outline_mark(), 32),
    }.items():
        with Image.open(HERE / name) as kept:
            assert kept.convert("RGBA").tobytes() == drawn.tobytes(), name


def test_the_pages_picture_is_up_to_date_with_the_drawing() -> None:
    kept = HERE.parent / "portal" / "static" / "signpost.svg"
    assert kept.read_text() == to_svg(colour_mark(scale=0.86))


def test_edges_on_whole_units_are_sharp() -> None:
    """At 32 pixels a blurred edge is what makes an icon look cheap."""
    square = Shape(((8, 8), (24, 8), (24, 24), (8, 24)), 0, "#ffffff")
    image = to_image([square], 32)
    assert image.getbbox() == (8, 8, 24, 24)
    assert image.crop((8, 8, 24, 24)).getextrema() == ((255, 255),) * 4


def test_a_clear_shape_cuts_a_hole() -> None:
    square = Shape(((0, 0), (32, 0), (32, 32), (0, 32)), 0, "#ffffff")
    hole = Shape(((8, 8), (24, 8), (24, 24), (8, 24)), 0, CLEAR)
    image = to_image([square, hole], 32)
    alpha = image.getchannel("A")
    assert [alpha.getpixel((x, 16)) for x in (7, 8, 16, 23, 24)] == [255, 0, 0, 0, 255]
