from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal

from markupsafe import Markup, escape

from odoo import models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import format_amount

from ... import cxml
from ...tools.problems import ACTIVITY_PROBLEM
from ...tools.waiting import OtherHalfMissing

CREDITS = ('creditMemo', 'lineLevelCreditMemo')


@dataclass
class BillLine:
    """A line of a bill or credit to be. Amounts are net, and above zero where a credit gives money back."""
    kind: str                            # item, shipping, handling, charge, discount, tax; sum: of a credit without lines
    name: str
    amount: Decimal
    order: models.Model
    order_line: models.Model             # empty if the order has none of that number
    quantity: Decimal = Decimal(1)       # below zero where the amount is
    discount: Decimal = Decimal()        # what was taken off the amount
    stated_tax: Decimal | None = None    # None: not stated for this line
    details: tuple = ()                  # cxml.TaxDetail
    is_counted: bool = True              # as billed quantity of its order line, or on a credit: goods came back
    bill_line: models.Model | None = None
    own_taxes: models.Model | None = None
    taxes: models.Model | None = None
    tax: Decimal = Decimal()             # what `taxes` are to make


@dataclass
class BillDraft:
    """An invoice on its way to a bill: what it states, and what that belongs to in Odoo."""
    document: models.Model
    invoice: cxml.InvoiceDetailRequest
    orders: list                         # one for each InvoiceDetailOrder of the invoice
    currency: models.Model
    move_type: str
    item_sign: int = 1                   # credits may be stated above or below zero
    total_sign: int = 1
    lines: list[BillLine] = field(default_factory=list)
    tax_rest: Decimal = Decimal()        # stated for the whole and for none of the lines
    bill: models.Model | None = None     # that a credit is about
    notes: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    @property
    def is_credit(self):
        return self.move_type == 'in_refund'

    @property
    def total(self):
        """:return: what the lines make, all taxes included"""
        return sum((line.amount + (line.stated_tax or 0) for line in self.lines), self.tax_rest)

    @property
    def group(self):
        return self.orders[0].amazon_group_id

    @property
    def items(self):
        return [line for line in self.lines if line.kind == 'item']


