"""What the addon calls its fields, choices and buttons can be translated: the short form of `bin/test languages`."""
import os
import re
import tempfile
from pathlib import Path
from unittest import mock

import polib

from odoo.service.model import call_kw
from odoo.tests import TransactionCase

from lab.languages import crawl, judge

from .addons.amazon_punchout_pseudo import letters, pseudo


class Caller:
    """Calls as lab/check.py sends them, in this transaction.

    :param env: an environment in the pseudo-language
    """

    def __init__(self, env):
        self._env = env

    def call(self, model, method, *arguments, **keywords):
        return call_kw(self._env[model], method, list(arguments), {**keywords, "context": self._env.context})


class TestLanguages(TransactionCase):
    # Odoo sets them for tests in an addon.
    test_tags, test_module, test_class, test_sequence = set(), "e2e", "TestLanguages", 0

    def read(self):
        """Translate the addon, and read its views."""
        folder = Path(self.enterContext(tempfile.TemporaryDirectory()))
        strings = []
        for addon, text in pseudo.export(self.env).items():
            (folder / f"{addon}.pot").write_text(text)
            strings += [entry.msgid for entry in polib.pofile(text)]
        self.enterContext(mock.patch.dict(os.environ, {"LAB_STRINGS": str(folder)}))
        pseudo.load(self.env, pseudo.ADDONS)
        caller = Caller(self.env(context={"lang": letters.LANGUAGE}))
        reader = crawl.Reader(caller, judge.Judge(self.env.cr.dbname, strings), {})
        reader.read_views()
        # Core's own strings are not translated here, and its views are full of them.
        return {where: text for where, text in reader.found.items()
                if text in strings and re.match(r"(?!view )|view amazon_punchout", where)}

    def test_every_label_button_and_choice_can_be_translated(self):
        self.assertEqual(self.read(), {})

    def test_a_label_that_cannot_be_translated_is_found(self):
        field = self.env["ir.model.fields"]._get("amazon.punchout.group", "hold_policy")
        data = self.env["ir.model.data"].search([("model", "=", "ir.model.fields"), ("res_id", "=", field.id)])
        exported = pseudo.export(self.env)
        self.patch(pseudo, "export", lambda _env: exported)
        data.name = "nobody_finds_it"
        self.assertIn(field.field_description, self.read().values())
