"""Why an order was not sent is read in the language of whoever reads it."""
from datetime import timedelta

import requests

from odoo.tests import tagged

from ..common import SECRET, answer
from ..language_case import GERMAN, LanguageCase
from ..order_case import PROBLEM, OrderCase


@tagged('post_install', '-at_install')
class TestSendingLanguage(LanguageCase, OrderCase):

    def request_after(self, *answers):
        order = self.ordered()
        self.send(*answers)
        return self.requests(order)[-1]

    def test_an_order_that_amazon_declined(self):
        request = self.request_after(answer(code='400', text="Nein [Error code: 003-052]"))
        self.assertEqual(request.state, 'refused')
        self.assertFollowsReader(request, 'reason', "(003-052)", "“Nein [Error code: 003-052]”")

    def test_an_answer_that_quotes_at_any_length_and_the_secret(self):
        request = self.request_after(answer(status=500, code='500', text=f"{SECRET} {'x' * 5000}"))
        self.assertEqual(request.state, 'unclear')
        self.assertFollowsReader(request, 'reason', "•••")
        self.env.cr.execute("SELECT reason FROM amazon_punchout_document WHERE id = %s", [request.id])
        stored = self.env.cr.fetchone()[0]
        self.assertNotIn(SECRET, stored)
        self.assertLess(len(stored), 4000)

    def test_no_connection(self):
        request = self.request_after(requests.exceptions.ConnectTimeout())
        self.assertEqual(request.state, 'queued')
        self.assertFollowsReader(request, 'reason', "amazon.example")
        self.assertFollowsReader(self.outbox(), 'reason', "amazon.example")

    def test_no_answer(self):
        request = self.request_after(requests.exceptions.ReadTimeout())
        self.assertEqual(request.state, 'unclear')
        self.assertFollowsReader(request, 'reason', "amazon.example")
        self.assertIn("(⟦amazon.example: no answer in time⟧)", self.in_german(request).reason)

    def test_an_answer_that_can_not_be_read(self):
        request = self.request_after(answer(body='<cXML><Response/></cXML>'))
        self.assertEqual(request.state, 'unclear')
        self.assertFollowsReader(request, 'reason', "HTTP 200")

    def test_another_mode(self):
        order = self.ordered()
        self.env.cr.execute("UPDATE amazon_punchout_document SET deployment_mode = 'test' WHERE id = %s",
                            [self.requests(order).id])
        self.env.invalidate_all()
        self.send()
        self.assertFollowsReader(self.requests(order), 'reason', self.group.name)

    def test_what_a_person_states(self):
        request = self.request_after(answer(status=500, code='500', text="?"))
        request.purchase_order_id.with_user(self.manager).action_amazon_arrived()
        self.assertFollowsReader(request, 'reason', self.manager.name)

    def test_what_a_restored_database_may_have_sent(self):
        order = self.ordered()
        self.group._doubt_waiting_orders(is_restored=True)
        self.assertFollowsReader(self.requests(order), 'reason')

    def test_the_title_and_the_text_of_an_activity_were_in_two_languages(self):
        """The responsible can't solve it, so it is the requester's; but the text was in the responsible's language."""
        self.group.responsible_id = self.new_user('office', 'base.group_user')
        self.buyer.lang = GERMAN
        order = self.ordered()
        request = self.requests(order)
        request.write({'queued_at': request.queued_at - timedelta(minutes=61), 'next_try_at': '2999-01-01'})
        self.send()
        activity = self.activities(order, PROBLEM)
        self.assertEqual(activity.user_id, self.buyer)
        self.assertTrue(activity.summary.startswith('⟦'), activity.summary)
        self.assertTrue(activity.note.striptags().startswith('⟦Order '), activity.note)
