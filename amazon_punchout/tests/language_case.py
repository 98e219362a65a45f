"""People who read another language than the one in which something was stored."""
from unittest.mock import patch

from odoo.tools.translate import code_translations

GERMAN = 'de_DE'


class Marked(dict):
    """A translation of everything, which anybody can tell from English."""

    def get(self, source, _default=None):
        return f'⟦{source}⟧'


class LanguageCase:
    """German is active and translates each of our sentences by :class:`Marked`; for tests with records."""

    def setUp(self):
        super().setUp()
        self.env['res.lang']._activate_lang(GERMAN)
        self.startPatcher(patch.dict(
            code_translations.python_translations, {('amazon_punchout', GERMAN): Marked()}))

    def in_german(self, record):
        """Give a record as a German user reads it."""
        return record.with_context(lang=GERMAN)

    def assertFollowsReader(self, record, name, *words):
        """Check that a stored sentence is English in English, and translated in German with the same values.

        :param str name: of the field
        :param words: what both must have: names, numbers
        """
        self.env.flush_all()
        self.env.invalidate_all()
        english, german = record.with_context(lang='en_US')[name], self.in_german(record)[name]
        self.assertTrue(english, f"{name} of {record} is empty")
        self.assertNotIn('⟦', english)
        self.assertTrue(german.startswith('⟦') and german.endswith(('⟧', '⟧.')), german)
        for word in words:
            self.assertIn(word, english)
            self.assertIn(word, german)
