"""A request for approval ends with the decision: the buyer who asked can't make it disappear."""
from odoo.exceptions import UserError
from odoo.tests import tagged

from ..cxml_builder import item
from ..order_case import APPROVAL, OrderCase


@tagged('post_install', '-at_install')
class TestApprovalActivities(OrderCase):

    def setUp(self):
        super().setUp()
        self.set_limit(100)
        self.order = self.make_order([item(price='499.00')])
        self.order.with_user(self.buyer).button_confirm()
        self.requests = self.activities(self.order, APPROVAL)
        self.request = self.requests.filtered(lambda each: each.user_id == self.manager)
        self.assertTrue(self.request)

    def ways(self, user):
        """List what could end or change a request."""
        request, order = self.request.with_user(user), self.order.with_user(user)
        return {
            'done': request.action_done, 'feedback': lambda: request.action_feedback(feedback="Approved by phone"),
            'done and next': request.action_done_schedule_next, 'cancel': request.action_cancel,
            'unlink': request.unlink, 'archive': request.action_archive,
            'note': lambda: request.write({'note': "HP toner"}),
            'assign': lambda: request.write({'user_id': user.id}),
            'elsewhere': lambda: request.write({'res_id': self.other.id}),
            'type': lambda: request.write({'activity_type_id': self.env.ref('mail.mail_activity_data_todo').id}),
            'later': request.action_reschedule_nextweek,
            'by the order': lambda: order.activity_unlink([APPROVAL]),
            'feedback by the order': lambda: order.activity_feedback([APPROVAL]),
            'reschedule by the order': lambda: order.activity_reschedule(
                [APPROVAL], date_deadline='2030-01-01', new_user_id=user.id),
            'command': lambda: order.write({'activity_ids': [[2, request.id]]}),
            'command to write': lambda: order.write({'activity_ids': [[1, request.id, {'note': "HP toner"}]]}),
            'command to clear': lambda: order.write({'activity_ids': [[5]]}),
        }

    def picture(self):
        self.env.flush_all()
        self.env.invalidate_all()
        return self.requests.exists().read(
            ['active', 'note', 'user_id', 'res_id', 'activity_type_id', 'date_deadline', 'feedback'])

    def test_the_manager_was_asked_and_the_buyer_made_the_request_disappear(self):
        self.other = self.make_order([item()])
        before = self.picture()
        for user in (self.buyer, self.other_buyer, self.administrator):
            for name, step in self.ways(user).items():
                with self.subTest(user=user.login, way=name), self.assertRaisesRegex(
                        UserError, "asked to approve"), self.env.cr.savepoint():
                    step()
                    self.env.flush_all()
                self.assertEqual(self.picture(), before)
        self.assertEqual(self.activities(self.order, APPROVAL), self.requests)

    def test_the_buyer_was_offered_mark_done_which_was_then_declined(self):
        for user, is_offered in ((self.buyer, False), (self.other_buyer, False), (self.manager, True)):
            self.assertEqual(self.request.with_user(user).can_write, is_offered, user.login)
        todo = self.order.with_user(self.buyer).activity_schedule('mail.mail_activity_data_todo')
        self.assertTrue(todo.can_write)

    def test_who_was_asked_or_may_approve_closes_it_as_in_core(self):
        self.request.with_user(self.manager).write({'note': "Ask the controller"})
        colleague = self.new_user('othermanager', 'purchase.group_purchase_manager')
        self.request.with_user(colleague).action_feedback(feedback="Looked at")
        self.assertFalse(self.request.active)
        self.assertEqual(self.order.state, 'to approve')

    def test_decisions_close_it(self):
        orders = [self.order]
        for _more in range(2):
            order = self.make_order([item(price='499.00')])
            order.with_user(self.buyer).button_confirm()
            orders.append(order)
        orders[0].with_user(self.manager).button_approve()
        orders[1].with_user(self.manager)._amazon_refuse("No")
        orders[2].with_user(self.buyer).action_amazon_give_up()
        for order in orders:
            self.assertFalse(self.activities(order, APPROVAL))

    def test_a_request_into_which_a_third_person_wrote_stayed_open_for_ever(self):
        colleague = self.new_user('othermanager', 'purchase.group_purchase_manager')
        self.request.with_user(colleague).write({'note': "Ask the controller", 'summary': "Controller?"})
        self.order.with_user(self.manager).button_approve()
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertFalse(self.request.active)
        self.assertFalse(self.order.activity_ids)

    def test_other_activities_stay_with_core(self):
        todo = self.order.with_user(self.manager).activity_schedule(
            'mail.mail_activity_data_todo', user_id=self.manager.id)
        todo.with_user(self.buyer).action_feedback()
        self.assertFalse(todo.active)
        self.order.with_user(self.manager).button_approve()
        self.requests.with_user(self.buyer).unlink()
        self.assertFalse(self.requests.exists())
