"""Amazon's values pasted in one go: taken apart, seen before they are stored, and forgotten as text."""
import time

from odoo.exceptions import AccessError
from odoo.tests import Form, tagged

from ...tools.pasted import read_pasted
from ..common import AmazonCase

LIVE, TEST = 'https://abintegrations.amazon.com/punchout', 'https://abintegrations.amazon.com/punchout/test'
ORDER = 'https://https-ats.amazonsedi.com/0b7c2f7e-0000-4000-8000-1234567890ab'
IDENTITY, SECRET = 'OfficeBerlin1234', 'Not4RealSecretQ'
ALL = {'setup_url': LIVE, 'setup_test_url': TEST, 'order_url': ORDER, 'identity': IDENTITY, 'shared_secret': SECRET}

TEXTS = {
    'with colons': f"""
        Punchout setup request URL (live): {LIVE}
        Punchout setup request URL (test): {TEST}
        From identity: {IDENTITY}
        Shared secret: {SECRET}
        Purchase Order request URL: {ORDER}""",
    'values under their labels, in another order, with windows line ends': "\r\n".join([
        "Shared secret", SECRET, "", "Purchase order request URL", ORDER, "From identity", IDENTITY,
        "PunchOut test setup URL", TEST, "PunchOut setup URL", LIVE]),
    'a table row each, with buttons and other rows': f"""
        Purchasing system\tOther
        From domain\tNetworkId
        From identity\t{IDENTITY}\tCopy
        To identity\tAmazon\tCopy
        Shared secret\t{SECRET}\tCopy
        PunchOut URL\t{LIVE}\tCopy
        PunchOut URL test\t{TEST}\tCopy
        Purchase order request URL\t{ORDER}\tCopy""",
    'without anything between': f"""
        From identity {IDENTITY}
        Shared secret {SECRET}
        Setup URL {LIVE}
        Test setup URL {TEST}
        Order request URL {ORDER}""",
    'German': f"""
        Absender-Identität: {IDENTITY}
        Gemeinsamer geheimer Schlüssel: {SECRET}
        Punchout-Einrichtungs-URL: {LIVE}
        Punchout-Einrichtungs-URL (Test): {TEST}
        URL für Bestellanforderungen: {ORDER}""",
    'French': f"""
        Identité de l’expéditeur : {IDENTITY}
        Secret partagé : {SECRET}
        URL de configuration punchout : {LIVE}
        URL de configuration punchout (essai) : {TEST}
        URL de demande de bon de commande : {ORDER}""",
    'Italian': f"""
        Identità mittente: {IDENTITY}
        Segreto condiviso: {SECRET}
        URL di configurazione: {LIVE}
        URL di configurazione di prova: {TEST}
        URL richiesta ordine di acquisto: {ORDER}""",
    'Spanish': f"""
        Identidad de origen: {IDENTITY}
        Secreto compartido: {SECRET}
        URL de configuración: {LIVE}
        URL de configuración de prueba: {TEST}
        URL de solicitud de pedido: {ORDER}""",
    'Japanese, with wide colons and an invisible character': f"""
        送信元識別子：{IDENTITY}
        共有シークレット：\u200b{SECRET}
        パンチアウトのセットアップURL：{LIVE}
        パンチアウトのセットアップURL（テスト）：{TEST}
        注文リクエストURL：{ORDER}""",
}


