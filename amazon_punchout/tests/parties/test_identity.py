"""Who a shopper is for Amazon: nobody takes a colleague's place by changing an e-mail address of their own."""
from lxml import etree

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from ..common import START_PAGE, AmazonCase, answer

CHIEF = "chief@example.com"


class IdentityCase(AmazonCase):
    """A buyer who wants to shop as the chief, whose e-mail address everyone knows."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.chief = cls.new_user('chief', 'purchase.group_purchase_manager')
        cls.me = cls.buyer.with_user(cls.buyer)

    def told(self, user=None):
        """Shop, and read as whom Amazon is told.

        :return: the e-mail addresses in the setup request
        """
        with self.amazon(answer(start_page=START_PAGE)) as sent:
            self.group.with_user(user or self.buyer)._punch_out()
        return set(etree.fromstring(sent[0]).xpath('//Extrinsic[@name="UserEmail"]/text() | //Contact/Email/text()'))

    def found(self, email):
        """Give the users whom a message of Amazon means by an e-mail address."""
        return self.env['res.users']._amazon_find_by_email(email)


@tagged('post_install', '-at_install')
class TestTakingAPlace(IdentityCase):

    def test_who_changes_their_own_e_mail_stays_who_they_are(self):
        self.me.write({'email': CHIEF})
        self.assertEqual(self.buyer.email, CHIEF)
        self.assertEqual(self.told(), {"buyer@example.com"})
        self.assertEqual(self.found(CHIEF), self.chief)
        self.assertEqual(self.found("buyer@example.com"), self.buyer)

    def test_who_changes_their_preferences_stays_who_they_are(self):
        with Form(self.me, view='base.view_users_form_simple_modif') as form:
            form.email = CHIEF
        self.assertEqual(self.told(), {"buyer@example.com"})

    def test_users_can_t_write_their_amazon_e_mail(self):
        for values in ({'amazon_email': CHIEF}, {'amazon_email': "mine@example.com"},
                       {'amazon_confirmed_email': CHIEF}, {'email': CHIEF, 'amazon_confirmed_email': CHIEF}):
            with self.subTest(values), self.assertRaises(AccessError):
                self.me.write(values)
        with self.assertRaises(AccessError):
            self.me.action_amazon_confirm_email()
        self.assertEqual(self.told(), {"buyer@example.com"})

    def test_users_can_t_write_their_login(self):
        """Odoo doesn't let them; otherwise the login would prove nothing."""
        with self.assertRaises(AccessError):
            self.me.write({'login': CHIEF})

    def test_who_edits_contacts_does_not_change_who_a_user_is(self):
        editor = self.new_user('editor', 'base.group_user,base.group_partner_manager')
        with self.assertRaises(AccessError):  # core: an internal user's contact
            self.buyer.partner_id.with_user(editor).write({'email': CHIEF})
        self.buyer.partner_id.email = CHIEF
        self.assertEqual(self.told(), {"buyer@example.com"})
        self.assertEqual(self.found(CHIEF), self.chief)

    def test_a_contact_that_was_prepared_for_a_user_does_not_count(self):
        contact = self.env['res.partner'].create({'name': "Prepared", 'email': CHIEF})
        self.buyer.partner_id = contact
        self.assertEqual(self.told(), {"buyer@example.com"})

    def test_code_that_writes_as_superuser_for_a_user_confirms_nothing(self):
        """E.g. an addon that copies the e-mail of an employee's own page to the user."""
        self.buyer.with_user(self.buyer).sudo().email = CHIEF
        self.assertEqual(self.told(), {"buyer@example.com"})
        self.buyer.with_user(self.other_buyer).sudo().email = CHIEF
        self.assertEqual(self.told(), {"buyer@example.com"})

    def test_who_signs_up_takes_no_place_either(self):
        public = self.env.ref('base.public_user')
        stranger = self.env['res.users'].with_user(public).sudo().create({
            'name': "Stranger", 'login': CHIEF, 'email': CHIEF})
        stranger.sudo(False).with_user(self.env.ref('base.user_root')).write({
            'group_ids': [(4, self.env.ref('purchase.group_purchase_user').id)]})
        self.assertFalse(stranger.amazon_confirmed_email)
        self.assertFalse(stranger._amazon_email(), "the chief is known by it")
        self.assertEqual(self.found(CHIEF), self.chief)

    def test_an_address_of_two_users_names_nobody(self):
        self.group.flow = 'punchin'
        self.other_buyer.amazon_email = "shared@example.com"
        find = self.env['amazon.punchout.session']._find_owner
        self.assertEqual(find(self.group, "shared@example.com")[1], self.other_buyer)
        other = self.group.copy({'name': "Other", 'all_users': False, 'user_ids': [(6, 0, self.chief.ids)]})
        self.group.write({'all_users': False, 'user_ids': [(6, 0, self.other_buyer.ids)]})
        self.chief.amazon_email = "shared@example.com"
        self.assertFalse(find(self.group | other, "shared@example.com")[1])


