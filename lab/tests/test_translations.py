import polib
import pytest

from lab import readme, translations

FILES = [(addon, language) for addon in readme.ADDONS for language in translations.LANGUAGES]


@pytest.mark.parametrize(("addon", "language"), FILES, ids=lambda value: getattr(value, "name", value))
def test_everything_is_translated(addon, language):
    found = translations.problems(translations.po_of(addon, language), translations.template_of(addon))
    assert found == []


def written(file, *entries):
    catalogue = polib.POFile()
    for entry in entries:
        catalogue.append(polib.POEntry(**entry))
    catalogue.save(str(file))
    return file


@pytest.mark.parametrize(("msgid", "msgstr", "problem"), [
    ("Retry", "Erneut versuchen", None),
    ("Retry", "", "not translated"),
    ("%(a)s of %(b)s", "von %(b)s: %(a)s", None),
    ("%(a)s of %(b)s", "%(a)s von %(c)s", "other placeholders"),
    ("%s orders, 5%%", "%s Bestellungen, 5%", "other placeholders"),
    ("<b>Lost</b>", "<b>Verloren", "other placeholders"),
    ("Lost ", "Verloren", "other placeholders"),
    ('<i title="Lost"/>', '<i title="Verloren"/>', None),
    ("One\nTwo", "Eins Zwei", "other placeholders"),
])
def test_what_a_translation_lacks_is_named(tmp_path, msgid, msgstr, problem):
    template = written(tmp_path / "x.pot", {"msgid": msgid})
    found = translations.problems(written(tmp_path / "de.po", {"msgid": msgid, "msgstr": msgstr}), template)
    assert [each.split(":")[0].split(",")[0] for each in found] == ([problem] if problem else [])


def test_a_fuzzy_or_an_old_translation_is_named(tmp_path):
    template = written(tmp_path / "x.pot", {"msgid": "New"}, {"msgid": "Newer"})
    file = written(tmp_path / "de.po", {"msgid": "New", "msgstr": "Neu", "flags": ["fuzzy"]},
                   {"msgid": "Old", "msgstr": "Alt"})
    assert translations.problems(file, template) == ["not in the .po: Newer", "fuzzy: New", "not in the .pot: Old"]


def test_an_update_keeps_what_is_translated_and_guesses_nothing(tmp_path):
    template = written(tmp_path / "x.pot", {"msgid": "Cart"}, {"msgid": "Carts"})
    file = written(tmp_path / "de.po", {"msgid": "Cart", "msgstr": "Warenkorb"}, {"msgid": "Old", "msgstr": "Alt"})
    translations.update(file, template, "de")
    assert [(entry.msgid, entry.msgstr) for entry in polib.pofile(str(file))] == [("Cart", "Warenkorb"), ("Carts", "")]


def test_a_new_language_begins_empty(tmp_path):
    template = written(tmp_path / "x.pot", {"msgid": "Cart"})
    translations.update(tmp_path / "ja.po", template, "ja")
    catalogue = polib.pofile(str(tmp_path / "ja.po"))
    assert catalogue.metadata["Language"] == "ja"
    assert catalogue.untranslated_entries()
