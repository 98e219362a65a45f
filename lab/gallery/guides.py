"""Pictures of the guides in docs/guides: `python3 -m lab gallery --guides` renews them.

A guide shows a scene by the name of its picture: images/guides/order-cart-phone.webp is the scene order-cart on a
phone. So the guides themselves say which pictures there are.
"""
from __future__ import annotations

import dataclasses
import re

from lab import paths, progress
from lab.gallery import kept, scenes

FOLDER = paths.ROOT / "docs" / "guides"
PICTURES = paths.ROOT / "docs" / "images" / "guides"
SHOWN = re.compile(r"images/guides/([a-z0-9-]+)-(desktop|phone)\.webp\)")


def shown():
    """List the scenes that the guides show, each on the devices that they show.

    :raises Problem: a guide shows a scene that the gallery does not have
    :rtype: list[scenes.Scene]
    """
    devices = {}
    for guide in sorted(FOLDER.glob("*.md")):
        for name, device in SHOWN.findall(guide.read_text()):
            devices.setdefault(name, set()).add(device)
    known = {scene.name for scene in scenes.SCENES}
    if unknown := sorted(set(devices) - known):
        raise progress.Problem(f"The gallery has no {', '.join(unknown)}; --list prints all.")
    return [dataclasses.replace(scene, devices=tuple(sorted(devices[scene.name])))
            for scene in scenes.SCENES if scene.name in devices]


def keep(shots, folder):
    """Copy the pictures of a run into the documents, and remove those that no guide shows any more.

    :param list shots: what `camera.Camera.take` returned
    :param Path folder: where the pictures are
    """
    kept.keep(shots, folder, PICTURES, kept.names(shown()))
