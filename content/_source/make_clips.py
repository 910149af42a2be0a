"""Makes the sample's clips: python content/_source/make_clips.py

Slides are drawn, sentences are spoken by espeak-ng, and ffmpeg puts them together; both must be
installed (Debian: apt-get install ffmpeg espeak-ng). What is said becomes the transcript, at the
times at which it is said. The results are committed: nobody needs this to run Signpost.
"""

from __future__ import annotations

import subprocess
import sys
import textwrap
import wave
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import yaml
from PIL import Image, ImageDraw, ImageFont

HERE = Path(__file__).parent
CONTENT = HERE.parent
SIZE = (960, 540)
GREEN, PALE, AMBER, WHITE = "#1f4d3a", "#e8f0ea", "#f2b134", "#ffffff"
_BREATH_S = 0.35  # between two sentences
_SLIDE_S = 0.8  # before a new slide speaks
_LINE, _SCREEN = 42, 62  # characters
_FONTS = Path("/usr/share/fonts/truetype/liberation")


@dataclass(frozen=True)
class Cue:
    """Words, and when they are said; `chapter` begins with them."""

    start_s: float
    end_s: float
    text: str
    chapter: str = ""


def main() -> None:
    """Makes all clips, or those whose paths are given."""
    wanted = set(sys.argv[1:])
    for clip in yaml.safe_load((HERE / "clips.yaml").read_text(encoding="utf-8")):
        if not wanted or clip["path"] in wanted:
            make(CONTENT / clip["path"], clip["slides"])


def make(target: Path, slides: list[dict[str, list[str]]]) -> None:
    """Writes `target`.mp4, `target`.vtt and `target`.jpg, the first slide."""
    with TemporaryDirectory() as folder:
        work = Path(folder)
        cues: list[Cue] = []
        sound: list[bytes] = []
        pictures: list[tuple[Path, float]] = []
        rate, now = 22050, 0.0

        def silence(seconds: float) -> None:
            nonlocal now
            frames = round(seconds * rate)
            sound.append(b"\0\0" * frames)
            now += frames / rate

        for number, slide in enumerate(slides):
            begun, first = now, len(cues)
            silence(_SLIDE_S)
            for sentence in slide["say"]:
                spoken = work / "sentence.wav"
                subprocess.run(  # noqa: S603 (our own words)
                    ["espeak-ng", "-v", "en-gb", "-s", "150", "-g", "3", "-w", spoken, sentence],  # noqa: S607
                    check=True,
                )
                with wave.open(str(spoken)) as file:
                    data, rate = file.readframes(file.getnframes()), file.getframerate()
                length_s = len(data) / 2 / rate
                cues += captions(sentence, now, length_s)
                sound.append(data)
                now += length_s
                silence(_BREATH_S)
            cues[first] = replace(cues[first], chapter=slide["show"][0].lstrip("0123456789 "))
            picture = work / f"{number}.png"
            draw(slide["show"], number, len(slides)).save(picture)
            pictures.append((picture, now - begun))
        with wave.open(str(work / "all.wav"), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(rate)
            file.writeframes(b"".join(sound))
        listed = "".join(f"file '{path}'\nduration {seconds:.3f}\n" for path, seconds in pictures)
        (work / "slides.txt").write_text(f"{listed}file '{pictures[-1][0]}'\n", encoding="utf-8")
        video = "libx264 -preset veryslow -tune stillimage -crf 24 -pix_fmt yuv420p -r 10 -g 100"
        exact = "-map_metadata -1 -fflags +bitexact -flags:v +bitexact -flags:a +bitexact"
        given = ["-f", "concat", "-safe", "0", "-i", work / "slides.txt", "-i", work / "all.wav"]
        made = f"-c:v {video} -c:a aac -b:a 40k -ac 1 -t {now:.3f} {exact} -movflags +faststart"
        subprocess.run(  # noqa: S603 (our own files)
            ["ffmpeg", "-v", "error", "-y", *given, *made.split(), target.with_suffix(".mp4")],  # noqa: S607
            check=True,
        )
    draw(slides[0]["show"], 0, len(slides)).save(target.with_suffix(".jpg"), quality=80)
    target.with_suffix(".vtt").write_text(_vtt(cues), encoding="utf-8")


def captions(sentence: str, start_s: float, length_s: float) -> list[Cue]:
    """The sentence in pieces that fit on a screen, each of two lines; the time is shared out by
    their length."""
    count = -(-len(sentence) // _SCREEN)
    pieces = textwrap.wrap(sentence, max(len(sentence) // count + 8, 20))
    each_s = [length_s * len(piece) / sum(map(len, pieces)) for piece in pieces]
    begun = [start_s + sum(each_s[:number]) for number in range(len(pieces))]
    return [
        Cue(begin, begin + taken, "\n".join(textwrap.wrap(piece, _LINE)))
        for begin, taken, piece in zip(begun, each_s, pieces, strict=True)
    ]


def draw(words: list[str], number: int, count: int) -> Image.Image:
    """A slide: its heading, what else it shows, and how far it is."""
    image = Image.new("RGB", SIZE, GREEN if number == 0 else PALE)
    pen = ImageDraw.Draw(image)
    head, text = (WHITE, WHITE) if number == 0 else (GREEN, "#17252b")
    pen.rectangle((0, 0, 18, SIZE[1]), fill=AMBER)
    heading, *others = words
    pen.text((80, 150), heading, font=_font("Bold", 58), fill=head)
    for line, shown in enumerate(others):
        pen.text((80, 250 + line * 62), shown, font=_font("Regular", 38), fill=text)
    pen.text((80, 470), "Fernhill", font=_font("Bold", 24), fill=head)
    for dot in range(count):
        x = SIZE[0] - 80 - (count - dot) * 26
        fill = AMBER if dot <= number else ("#3d6b57" if number == 0 else "#c3d3c8")
        pen.ellipse((x, 474, x + 14, 488), fill=fill)
    return image


def _font(style: str, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(_FONTS / f"LiberationSans-{style}.ttf", size)


def _vtt(cues: list[Cue]) -> str:
    blocks = ["WEBVTT"]
    for one in cues:
        blocks += [f"NOTE Chapter: {one.chapter}"] if one.chapter else []
        blocks.append(f"{_stamp(one.start_s)} --> {_stamp(one.end_s)}\n{one.text}")
    return "\n\n".join(blocks) + "\n"


def _stamp(seconds: float) -> str:
    whole, millis = divmod(round(seconds * 1000), 1000)
    return f"{whole // 60:02}:{whole % 60:02}.{millis:03}"


if __name__ == "__main__":
    main()
