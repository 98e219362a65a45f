"""Nobody is told to press a button that they don't have."""
import re

from lxml import etree

from odoo.tests import tagged
from odoo.tools import html2plaintext

from ...tools.cart_lock import lifted
from ..common import answer
from ..cxml_builder import cart_xml, confirmation_xml, invoice_line, invoice_xml, item, status
from ..roles_story import RolesStory

# What the reader is asked to do, but not what somebody else can do.
ASKED = re.compile(r"\b[Pp]ress (.*)", re.DOTALL)
OTHERS = re.compile(r"\b(can|must) [^.:]*?\bpress ")


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
            for role in ('outsider', 'member', 'approver', 'accountant', 'administrator'):
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

    # === NOTIFICATIONS === #

    def make_everything_notify(self):
        """Make everything happen of which the group notifies a person."""
        self.order_it(answer(status=500, body=''))
        self.order_it(answer(code='400'))
        self.order_it(answer(status=404, body='<html>'))
        unconfirmed, address, doubted, raised, cancelled = (self.order_it(answer()) for _each in range(5))
        waiting = self.order_it()
        waiting._amazon_request()._notify_waiting()
        self.assertIn("Withdraw", waiting.activity_ids.note)
        past = self.shop()
        with lifted():
            past.state = 'purchase'
        self.env['purchase.order']._amazon_notify_unqueued()
        unconfirmed._amazon_notify_unconfirmed()
        self.deliver(confirmation_xml(address, [(1, 1, status('reject', error='003-052'))]))
        self.deliver(confirmation_xml(doubted, [(7, 1, status('accept'))]))
        self.deliver(confirmation_xml(cancelled, [(1, 1, status('reject'))]))
        self.deliver(invoice_xml([(raised, invoice_line(1, 1, '99.99'))], invoice_id='INV-RAISED'))
        self.deliver(invoice_xml([(waiting, invoice_line(1, 1, '9.99'))], invoice_id='INV-UNSENT'))
        _session, cookie = self.start_trip(user=self.shopper)
        self.receive(cookie, cart_xml(cookie, [item(condition='Used')]))
        self.group.database_uuid = 'another'
        self.group._notify_stopped()

    def around(self, record):
        """Give a record of which a person was notified, and those that its text may be about."""
        yield record
        for name in ('purchase_order_id', 'account_move_id', 'session_id', 'amazon_document_ids'):
            if name in record._fields:
                yield from record[name]

    def test_whoever_is_notified_has_the_buttons_that_the_notification_names(self):
        """A buyer who was the responsible was told to press Amazon Has It."""
        roles = ('outsider', 'member', 'approver', 'administrator', 'nobody')
        whole, asked = set(), 0
        for role in roles:
            with self.undone():
                self.group.responsible_id = self.people.get(role, self.env['res.users'])
                last = self.env['mail.activity'].with_context(active_test=False).search([], order='id desc', limit=1)
                self.make_everything_notify()
                notices = self.env['mail.activity'].search([('id', '>', last.id)])
                self.assertGreater(len(notices), 8)
                for notice in notices:
                    person, text = notice.user_id, f"{notice.summary}. {html2plaintext(notice.note or '')}"
                    record = self.env[notice.res_model].browse(notice.res_id).with_user(person)
                    with self.subTest(role=role, notice=text):
                        self.assertTrue(record.has_access('read'), f"{person.name} can't read what it is about")
                        seen = set()
                        for each in self.around(record):
                            # What is said of bills names no button, and who may read them is core's.
                            if each._name != 'account.move' and each.has_access('read'):
                                buttons, hidden = self.labels(each)
                                seen |= buttons
                                whole |= buttons | hidden
                        for rest in ASKED.findall(OTHERS.sub("", text)):
                            named = [label for label in whole if rest.startswith(label)]
                            asked += bool(named)
                            self.assertTrue(not named or max(named, key=len) in seen,
                                            f"{person.name} ({role}) is told to press {named}")
        self.assertGreater(asked, 20, "notifications name buttons")
