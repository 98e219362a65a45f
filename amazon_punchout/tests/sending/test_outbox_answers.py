import requests
from lxml import etree

from odoo.tests import tagged

from ..common import SECRET, answer
from ..order_case import PROBLEM, OrderCase

HTML = '<html><body>Not here</body></html>'


@tagged('post_install', '-at_install')
class TestWhatAmazonAnswers(OrderCase):
    """Every kind of answer leads to its state."""

    def settle(self, respond):
        order = self.ordered()
        self.assertEqual(len(self.send(respond)), 1)
        order.invalidate_recordset()
        return order, self.requests(order)

    def assertSent(self, respond):
        order, request = self.settle(respond)
        self.assertStands(order, 'sent')
        self.assertTrue(request.has_left)
        self.assertIn("Amazon has received the order", self.chatter(order))
        self.assertFalse(self.activities(order, PROBLEM))
        self.assertFalse(self.send(), "it was sent twice")
        return order

    def assertProblem(self, respond, state, words, code):
        order, request = self.settle(respond)
        self.assertStands(order, state)
        self.assertTrue(request.has_left)
        self.assertEqual(request.answer_code, code)
        self.assertIn(words, order.amazon_problem)
        self.assertIn(words, order.message_ids[0].body)
        activity = self.activities(order, PROBLEM)
        self.assertEqual(activity.user_id, self.administrator)
        self.assertIn(words, activity.note)
        self.assertFalse(self.send(), "a machine sent it again")
        self.assertEqual(len(self.activities(order, PROBLEM)), 1)
        self.assertNothingLeaks(order)
        return order

    def test_200_is_sent(self):
        self.assertSent(answer())

    def test_201_is_sent(self):
        self.assertSent(answer(status=201, code='201', text='Created'))

    def test_a_bare_status_of_200_is_sent(self):
        self.assertSent(answer(body='<Status code="200" text="OK"/>'))

    def test_a_cxml_400_is_declined_in_amazons_words(self):
        self.assertProblem(answer(code='400', text='Cart has changed'), 'refused', "Cart has changed", 400)

    def test_a_cxml_400_under_http_400_is_declined(self):
        self.assertProblem(answer(status=400, code='400', text='Cart has changed'), 'refused', "Cart has changed", 400)

    def test_an_error_code_in_amazons_words_is_explained(self):
        order = self.assertProblem(
            answer(code='400', text='住所が不完全です [エラーコード: 003-052]||Again'), 'refused',
            "The delivery address is incomplete, or is not an address of the Amazon group (003-052)", 400)
        self.assertIn("Amazon: “住所が不完全です [エラーコード: 003-052] / Again”", order.amazon_problem)

    def test_a_cxml_401_is_declined(self):
        self.assertProblem(answer(status=401, code='401', text='Unknown identity'), 'refused', "Unknown identity", 401)

    def test_an_html_401_is_declined(self):
        self.assertProblem(answer(status=401, body=HTML), 'refused', "HTTP 401", 401)

    def test_an_html_404_is_declined(self):
        self.assertProblem(answer(status=404, body=HTML), 'refused', "HTTP 404", 404)

    def test_a_redirect_is_declined_and_not_followed(self):
        self.assertProblem(answer(status=302, body=''), 'refused', "HTTP 302", 302)

    def test_an_error_without_cxml_says_that_amazon_may_have_the_order(self):
        """The whole order was sent, and Send Again orders it a second time if it arrived."""
        for status in (302, 404, 401):
            with self.subTest(status):
                order = self.assertProblem(
                    answer(status=status, body=HTML), 'refused', f"answered with HTTP {status} after all of", status)
                self.assertIn("Look for it under Your Orders on Amazon before you press Send Again",
                              order.amazon_problem)
                self.assertIn("check whether Amazon has it", order.with_user(self.buyer).amazon_status)
                self.assertTrue(order.with_user(self.buyer).amazon_check_first, "Send Again asks first")
                order.with_user(self.buyer).action_amazon_send_again()
                self.assertFalse(order.amazon_check_first)
                self.send()
                self.assertStands(order, 'sent')

    def test_amazons_own_refusal_can_be_sent_again_without_a_question(self):
        order = self.assertProblem(answer(status=400, code='400', text='Cart has changed'), 'refused', "Cart", 400)
        self.assertFalse(order.amazon_check_first)
        self.assertNotIn("may have the order", order.amazon_problem)

    def test_send_again_asks_where_the_order_may_be_at_amazon(self):
        view = self.env['purchase.order'].with_user(self.manager).get_view(
            self.env.ref('purchase.purchase_order_form').id, 'form')
        buttons = etree.fromstring(view['arch']).iterfind('.//header/button[@name="action_amazon_send_again"]')
        self.assertEqual({each.get('invisible').split(' or ')[-1]: bool(each.get('confirm')) for each in buttons}, {
            "amazon_state != 'unclear'": True, 'amazon_check_first': False, 'not amazon_check_first': True})

    def test_a_408_is_unclear_in_cxml_too(self):
        self.assertProblem(answer(code='408', text='Request Timeout'), 'unclear', "Request Timeout", 408)
        self.assertProblem(answer(status=408, code='400', text='Too slow'), 'unclear', "Too slow", 400)
        self.assertProblem(answer(status=408, code='408', text='Too slow'), 'unclear', "Too slow", 408)

    def test_a_cxml_500_is_unclear(self):
        self.assertProblem(answer(code='500', text='Try later'), 'unclear', "Try later", 500)

    def test_an_html_500_is_unclear(self):
        self.assertProblem(answer(status=500, body=HTML), 'unclear', "HTTP 500", 500)

    def test_an_html_503_is_unclear(self):
        self.assertProblem(answer(status=503, body=HTML), 'unclear', "HTTP 503", 503)

    def test_an_http_408_is_unclear(self):
        self.assertProblem(answer(status=408, body=HTML), 'unclear', "HTTP 408", 408)

    def test_an_html_page_under_200_is_unclear(self):
        self.assertProblem(answer(body=HTML), 'unclear', "HTTP 200", 200)

    def test_broken_xml_is_unclear(self):
        self.assertProblem(answer(body='<cXML><Response><Status code="200"'), 'unclear', "could not be read", 200)

    def test_an_empty_answer_is_unclear(self):
        self.assertProblem(answer(body=''), 'unclear', "could not be read", 200)

    def test_a_200_in_a_failed_http_answer_is_unclear(self):
        self.assertProblem(answer(status=500, code='200'), 'unclear', "HTTP 500", 200)

    def test_no_answer_in_time_is_unclear(self):
        self.assertProblem(requests.exceptions.ReadTimeout(), 'unclear', "no answer in time", 0)

    def test_a_reset_connection_is_unclear(self):
        self.assertProblem(
            requests.exceptions.ConnectionError(ConnectionResetError(104, 'Connection reset by peer')),
            'unclear', "amazon.example: the connection was lost", 0)

    def test_an_answer_cut_off_is_unclear(self):
        self.assertProblem(requests.exceptions.ChunkedEncodingError("cut off"), 'unclear', "answer is incomplete", 0)

    def test_an_answer_too_large_is_unclear(self):
        self.assertProblem(answer(body='x' * (5 * 1024 * 1024 + 1)), 'unclear', "larger than", 0)

    def test_markup_in_amazons_words_stays_text(self):
        order = self.assertProblem(
            answer(body='<Status code="400" text="no">&lt;img src="x"&gt; gone</Status>'), 'refused', "gone", 400)
        self.assertNotIn('<img', self.activities(order, PROBLEM).note)
        self.assertNotIn('<img', order.message_ids[0].body)

    def test_a_secret_that_the_answer_quotes_is_kept_nowhere(self):
        order = self.assertProblem(
            answer(code='401', text=f'Wrong secret {SECRET} given'), 'refused', "Wrong secret ••• given", 401)
        self.assertNothingLeaks(order)

    def test_a_long_answer_is_kept_in_short(self):
        order, request = self.settle(answer(code='400', text='long ' * 3000))
        self.assertStands(order, 'refused')
        self.assertLessEqual(len(request.reason), 1000)
