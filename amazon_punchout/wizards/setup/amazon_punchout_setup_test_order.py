from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...models.group.amazon_punchout_group_go_live import TEST_ORDER_ARRIVED
from ...tools.checklist import REQUIRED
from .amazon_punchout_setup import CREDENTIALS

# Whose part of the checklist a step shows; the last one shows all of it.
STEP_PAGES = {'account': (), 'credentials': ('credentials',), 'places': ('members',)}
# What a step says in its own way.
SAID_ELSEWHERE = {*CREDENTIALS, 'test_order'}


class AmazonPunchoutSetupTest(models.TransientModel):
    """The last step of the setup: a real test order, seen all the way, and what is left before going live."""
    _inherit = 'amazon.punchout.setup'

    test_order_id = fields.Many2one('purchase.order', "Test Order", compute='_compute_test_order_id')
    test_progress = fields.Html(compute='_compute_test_progress', sanitize=False)  # escaped where made
    is_tested = fields.Boolean(compute='_compute_test_order_id', help="A test order has reached Amazon.")
    is_answered = fields.Boolean(
        compute='_compute_test_order_id', help="Amazon has answered the test order, or no answers of Amazon are expected.")
    open_checks = fields.Html(compute='_compute_open_checks', sanitize=False)  # escaped where made

    # === COMPUTE METHODS === #

    @api.depends('group_id.confirmations_expected')
    def _compute_test_order_id(self):
        for setup in self:
            setup.test_order_id = setup._find_test_order() if setup.group_id else False
            order = setup.test_order_id
            setup.is_tested = setup.group_id._is_tested()
            setup.is_answered = setup.is_tested and (
                not setup.group_id.confirmations_expected or bool(order.amazon_order_ref) or order.amazon_state == 'cancelled')

    def _find_test_order(self):
        """:return: the newest test order of the group that has reached Amazon: another cart takes nothing back of it. Where there
            is none, the newest that somebody still has to do with: a cart that was given up, refused or withdrawn tests nothing
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
                Markup("<li class='d-flex mb-1'><i class='fa fa-fw %s flex-shrink-0 mt-1 me-2' role='img' aria-label='%s' title='%s'></i>"
                       "<span>%s</span></li>") % (
                    'fa-check-square-o text-success' if done else 'fa-square-o text-muted', label, label, sentence)
                for done, sentence in setup._test_steps() for label in [self.env._("Done") if done else self.env._("To do")])

    @api.depends('group_id', 'state')
    def _compute_open_checks(self):
        """What the group's checklist still asks for: of the credentials in their step, all of it in the last one."""
        for setup in self:
            checks = [
                check for check in setup.group_id._sorted_checklist() if not check.done and check.key not in SAID_ELSEWHERE
                and (setup.state == 'test' or check.page in STEP_PAGES[setup.state])
            ] if setup.group_id else []
            setup.open_checks = Markup("<ul class='mb-0'>%s</ul>") % Markup().join(
                Markup("<li>%s %s</li>") % (
                    Markup("<b>%s</b>") % self.env._("Needed:") if check.level == REQUIRED else self.env._("Advice:"),
                    check.sentence)
                for check in sorted(checks, key=lambda check: check.level != REQUIRED)) if checks else False

    def _test_steps(self):
        """:return: whether each step of a test order is done, and what it is
        :rtype: list[tuple[bool, str]]
        """
        self.ensure_one()
        order = self.test_order_id
        return [
            (bool(order), self.env._(
                "Shop: press Shop on Amazon above, put something small into the cart, and submit the cart there for approval. "
                "Amazon leads you back to Odoo, to the order.")),
            (order.amazon_state not in (False, 'cart'), self.env._(
                "Order: on the order, press Order at Amazon. It is sent within a minute, marked as a test.")),
            (self.is_tested, self.env._("Amazon has received it: the order says “At Amazon”.")),
            (bool(order.amazon_order_ref), self.env._(
                "Amazon confirms it, minutes to hours later, if its messages are set up (step Credentials).")),
            (order.amazon_state == 'cancelled', self.env._(
                "Amazon cancels it by itself, as every test order: nothing is charged or delivered.")),
            (self.group_state == 'active', self.env._("Go live in Odoo, with the button Go Live above.")),
        ]

    # === ACTIONS === #

    def action_shop(self):
        """Set the group to test, and go shopping in the same tab.

        :return: the way to Amazon, or the failed trip that says why there is none
        :raises UserError: the group is live, or something is missing
        """
        self.ensure_one()
        group = self.group_id
        if group.state == 'active':
            raise UserError(self.env._(
                "The Amazon group %s is live: what is shopped with it now is charged and delivered.", group.name))
        group.state = 'test'
        return group._punch_out()

    def action_open_test_order(self):
        self.ensure_one()
        if not self.test_order_id:
            raise UserError(self.env._("There is no test order yet: go shopping first."))
        return self.test_order_id.action_open_business_doc()

    def action_go_live(self):
        self.ensure_one()
        return self.group_id.action_go_live()
