"""The gallery: which pages it shows, and the page that shows its pictures."""
import json
import re

from lab import paths
from lab.gallery import index, scenes

MENUS = paths.ROOT / paths.ADDON / "views" / "menus.xml"


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
