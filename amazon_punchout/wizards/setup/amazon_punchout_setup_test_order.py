from dataclasses import asdict
from typing import NamedTuple

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...const import REQUIRED_FIELDS, TEST_ORDER_ARRIVED

# The pages of the checklist whose items a step shows; the last step shows all items.
STEP_PAGES = {'account': (), 'credentials': ('credentials',), 'locations': ('members',)}
# The items that a step shows in another way.
SHOWN_ELSEWHERE = {*REQUIRED_FIELDS, 'test_order'}


class Step(NamedTuple):
    """A step of a test order: whether it is done, and what to do."""

    done: bool
    sentence: str


class AmazonPunchoutSetupTestOrder(models.TransientModel):
    """The last step of the setup: a test order and its progress, and what is left to do before going live."""
    _inherit = 'amazon.punchout.setup'

    test_order_id = fields.Many2one('purchase.order', compute='_compute_test_order_id')
    test_progress = fields.Html(compute='_compute_test_progress', sanitize=False)  # escaped where made
    is_tested = fields.Boolean(compute='_compute_test_order_id', help="A test order reached Amazon.")
    is_answered = fields.Boolean(
        compute='_compute_test_order_id', help="Amazon answered the test order, or no confirmations are expected.")
    open_checks = fields.Json(compute='_compute_open_checks')  # as the checklist of a group

    # === COMPUTE METHODS === #

    @api.depends('group_id.confirmations_expected')
    def _compute_test_order_id(self):
        for setup in self:
            setup.test_order_id = setup._find_test_order() if setup.group_id else False
            order = setup.test_order_id
            setup.is_tested = setup.group_id._is_tested()
            setup.is_answered = setup.is_tested and (
                not setup.group_id.confirmations_expected or bool(order.amazon_order_ref)
                or order.amazon_state == 'cancelled')

    def _find_test_order(self):
        """Find the newest test order of the group that reached Amazon, else the newest that is not cancelled.

        A newer cart does not undo that an order arrived. A cart that was given up, declined or withdrawn tests nothing.

        :return: at most one `purchase.order`
        """
        Order = self.env['purchase.order']
        tests = [('amazon_group_id', '=', self.group_id.id), ('amazon_deployment_mode', '=', 'test')]
        arrived = [*tests, ('amazon_document_ids', 'any', TEST_ORDER_ARRIVED)]
        return Order.search(arrived, order='id desc', limit=1) or Order.search(
            [*tests, ('amazon_state', '!=', 'cancelled')], order='id desc', limit=1)

    @api.depends('group_id', 'test_order_id')
    def _compute_test_progress(self):
        for setup in self:
            setup.test_progress = Markup("<ol class='list-unstyled'>%s</ol>") % Markup().join(
                Markup(
                    "<li class='d-flex mb-1'><i class='fa fa-fw %s flex-shrink-0 mt-1 me-2' role='img' aria-label='%s' "
                    "title='%s'></i><span>%s</span></li>") % (
                    'fa-check-square-o text-success' if done else 'fa-square-o text-700', label, label, sentence)
                for done, sentence in setup._test_steps()
                for label in [self.env._("Done") if done else self.env._("To do")])

    @api.depends('group_id', 'state')
    def _compute_open_checks(self):
        """List the open items of the group's checklist: those of the step, and all of them in the last step."""
        for setup in self:
            setup.open_checks = [
                asdict(check) for check in setup.group_id._sorted_checklist()
                if not check.done and check.key not in SHOWN_ELSEWHERE
                and (setup.state == 'test' or check.page in STEP_PAGES[setup.state])
            ] if setup.group_id else False

    def _test_steps(self):
        """List the steps of a test order.

        :rtype: list[Step]
        """
        self.ensure_one()
        order = self.test_order_id
        return [
            Step(bool(order), self.env._(
                "Press Shop on Amazon above, add a small item to the cart on Amazon and submit the cart for approval. "
                "Amazon leads you back to the order in Odoo.")),
            Step(order.amazon_state not in (False, 'cart'), self.env._(
                "Press Order at Amazon on the order. The order is sent within a minute, marked as a test.")),
            Step(self.is_tested, self.env._("Amazon receives the order. Its status in Odoo is “At Amazon”.")),
            Step(bool(order.amazon_order_ref), self.env._(
                "Amazon confirms the order, within minutes or hours, if its messages are set up (step Credentials).")),
            Step(order.amazon_state == 'cancelled', self.env._(
                "Amazon cancels the order automatically, like every test order. Nothing is charged or delivered.")),
            Step(self.group_state == 'active', self.env._("Press Go Live above.")),
        ]

    # === ACTIONS === #

    def action_shop(self):
        """Set the group to Test, and go shopping in the same tab.

        :return: an action that leads to Amazon, or to the failed trip that says why not
        :raises UserError: the group is live, or something is missing
        """
        self.ensure_one()
        group = self.group_id
        if group.state == 'active':
            raise UserError(self.env._(
                "The Amazon group %s is live: orders are charged and delivered.", group.name))
        group.state = 'test'
        return group._punch_out()

    def action_open_test_order(self):
        """Open the test order.

        :return: an action
        :raises UserError: there is none
        """
        self.ensure_one()
        if not self.test_order_id:
            raise UserError(self.env._("There is no test order yet. Press Shop on Amazon first."))
        return self.test_order_id.action_open_business_doc()

    def action_go_live(self):
        """Open the confirmation dialog before orders become real.

        :return: an action
        """
        self.ensure_one()
        return self.group_id.action_go_live()