class AmazonPunchoutBill(models.AbstractModel):
    """From an invoice to a draft bill, or from a credit memo to a draft credit, to the cent.

    Amounts that Amazon states lead; rates only help to find the taxes. Works in the company of the orders. Each step can
    be extended on its own.
    """
    _name = 'amazon.punchout.bill'
    _description = "Amazon Invoice to Vendor Bill"

    def _import(self, document, invoice):
        """Make the bill or credit of an invoice, or find that it is here already.

        :param document: the `amazon.punchout.document`
        :param cxml.InvoiceDetailRequest invoice: what it says
        :return: the `account.move`
        :raises UserError: it can't be billed, and why; nothing is made then
        :raises OtherHalfMissing: what it belongs to is not here yet
        """
        self._check_invoice(invoice)
        orders = self._find_orders(document, invoice)
        document._assign_order(orders[0])
        draft = self.with_company(orders[0].company_id)._read(document, invoice, orders)
        move = self.with_company(orders[0].company_id)._find_or_create(draft)
        document.account_move_id = move
        return move

    def _read(self, document, invoice, orders):
        """:return: the invoice with all its lines
        :rtype: BillDraft
        """
        draft = BillDraft(
            document=document, invoice=invoice, orders=[order.with_env(self.env) for order in orders],
            currency=self._find_currency(invoice), move_type='in_invoice')
        self._find_direction(draft)
        self._read_lines(draft)
        return draft

    def _find_or_create(self, draft):
        """One invoice is one bill, by whatever way it came into the books."""
        if known := self._find_known(draft):
            return known
        # Another message, or a person, might bill the same lines meanwhile.
        self.env['purchase.order'].browse({order.id for order in draft.orders}).lock_for_update(allow_referencing=True)
        if by_hand := self._find_by_hand(draft):
            return self._adopt(draft, by_hand)
        if draft.is_credit:
            self._link_bill(draft)
        else:
            self._check_quantities(draft)
        self._match_taxes(draft)
        self._check_totals(draft)
        return self._write_move(draft)

    # === WHAT IT IS ABOUT === #

    def _check_invoice(self, invoice):
        """:raises UserError: it makes no bill"""
        name = invoice.invoice_id
        if invoice.operation != 'new':
            raise UserError(self.env._(
                "Amazon takes its invoice %(name)s back (operation “%(operation)s”). Odoo changes no bill by itself: look "
                "whether there is one of that number, cancel it, then dismiss this document.",
                name=name, operation=invoice.operation))
        if invoice.is_information_only:
            raise UserError(self.env._(
                "Amazon's invoice %s is for information only: no bill was made of it. Dismiss this document.", name))
        if 'debit' in invoice.purpose.casefold():
            raise UserError(self.env._(
                "Amazon's %s is a debit memo, which Odoo does not process. Enter it as a vendor bill, then dismiss this "
                "document.", name))
        if invoice.purpose not in ('standard', *CREDITS):
            raise UserError(self.env._(
                "Amazon's invoice %(name)s has the purpose “%(purpose)s”, which Odoo does not know. Enter it by hand, then "
                "dismiss this document.", name=name, purpose=invoice.purpose))
        if invoice.purpose not in CREDITS and any(each.is_header for each in invoice.orders):
            raise UserError(self.env._(
                "Amazon's invoice %s states a sum only, without lines. Enter it by hand, then dismiss this document.", name))

    def _find_orders(self, document, invoice):
        """:return: the order of each InvoiceDetailOrder, in superuser mode
        :rtype: list
        :raises OtherHalfMissing: one of them is not here, or not ordered yet
        """
        if not invoice.orders:
            raise OtherHalfMissing(self.env._("Amazon's invoice %s names no order.", invoice.invoice_id))
        orders = [document._find_order(each.order) for each in invoice.orders]
        for order in orders:
            if order.state not in ('purchase', 'cancel'):
                raise OtherHalfMissing(self.env._("Order %s, which Amazon bills, is not approved.", order.name))
        if len({order.company_id for order in orders}) > 1:
            raise UserError(self.env._(
                "Amazon's invoice %(name)s bills orders of several companies (%(orders)s): no bill can. Enter one for each, "
                "then dismiss this document.",
                name=invoice.invoice_id, orders=", ".join(order.name for order in orders)))
        return orders

    def _find_currency(self, invoice):
        """:raises UserError: Odoo can't bill in it"""
        currency = self.env['amazon.punchout.cart']._find_currency(invoice.currency)
        if not currency.active:
            raise UserError(self.env._(
                "Amazon's invoice %(name)s is in %(currency)s, which is not an active currency in Odoo. Activate it, then "
                "press Retry.", name=invoice.invoice_id, currency=invoice.currency))
        return currency

    def _find_direction(self, draft):
        """A credit memo may state its amounts above or below zero, and an ordinary invoice below zero is a credit too.

        :param BillDraft draft: gets its type and signs
        """
        summary = draft.invoice.summary
        items = sum((self._item_amount(draft, item) - self._item_discount(item)
                     for each in draft.invoice.orders for item in each.items), Decimal())
        stated = next((each.amount for each in (summary.net, summary.gross, summary.due, summary.subtotal)
                       if each and each.amount), items)
        if draft.invoice.purpose in CREDITS:
            draft.move_type = 'in_refund'
            draft.item_sign = -1 if items < 0 else 1
            draft.total_sign = -1 if stated < 0 else 1
        elif stated < 0:
            draft.move_type = 'in_refund'
            draft.item_sign = draft.total_sign = -1

    # === WRITING === #

    def _prepare_move_vals(self, draft):
        """:rtype: dict"""
        invoice, order = draft.invoice, draft.orders[0]
        vals = {
            **order._prepare_invoice(),
            'move_type': draft.move_type,
            'currency_id': draft.currency.id,
            'ref': invoice.invoice_id,
            'invoice_date': invoice.invoice_day,
            'invoice_origin': ", ".join(dict.fromkeys(each.name for each in draft.orders)),
            'amazon_group_id': draft.group.id,
            'amazon_invoice_id': invoice.invoice_id,
            'invoice_line_ids': [Command.create(self._prepare_line_vals(draft, line)) for line in draft.lines],
        }
        if invoice.payment_days and invoice.invoice_day and not vals.get('invoice_payment_term_id'):
            vals['invoice_date_due'] = invoice.invoice_day + timedelta(days=invoice.payment_days)
        if draft.is_credit:
            vals.pop('preferred_payment_method_line_id', None)  # it pays bills; a credit brings money in
            vals['reversed_entry_id'] = draft.bill.id if draft.bill else False
            vals['amazon_refund_kind'] = 'goods' if any(line.is_counted for line in draft.items) else 'money'
        return vals

    def _prepare_line_vals(self, draft, line):
        """:param BillLine line: with its taxes
        :rtype: dict
        """
        product, account = self._line_product(draft, line)
        price = float(line.amount / line.quantity)
        counts = line.is_counted and (not draft.is_credit or line.kind == 'item')
        vals = {
            'name': line.name,
            'product_id': product.id,
            'product_uom_id': (line.order_line.product_uom_id or product.uom_id).id,
            'quantity': float(line.quantity),
            'price_unit': price,
            'discount': 0.0,
            # Core writes each line again where these are not what it computes.
            'amount_currency': float(-line.amount if draft.is_credit else line.amount),
            'tax_ids': [Command.set(line.taxes.ids if line.taxes else [])],
            'amazon_purchase_line_id': line.order_line.id,
            'purchase_line_id': line.order_line.id if counts else False,
            'amazon_bill_line_id': line.bill_line.id if line.bill_line else False,
            'amazon_order_id': line.order.id,
        }
        if draft.currency == draft.orders[0].company_id.currency_id:
            vals['balance'] = vals['amount_currency']
        if distribution := (line.bill_line or line.order_line).analytic_distribution:
            vals['analytic_distribution'] = distribution
        if account:
            vals['account_id'] = account.id
        if line.taxes:
            # Odoo's rounding may differ from Amazon's by a cent: the stated amount stays the line's tax.
            vals['extra_tax_data'] = {
                'manual_tax_amounts': {str(line.taxes.id): {'tax_amount_currency': float(line.tax)}},
                'currency_id': draft.currency.id, 'price_unit': price, 'discount': 0.0, 'quantity': vals['quantity'],
            }
        return vals

    def _line_product(self, draft, line):
        """:return: the product of a line, and its account where it is not the product's own
        :rtype: tuple
        """
        group = draft.group
        if line.bill_line and line.bill_line.account_id:
            return line.bill_line.product_id, line.bill_line.account_id
        account = line.order_line._amazon_expense_account()
        match line.kind:
            case 'item':
                return line.order_line.product_id or group.product_id, account
            case 'shipping' | 'handling':
                return group.shipping_product_id, account
            case 'tax':
                return group.tax_product_id, account
        # What lowers or raises the price of the items belongs to their account.
        order_line = line.order_line or next((each.order_line for each in draft.items if each.order_line), line.order_line)
        product = order_line.product_id or group.product_id
        accounts = product.product_tmpl_id.get_product_accounts(fiscal_pos=draft.orders[0].fiscal_position_id)
        return self.env['product.product'], order_line._amazon_expense_account() or accounts['expense']

    def _write_move(self, draft):
        """:return: the draft bill or credit, or posted, if the group wants it"""
        move = self.env['account.move'].create(self._prepare_move_vals(draft))
        if draft.currency.compare_amounts(move.amount_total, float(draft.total)) != 0:
            draft.problems.append(self.env._(
                "Odoo computes a total of %(computed)s, the invoice makes %(stated)s.",
                computed=format_amount(self.env, move.amount_total, draft.currency),
                stated=format_amount(self.env, float(draft.total), draft.currency)))
        self._attach(draft, move)
        if draft.group.post_matching_bills and not draft.problems and self._states_total(draft):
            self._post(draft, move)
        self._tell(draft, move)
        return move

    def _states_total(self, draft):
        """Tell whether the invoice vouches for its lines by a total that somebody would pay: it was compared with them."""
        summary = draft.invoice.summary
        return bool(summary.net or summary.due or summary.gross)

    def _post(self, draft, move):
        try:
            with self.env.cr.savepoint():
                move.action_post()
        except UserError as error:
            draft.problems.append(self.env._("It could not be posted: %s", error))

    def _attach(self, draft, move):
        """The document as Amazon sent it belongs to the books."""
        self.env['ir.attachment'].create({
            'name': f"{draft.invoice.invoice_id}.xml".replace('/', '-'),
            'raw': draft.document._get_body(),
            'mimetype': 'application/xml',
            'res_model': move._name,
            'res_id': move.id,
        })

    # === TELLING === #

    def _tell(self, draft, move):
        """One message on the bill, and one activity for whoever looks after bills: about what is wrong, or that it is there.

        Without anybody named for bills only what is wrong is told, to whoever is responsible for the group.
        """
        lines = Markup().join(Markup("<li>%s</li>") % each for each in [*draft.problems, *draft.notes])
        title = self.env._("Credit memo %s from Amazon.", draft.invoice.invoice_id) if draft.is_credit else \
            self.env._("Invoice %s from Amazon.", draft.invoice.invoice_id)
        move.message_post(body=Markup("<p>%s</p>%s") % (title, lines and Markup("<ul>%s</ul>") % lines))
        group = draft.group
        person = group.bill_user_id.filtered('active') or draft.problems and group._told_person(
            draft.orders[0].amazon_requester_id)
        if not person or move.state == 'posted':
            return
        if draft.problems:
            activity_type, note = ACTIVITY_PROBLEM, " ".join(draft.problems)
            summary = self.env._("Check Amazon's %s", draft.invoice.invoice_id)
        else:
            activity_type, note = 'mail.mail_activity_data_todo', self.env._("It agrees with Amazon's to the cent.")
            summary = self.env._("Check and post Amazon's %s", draft.invoice.invoice_id)
        move.with_context(mail_activity_automation_skip=False).activity_schedule(
            activity_type, user_id=person.id, summary=summary, note=Markup("<p>%s</p>") % escape(note))
