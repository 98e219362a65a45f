"""The gallery: which pages it shows, the page that shows its pictures, and docs/gallery.md."""
import argparse
import dataclasses
import json
import re

import pytest
from PIL import Image

from lab import gallery, paths, progress
from lab.gallery import camera, documents, index, kept, scenes

MENUS = paths.ROOT / paths.ADDON / "views" / "menus.xml"
# Of all pictures of docs/gallery.md.
MOST_BYTES = 10_000_000


def test_every_menu_of_ours_is_shown():
    shown = {getattr(scene.place, "action", "") for scene in scenes.SCENES}
    opened = set(re.findall(r'action="(\w+)"', MENUS.read_text())) - {"action_shop"}  # which a button opens, too
    assert opened
    assert {f"amazon_punchout.{name}" for name in opened} <= shown


def test_pictures_have_names_of_their_own():
    names = [scene.name for scene in scenes.SCENES]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"[a-z0-9-]+", name) for name in names)


def test_the_page_shows_pictures_of_earlier_runs_and_what_was_skipped(tmp_path):
    first, second = scenes.SCENES[:2]
    folder = tmp_path / "en"
    folder.mkdir()
    for scene, files, notes in (
            (first, {"desktop": "a.png", "phone": "b.png"}, []), (second, {}, ["skipped, it is not there"])):
        (folder / f"{scene.name}.json").write_text(json.dumps({
            "name": scene.name, "title": scene.title, "files": files, "notes": notes}))
    text = index.write(tmp_path, "en").read_text()
    assert 'src="en/a.png"' in text
    assert 'src="en/b.png"' in text
    assert f"### {second.title}\n\n- skipped, it is not there" in text
    assert scenes.SCENES[2].title not in text


def test_the_document_shows_the_scenes_of_today():
    assert documents.PAGE.read_text() == documents.page(), "Run python3 -m lab gallery --docs"


def test_the_document_has_a_place_for_every_subject():
    subjects = [subject for group in documents.READERS.values() for subject in group]
    assert len(set(subjects)) == len(subjects)
    assert set(subjects) == {scene.subject for scene in scenes.SCENES}


@pytest.mark.parametrize("language", documents.LANGUAGES)
def test_each_scene_has_its_pictures_in_each_language_and_no_other_is_there(language):
    pictures = {picture.name for picture in (documents.PICTURES / language).iterdir()}
    assert pictures == {f"{name}{kept.SUFFIX}" for name in kept.names(scenes.SCENES)}


def test_the_document_shows_every_picture():
    shown = re.findall(r'src="([^"]+)"', documents.PAGE.read_text())
    pictures = {picture.relative_to(documents.PAGE.parent).as_posix() for picture in documents.PICTURES.rglob("*.*")}
    assert pictures
    assert set(shown) == pictures
    assert len(shown) == len(pictures)


def test_the_pictures_are_small_and_wide_enough_to_read():
    pictures = list(documents.PICTURES.rglob(f"*{kept.SUFFIX}"))
    assert sum(picture.stat().st_size for picture in pictures) <= MOST_BYTES
    assert {Image.open(picture).width for picture in pictures} == set(documents.KEPT_WIDTHS.values())


def test_links_lead_to_headings_of_the_document():
    text = documents.page()
    headings = {re.sub(r"[^\w\- ]", "", found.lower()).replace(" ", "-")
                for found in re.findall(r"^#+ (.+)$", text, re.MULTILINE)}
    links = re.findall(r"\(#([^)]+)\)", text)
    assert len(links) > len(documents.READERS)
    assert set(links) <= headings


def test_pictures_are_kept_once_and_the_same_again_changes_no_byte(tmp_path):
    scene = dataclasses.replace(scenes.SCENES[0], devices=("desktop",))
    Image.effect_noise((60, 40), 90).save(tmp_path / f"{scene.name}-desktop.png")
    shot, target = camera.Shot(scene, {"desktop": f"{scene.name}-desktop.png"}), tmp_path / "kept"
    target.mkdir()
    (target / f"gone{kept.SUFFIX}").write_bytes(b"")
    kept.keep([shot], tmp_path, target, kept.names([scene]), {"desktop": 30})
    (file,) = target.iterdir()
    before = file.read_bytes()
    assert Image.open(file).size == (30, 20)
    kept.keep([shot], tmp_path, target, kept.names([scene]), {"desktop": 30})
    assert file.read_bytes() == before
    kept.keep([shot], tmp_path, target, kept.names([scene]))
    assert Image.open(file).size == (60, 40)


def test_a_document_fails_by_name_where_a_picture_is_missing(capsys):
    whole, skipped, broken = scenes.SCENES[:3]
    shots = [camera.Shot(whole, dict.fromkeys(whole.devices, "x.png")), camera.Shot(skipped),
             camera.Shot(broken, {}, [], True)]
    assert gallery._failed(shots, is_kept=True) == [skipped.name, broken.name]
    assert f"Failed: {skipped.name}, {broken.name}" in capsys.readouterr().err
    assert gallery._failed(shots, is_kept=False) == [broken.name]


def test_languages_of_the_document_are_made_by_one_command_or_one_alone():
    options = argparse.Namespace(guides=False, language=None)
    assert gallery._of_documents(options) == ["en", "de", "ja"]
    options.language = "ja"
    assert gallery._of_documents(options) == ["ja"]
    options.language = "fr"
    with pytest.raises(progress.Problem, match="en, de, ja"):
        gallery._of_documents(options)
