"""Every kind of error of the codec and of HTTP has words for people."""
from odoo.tests import TransactionCase, tagged

from ... import cxml
from ...cxml import errors
from ...tools.http_post import KINDS, NoAnswer


@tagged('post_install', '-at_install')
class TestDocumentErrors(TransactionCase):

    def setUp(self):
        super().setUp()
        self.documents = self.env['amazon.punchout.document']

    def test_each_kind_of_the_codec_has_a_sentence_of_its_own(self):
        sentences = set()
        for kind in errors._SENTENCES:
            error = cxml.CxmlError(kind, 'OrderRequest', 'ItemOut[2]/@quantity', "12 dozens")
            sentence = self.documents._explain_cxml_error(error)
            self.assertTrue(sentence.endswith("."), sentence)
            self.assertNotIn(f"({kind})", sentence)
            self.assertRegex(sentence, r"\bOrder\b")
            sentences.add(sentence)
        self.assertEqual(len(sentences), len(errors._SENTENCES))

    def test_an_unusable_secret_is_named_without_its_value(self):
        error = cxml.CxmlError('bad_value', 'OrderRequest', 'Sender/Credential/SharedSecret', "secret")
        self.assertEqual(
            self.documents._explain_cxml_error(error),
            "The Order has an invalid value in Sender/Credential/SharedSecret.")

    def test_each_kind_of_http_has_words_of_its_own(self):
        kinds = {*(kind for _types, kind in KINDS), 'unreachable', 'late', 'too_large', 'other'}
        words = set()
        for kind in kinds:
            error = NoAnswer(kind, 'amazon.example', seconds=10, size=5, detail="Operation not permitted")
            words.add(self.documents._explain_http_error(error))
        self.assertEqual(len(words), len(kinds))
        self.assertTrue(all(each.startswith("amazon.example: ") for each in words), words)
        self.assertIn("amazon.example: the connection failed (Operation not permitted)", words)
        self.assertIn("amazon.example: no connection within 10 seconds", words)