@tagged('post_install', '-at_install')
class TestPasted(AmazonCase):

    def test_the_values_are_found_in_any_language_and_order(self):
        for name, text in TEXTS.items():
            with self.subTest(name):
                self.assertEqual(read_pasted(text), ALL)

    def test_addresses_are_known_without_a_label(self):
        self.assertEqual(read_pasted(f"{ORDER}\n{TEST}\n{LIVE}"), {
            'order_url': ORDER, 'setup_test_url': TEST, 'setup_url': LIVE})
        for address in ("https://www.amazon.com/eprocurement/punchout", "https://abintegrations.amazon.de/punchout"):
            self.assertEqual(read_pasted(address), {'setup_url': address})
        europe = ORDER.replace('-ats', '-eu-ats')
        self.assertEqual(read_pasted(f"see {europe}, please"), {'order_url': europe})

    def test_a_giant_address_takes_no_longer_than_another(self):
        began = time.process_time()
        self.assertEqual(read_pasted('https://' + 'ats' * 20_000), {})
        self.assertLess(time.process_time() - began, 2)

    def test_nothing_is_guessed(self):
        for text in ("", None, "Hello there", f"{IDENTITY}\n{SECRET}", "Shared secret", "From identity:",
                     "To identity: Amazon", "https://example.com/anything", "Domain: NetworkId"):
            with self.subTest(text):
                self.assertEqual(read_pasted(text), {})

    def test_a_value_is_not_taken_for_another_label_s(self):
        self.assertEqual(read_pasted(f"From identity\nShared secret: {SECRET}"), {'shared_secret': SECRET})
        self.assertEqual(read_pasted(f"Shared secret:\n{LIVE}"), {'setup_url': LIVE})
        self.assertEqual(read_pasted("From identity\nSecret\nabc"), {'shared_secret': 'abc'})

    def test_a_value_may_hold_the_word_of_a_label(self):
        self.assertEqual(read_pasted("Shared secret\nnot-a-real-secret\nFrom identity\nidentity-of-berlin"), {
            'shared_secret': 'not-a-real-secret', 'identity': 'identity-of-berlin'})
        self.assertEqual(read_pasted("Shared secret: order-test"), {'shared_secret': 'order-test'})

    def test_a_long_text_takes_no_long_time(self):
        self.assertEqual(read_pasted("From identity " * 20_000), {})
        self.assertEqual(read_pasted(" " * 200_000 + "x"), {})

    # === ON THE FORM === #

    def paste(self, group, text):
        """Paste a text into the form, and give the open form and what it says."""
        form = Form(group.with_user(self.administrator))
        with self.assertLogs('odoo.tests.form.onchange', 'WARNING') as said:
            form.pasted = text
        return form, "\n".join(said.output)

    def test_what_was_found_is_seen_before_it_is_stored_and_the_text_is_gone(self):
        group = self.group.copy({'identity': False, 'order_url': False})
        form, said = self.paste(group, TEXTS['with colons'])
        self.assertEqual((form.identity, form.shared_secret, form.order_url), (IDENTITY, SECRET, ORDER))
        self.assertFalse(form.pasted)
        self.assertIn("Found: Punch-out Setup Address", said)
        self.assertNotIn(SECRET, said)
        self.assertFalse(group.identity)
        form.save()
        self.assertEqual((group.identity, group.shared_secret), (IDENTITY, SECRET))
        self.assertFalse(group.pasted)
        self.assertNotIn('pasted', self.columns())
        self.assertNotIn(SECRET, "\n".join(group.message_ids.mapped('body')))

    def columns(self):
        self.env.cr.execute(
            "SELECT column_name FROM information_schema.columns WHERE table_name = %s", [self.group._table])
        return [name for (name,) in self.env.cr.fetchall()]

    def test_what_is_missing_is_named_and_the_rest_stays(self):
        form, said = self.paste(self.group, f"Purchase order request URL: {ORDER}")
        self.assertEqual((form.order_url, form.identity), (ORDER, 'TestGroup'))
        self.assertIn("Not found: From Identity, Shared Secret", said)

    def test_a_text_without_values_changes_nothing(self):
        form, said = self.paste(self.group, "Business Settings")
        self.assertIn("None of Amazon's values was found", said)
        self.assertEqual(form.identity, 'TestGroup')

    def test_a_pasted_text_is_not_stored_over_rpc_either(self):
        group = self.group.with_user(self.administrator)
        group.write({'pasted': TEXTS['with colons']})
        self.env.flush_all()
        group.invalidate_recordset()
        self.assertEqual((group.pasted, group.identity), (False, 'TestGroup'))
        with self.assertRaises(AccessError):
            self.group.with_user(self.buyer).write({'pasted': "x"})
