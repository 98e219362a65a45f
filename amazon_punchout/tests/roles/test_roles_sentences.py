"""Nobody is told to press a button that they don't have."""
from lxml import etree

from odoo.tests import tagged

from ..roles_story import RolesStory


@tagged('post_install', '-at_install')
class TestRolesSentences(RolesStory):

    def labels(self, record):
        """Find the buttons on the form of a record that its user sees.

        :return: what stands on them, and what stands on those that the user doesn't see
        :rtype: tuple[set[str], set[str]]
        """
        def strings(nodes):
            return {node.get('string') for node in nodes} - {None}

        whole = etree.fromstring(record.sudo().with_user(self.env.ref('base.user_root')).get_view(
            view_type='form')['arch'])
        # Those of lists in the form are about another record.
        own = etree.fromstring(record.get_view(view_type='form')['arch']).xpath('//button[not(ancestor::field)]')
        seen = strings(node for node in own if not any(
            self.is_invisible(each, record) for each in (node, *node.iterancestors())))
        return seen, strings(whole.xpath('//button[not(ancestor::field)]')) - seen

    def assertCanPress(self, record, text, who):
        seen, unseen = self.labels(record)
        for label in unseen:
            if any(f"{press} {label}" in text for press in ("Press", "press")):
                # The longer name of a button that is there begins alike.
                self.assertTrue(any(each.startswith(label) and f"ress {each}" in text for each in seen),
                                f"{who} is told to press {label}: {text}")

    def test_whoever_reads_an_order_has_the_buttons_that_it_names(self):
        told = 0
        for which, order in self.orders.items():
            for role in ('outsider', 'member', 'approver', 'administrator'):
                read = order.with_user(self.people[role])
                text = f"{read.amazon_problem or ''} {read.amazon_status or ''}"
                told += "ress " in text
                with self.subTest(order=which, role=role):
                    self.assertCanPress(read, text, role)
        self.assertTrue(told, "some sentences name buttons")

    def test_an_order_that_another_addon_approved(self):
        order = self.shop()
        self.env.flush_all()
        self.env.cr.execute("UPDATE purchase_order SET state = 'purchase' WHERE id = %s", [order.id])
        self.env.invalidate_all()
        self.group.approval_rule = 'manager'
        for role, words in (('member', "Ask a user who can approve"), ('approver', "Press Order at Amazon")):
            read = order.with_user(self.people[role])
            self.assertIn(words, read.amazon_problem)
            self.assertCanPress(read, read.amazon_problem, role)

    def test_a_buyer_who_reads_a_message_reads_who_decides_about_it(self):
        """The message said Press Dismiss."""
        message = self.documents['a message that needs attention']
        for role, is_told in (('outsider', True), ('member', True), ('approver', False), ('administrator', False)):
            read = message.with_user(self.people[role])
            arch = etree.fromstring(read.get_view(view_type='form')['arch'])
            [note] = arch.xpath("//div[contains(., 'decide about Amazon')]")
            self.assertEqual(not self.is_invisible(note, read), is_told, role)
            if not is_told:
                self.assertCanPress(read, read.explanation or '', role)
