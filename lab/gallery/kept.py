"""Keep pictures of a run in the documents, as small WebP; the guides and docs/gallery.md do."""
from __future__ import annotations

from PIL import Image

SUFFIX = ".webp"
# Without loss, letters stay sharp, and the few colours of a screen make it small.
SHARP = {"lossless": True, "quality": 100, "method": 6}
# Half of that with narrower pictures, of which every letter is still read.
SMALL = {"quality": 25, "method": 6}


def keep(shots, folder, target, wanted, widths=None):
    """Copy pictures into a folder of the documents, and remove those that no document shows any more.

    The same picture gives the same bytes, so a second run changes only what looks different.

    :param list shots: what `camera.Camera.take` returned
    :param Path folder: where the pictures are
    :param Path target: where they are kept
    :param set wanted: the names of the pictures to keep, without suffix
    :param dict widths: in pixels by device; as wide as they are and sharp without them
    """
    target.mkdir(parents=True, exist_ok=True)
    for shot in shots:
        for device, file in shot.files.items():
            kept = (target / file).with_suffix(SUFFIX)
            if kept.stem in wanted:
                picture = Image.open(folder / file).convert("RGB")
                if widths:
                    height = round(picture.height * widths[device] / picture.width)
                    picture = picture.resize((widths[device], height), Image.Resampling.LANCZOS)
                picture.save(kept, **SMALL if widths else SHARP)
    for picture in target.glob(f"*{SUFFIX}"):
        if picture.stem not in wanted:
            picture.unlink()


def names(scenes):
    """Name the pictures of scenes, without suffix.

    :param list scenes: each on its devices
    :rtype: set[str]
    """
    return {f"{scene.name}-{device}" for scene in scenes for device in scene.devices}