@tagged('post_install', '-at_install')
class TestConfirming(IdentityCase):

    def test_what_an_administrator_of_users_enters_counts(self):
        officer = self.new_user('officer', 'base.group_erp_manager,base.group_partner_manager')
        self.buyer.with_user(officer).email = "New.Name@example.com"
        self.assertEqual(self.told(), {"new.name@example.com"})
        self.buyer.with_user(officer).email = False
        self.assertFalse(self.buyer._amazon_email())

    def test_an_administrator_of_users_confirms_their_own_change(self):
        officer = self.new_user('officer', 'base.group_erp_manager,purchase.group_purchase_user')
        mine = officer.with_user(officer)
        mine.email = "new@example.com"
        self.assertEqual(mine.amazon_known_email, "officer@example.com")
        mine.action_amazon_confirm_email()
        self.assertEqual((mine.amazon_known_email, mine.amazon_email_note), ("new@example.com", False))

    def test_the_person_and_the_administrator_see_what_to_confirm(self):
        self.assertFalse(self.me.amazon_email_note)
        self.me.write({'email': "married@example.com"})
        self.assertIn("Amazon knows you as buyer@example.com", self.me.amazon_email_note)
        self.assertIn("married@example.com", self.me.amazon_email_note)
        self.assertIn(self.administrator.name, self.env['res.users'].with_user(self.buyer)._amazon_administrators())
        user = self.buyer.with_user(self.administrator)
        self.assertIn("Confirm E-mail", user.amazon_email_note)
        user.action_amazon_confirm_email()
        self.assertEqual((user.amazon_known_email, user.amazon_email_note), ("married@example.com", False))
        self.assertEqual(self.told(), {"married@example.com"})

    def test_the_amazon_e_mail_of_an_administrator_comes_first(self):
        self.buyer.with_user(self.administrator).amazon_email = "Work@example.com"
        self.assertEqual(self.told(), {"work@example.com"})
        self.me.write({'email': CHIEF})
        self.assertFalse(self.me.amazon_email_note, "it makes no difference")

    def test_the_login_counts_for_who_has_nothing_else(self):
        self.buyer.write({'login': "buyer.login@example.com", 'email': False})
        self.assertEqual(self.told(), {"buyer.login@example.com"})
        self.assertEqual(self.found("Buyer.Login@example.com"), self.buyer)
        self.me.write({'email': CHIEF})
        self.assertEqual(self.told(), {"buyer.login@example.com"})

    def test_without_any_address_the_user_is_told_whom_to_ask(self):
        self.buyer.email = False
        with self.assertRaisesRegex(UserError, f"none is confirmed.*Ask .*{self.administrator.name}"):
            self.told()
        self.me.write({'email': "mine@example.com"})
        self.assertIn("Amazon doesn't know you yet", self.me.amazon_email_note)
        with self.assertRaisesRegex(UserError, "none is confirmed"):
            self.told()

    def test_an_administrator_who_shops_was_sent_to_an_administrator(self):
        Session = self.env['amazon.punchout.session']
        self.administrator.write({'email': False, 'login': "chief"})
        problem = Session._email_problem(self.administrator, self.group)
        self.assertIn("Enter your Amazon E-mail under Members", problem)
        self.assertNotIn("Ask", problem)
        self.group.responsible_id = self.buyer
        self.buyer.write({'email': False, 'login': "buyer"})
        self.assertRegex(Session._email_problem(self.buyer, self.group), f"Ask .*{self.administrator.name} to enter",
                         "who is responsible can't enter it either")

    def test_the_confirmed_address_is_read_by_administrators_only(self):
        with self.assertRaises(AccessError):
            self.other_buyer.with_user(self.buyer).read(['amazon_confirmed_email'])
        self.other_buyer.with_user(self.administrator).read(['amazon_confirmed_email'])

    def test_users_who_are_there_when_the_addon_comes_keep_their_address(self):
        self.me.write({'email': "present@example.com"})
        field = self.env['res.users']._fields['amazon_confirmed_email']
        self.env.add_to_compute(field, self.buyer)  # as the update does for all rows of a new column
        self.env.flush_all()
        self.assertEqual(self.told(), {"present@example.com"})
