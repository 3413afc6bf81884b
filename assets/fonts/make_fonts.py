"""Make the fonts of the report from the npm packages named in README.md; run by hand, only when they are to change.

    npm install @expo-google-fonts/noto-sans@0.4.2 @expo-google-fonts/noto-sans-mono@0.4.2 \
        @expo-google-fonts/noto-sans-sc@0.4.3 @expo-google-fonts/noto-sans-arabic@0.4.3 \
        @expo-google-fonts/noto-sans-hebrew@0.4.1 @expo-google-fonts/noto-emoji@0.4.7
    python assets/fonts/make_fonts.py node_modules/@expo-google-fonts assets/fonts
"""

import json
import sys
from itertools import groupby
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

KEPT_WHOLE = range(0x2E80), range(0x3000, 0x3400), range(0xFE30, 0xFE70), range(0xFF00, 0x10000)
"""Of Noto Sans SC: everything that is no Han character."""


def encodable(codec: str, *, lead: tuple[int, int]) -> set[int]:
    """The code points of a two-byte character set whose first byte lies within `lead`."""
    found = set()
    for high in range(lead[0], lead[1] + 1):
        for low in range(0x40, 0xFF):
            try:
                found |= {ord(c) for c in bytes([high, low]).decode(codec)}
            except UnicodeDecodeError:
                continue
    return found


def subset(source: Path, target: Path, wanted: set[int] | None, *, layout: bool = True) -> None:
    """Write `source` with only the wanted code points (None: all), without hints, to `target`."""
    font = TTFont(source, recalcTimestamp=False)
    options = Options(hinting=False, notdef_outline=True, glyph_names=False, name_IDs=["*"], recalc_timestamp=False)
    if not layout:
        options.layout_features = ["kern", "mark", "mkmk", "ccmp", "locl"]
    chosen = Subsetter(options)
    chosen.populate(unicodes=sorted(set(font.getBestCmap()) if wanted is None else wanted))
    chosen.subset(font)
    font.save(target)
    print(f"{target.name}: {target.stat().st_size / 1e6:.2f} MB, {len(font.getBestCmap())} characters")


def write_coverage(out: Path) -> None:
    """Write the code points that some upright font has, as [first, last] ranges: a report prints no other character."""
    points: set[int] = set()
    for path in sorted(out.glob("*.ttf")):
        points |= set(TTFont(path).getBestCmap()) if path.stem.endswith("-Regular") else set()
    runs = [[p for _, p in part] for _, part in groupby(enumerate(sorted(points)), key=lambda pair: pair[1] - pair[0])]
    ranges = [[run[0], run[-1]] for run in runs]
    (out / "coverage.json").write_text(json.dumps(ranges, separators=(",", ":")) + "\n", encoding="ascii")


def main(packages: Path, out: Path) -> None:
    """Write every font of the report."""
    simplified = encodable("gb2312", lead=(0xB0, 0xF7))
    traditional = encodable("big5", lead=(0xA4, 0xC6))
    others = {point for part in KEPT_WHOLE for point in part}
    for package, name, wanted in (
        ("noto-sans", "NotoSans_400Regular", None),
        ("noto-sans", "NotoSans_400Regular_Italic", None),
        ("noto-sans", "NotoSans_700Bold", None),
        ("noto-sans-mono", "NotoSansMono_400Regular", set(range(0x20, 0x250)) | set(range(0x2000, 0x2600))),
        ("noto-sans-sc", "NotoSansSC_400Regular", simplified | traditional | others),
        ("noto-sans-sc", "NotoSansSC_700Bold", simplified | traditional | others),
        ("noto-sans-arabic", "NotoSansArabic_400Regular", None),
        ("noto-sans-hebrew", "NotoSansHebrew_400Regular", None),
        ("noto-emoji", "NotoEmoji_400Regular", None),
    ):
        source = packages / package / name.partition("_")[2] / f"{name}.ttf"
        weight = name.partition("_")[2].lstrip("0123456789").replace("Regular_Italic", "Italic")
        target = out / f"{name.partition('_')[0]}-{weight}.ttf"
        subset(source, target, wanted, layout="SC" not in name)
    write_coverage(out)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
