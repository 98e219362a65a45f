from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal

from odoo import models
from odoo.exceptions import UserError
from odoo.fields import Command

from ... import cxml
from ...tools.analytic_once import looking_up_once
from ...tools.sentences import sentence
from ...tools.waiting import OtherHalfMissing

CREDITS = ('creditMemo', 'lineLevelCreditMemo')
# For a bill without problems that waits to be posted.
ACTIVITY_TODO = 'mail.mail_activity_data_todo'


@dataclass
class BillLine:
    """A line of a future bill or credit. Amounts are net, and above zero if a credit gives money back."""
    kind: str                            # item, shipping, handling, charge, discount, tax; sum: a total without lines
    name: str
    amount: Decimal
    order: models.Model
    order_line: models.Model             # empty if the order has no line with that number
    quantity: Decimal = Decimal(1)       # below zero if the amount is
    discount: Decimal = Decimal()        # its own, already taken off the amount
    spread_discount: Decimal = Decimal()  # its part of a discount on everything, already taken off the amount
    stated_tax: Decimal | None = None    # None: not stated for this line
    details: tuple = ()                  # the cxml.TaxDetails
    is_exempt: bool = False              # whether Amazon says why it states no tax, or states a rate of 0
    is_reverse_charge: bool = False      # whether Amazon says that the company owes the tax
    portions: tuple = ()                 # net amount and TaxDetails of each item, for the shipping of several
    is_convertible: bool = True          # whether Odoo knows what the stated quantity is in the ordered unit
    is_counted: bool = True              # whether it counts as billed on its order line, or on a credit as returned
    bill_line: models.Model | None = None   # the bill line that a credit refunds
    own_taxes: models.Model | None = None   # the taxes of the bill line or the order line
    taxes: models.Model | None = None       # the taxes that the line gets
    tax: Decimal = Decimal()             # the amount of these taxes
    is_settled: bool = False             # whether the taxes are those of the bill line, and not to be matched
    tax_parts: dict = field(default_factory=dict)   # the amount of each of them
    account: models.Model | None = None  # of the items that a charge belongs to
    analytic: dict | None = None         # their analytic distribution
    stated: dict = field(default_factory=dict)   # of an item: its shipping, handling and tax as stated with it


@dataclass
class BillDraft:
    """An invoice on its way to a bill: what it states, and the records in Odoo that it is about."""
    document: models.Model
    invoice: cxml.InvoiceDetailRequest
    orders: list                         # one for each InvoiceDetailOrder of the invoice
    currency: models.Model
    move_type: str
    item_sign: int = 1                   # credits may be stated above or below zero
    total_sign: int = 1
    lines: list[BillLine] = field(default_factory=list)
    tax_rest: Decimal = Decimal()        # the tax that is stated for the whole invoice only
    bill: models.Model | None = None     # the bill that a credit refunds
    notes: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)    # what is billed but was not received
    validation: str = ""                 # who must validate the bill before it can be posted
    charges: models.Model | None = None  # the lines of charges that it is made of, if it is no invoice of Amazon's
    confirmed: dict = field(default_factory=dict)       # what the confirmations of its orders say, once it is needed
    charge_accounts: dict = field(default_factory=dict)  # of products, for their parts of charges, likewise

    @property
    def is_credit(self):
        """Whether it becomes a vendor credit."""
        return self.move_type == 'in_refund'

    @property
    def total(self):
        """The total of the lines with all taxes."""
        return sum((line.amount + (line.stated_tax or 0) for line in self.lines), self.tax_rest)

    @property
    def group(self):
        """The `amazon.punchout.group` of the orders."""
        return self.orders[0].amazon_group_id

    @property
    def items(self):
        """The lines of items."""
        return [line for line in self.lines if line.kind == 'item']


class AmazonPunchoutBill(models.AbstractModel):
    """Converts an invoice to a draft bill, or a credit memo to a draft credit, to the cent.

    The amounts that Amazon states apply; rates only help to find the taxes. It works in the company of the orders. Each
    step can be extended on its own.
    """
    _name = 'amazon.punchout.bill'
    _ = sentence
    _description = "Amazon Invoice to Vendor Bill"

    def _import(self, document, invoice):
        """Create the bill or credit of an invoice, or find the one that is there already.

        :param document: the `amazon.punchout.document`
        :param cxml.InvoiceDetailRequest invoice: the content of the document
        :return: the `account.move`
        :raises UserError: it can't be billed, and why; nothing is created then
        :raises OtherHalfMissing: its order or the bill of a credit is not in Odoo yet
        """
        self._check_invoice(invoice)
        orders = self._find_orders(document, invoice)
        document._assign_orders(orders[0].union(*orders))
        draft = self.with_company(orders[0].company_id)._read(document, invoice, orders)
        move = self.with_company(orders[0].company_id)._find_or_create(draft)
        if document.account_move_id != move:
            document.account_move_id = move
            move._amazon_record_bill(document)
        for order in orders:
            order._amazon_message_arrived()  # Amazon bills what it has
        return move

    def _read(self, document, invoice, orders):
        """Read an invoice with all its lines.

        :rtype: BillDraft
        """
        draft = self._prepare_draft(document, invoice, orders)
        self._find_direction(draft)
        self._read_lines(draft)
        return draft

    def _prepare_draft(self, document, invoice, orders):
        """Prepare the draft of an invoice, without lines.

        :rtype: BillDraft
        """
        return BillDraft(
            document=document, invoice=invoice, orders=[order.with_env(self.env) for order in orders],
            currency=self._find_currency(invoice), move_type='in_invoice',
            notes=[self.env._("Amazon: “%s”", text) for text in cxml.split_comments(invoice.comments)])

    def _find_or_create(self, draft):
        """Create the bill unless it exists: one invoice is one bill, in whatever way it was entered.

        :param BillDraft draft: the invoice with all its lines
        :return: the `account.move`
        """
        if known := self._find_known(draft):
            return known
        # Another message or a user might bill the same lines meanwhile.
        self.env['purchase.order'].browse({order.id for order in draft.orders}).lock_for_update(allow_referencing=True)
        if by_hand := self._find_by_hand(draft):
            return self._adopt(draft, by_hand)
        if draft.is_credit:
            self._link_bill(draft)
        else:
            self._check_quantities(draft)
            draft.problems += self._find_rejected_quantities(draft)
        self._match_taxes(draft)
        draft.problems += self._find_total_problems(draft)
        if not draft.is_credit:
            draft.problems += self._compare(draft)
        self._share_charges(draft)
        return self._write_move(draft)

    # === WHAT IT IS ABOUT === #

    def _check_invoice(self, invoice):
        """Check that Odoo can process an invoice of this kind.

        :raises UserError: it can't, and why
        """
        name = invoice.invoice_id
        if invoice.operation != 'new':
            raise UserError(self._(
                "Amazon withdraws its invoice %(name)s (operation “%(operation)s”). Odoo does not change bills "
                "automatically: cancel the bill with that number, if there is one, then press Dismiss.",
                name=name, operation=invoice.operation))
        if invoice.is_information_only:
            raise UserError(self._(
                "Amazon's invoice %s is for information only, so no bill was created. Press Dismiss.", name))
        if 'debit' in invoice.purpose.casefold():
            raise UserError(self._(
                "Amazon's invoice %s is a debit memo, which Odoo does not process. Enter it as a vendor bill, then "
                "press Dismiss.", name))
        if invoice.purpose not in ('standard', *CREDITS):
            raise UserError(self._(
                "Amazon's invoice %(name)s has the purpose “%(purpose)s”, which Odoo does not know. Enter it "
                "manually, then press Dismiss.", name=name, purpose=invoice.purpose))
        if invoice.purpose not in CREDITS and any(each.is_header for each in invoice.orders):
            raise UserError(self._(
                "Amazon's invoice %s states only a total, without lines. Enter it manually, then press Dismiss.", name))

    def _find_orders(self, document, invoice):
        """Find the order of each InvoiceDetailOrder, in superuser mode.

        :rtype: list
        :raises OtherHalfMissing: one of them is not in Odoo or not approved yet
        :raises UserError: they belong to several companies
        """
        if not invoice.orders:
            raise OtherHalfMissing(self._("Amazon's invoice %s does not mention an order.", invoice.invoice_id))
        orders = [document._find_order(each.order) for each in invoice.orders]
        for order in orders:
            if order.state not in ('purchase', 'cancel'):
                raise OtherHalfMissing(self._("Amazon has invoiced order %s, which is not approved.", order.name))
        if len({order.company_id for order in orders}) > 1:
            raise UserError(self._(
                "Amazon's invoice %(name)s bills orders of several companies (%(orders)s). Enter one bill for each "
                "company, then press Dismiss.",
                name=invoice.invoice_id, orders=", ".join(order.name for order in orders)))
        return orders

    def _find_currency(self, invoice):
        """Find the currency of an invoice.

        :raises UserError: it is not active
        """
        currency = self.env['amazon.punchout.cart']._find_currency(invoice.currency)
        if not currency.active:
            raise UserError(self._(
                "Amazon's invoice %(name)s is in %(currency)s, which is not an active currency in Odoo. Activate the "
                "currency, then press Retry.", name=invoice.invoice_id, currency=invoice.currency))
        return currency

    # === WRITING === #

    def _prepare_move_vals(self, draft):
        """Prepare the values of the bill or credit.

        :rtype: dict
        """
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
            vals.pop('preferred_payment_method_line_id', None)  # it is for paying bills, not for credits
            vals['reversed_entry_id'] = draft.bill.id if draft.bill else False
            vals['amazon_refund_kind'] = 'goods' if any(line.is_counted for line in draft.items) else 'money'
        return vals

    def _prepare_line_vals(self, draft, line):
        """Prepare the values of a line.

        :param BillLine line: a line with its taxes
        :rtype: dict
        """
        product, account = self._line_product(draft, line)
        is_included = bool(line.taxes) and line.taxes._amazon_is_included()
        price = float((line.amount + line.tax if is_included else line.amount) / line.quantity)
        counts = line.is_counted and (not draft.is_credit or line.kind == 'item')
        vals = {
            **self._prepare_common_vals(line, product),
            'name': line.name,
            'product_id': product.id,
            'product_uom_id': (line.order_line.product_uom_id or product.uom_id).id,
            'quantity': float(line.quantity),
            'price_unit': price,
            'discount': 0.0,
            # Core writes each line again if these differ from what it computes.
            'amount_currency': float(-line.amount if draft.is_credit else line.amount),
            'tax_ids': [Command.set(line.taxes.ids if line.taxes else [])],
            'amazon_purchase_line_id': line.order_line.id,
            'purchase_line_id': line.order_line.id if counts else False,
            'amazon_bill_line_id': line.bill_line.id if line.bill_line else False,
            'amazon_order_id': line.order.id,
        }
        if draft.currency == draft.orders[0].company_id.currency_id:
            vals['balance'] = vals['amount_currency']
        if distribution := line.analytic or (line.bill_line or line.order_line).analytic_distribution:
            vals['analytic_distribution'] = distribution
        if account:
            vals['account_id'] = account.id
        if extra_tax_data := self._prepare_extra_tax_data(draft, line, price):
            vals['extra_tax_data'] = extra_tax_data
        return vals

    def _prepare_common_vals(self, line, product):
        """Prepare what core, or another addon, writes onto the bill lines of an order line.

        Amounts and quantities are Amazon's, so none of core's is kept.

        :param BillLine line: a line
        :param product: the product that it gets
        :return: nothing for a line with another product than its order line
        :rtype: dict
        """
        if not line.order_line or line.order_line.product_id != product:
            return {}
        return line.order_line._amazon_prepare_common_vals()

    def _line_product(self, draft, line):
        """Find the product of a line, and its account if that is not the product's own.

        :rtype: tuple
        """
        group = draft.group
        if line.bill_line and line.bill_line.account_id:
            return line.bill_line.product_id, line.bill_line.account_id
        account = line.account or line.order_line._amazon_expense_account()
        match line.kind:
            case 'item':
                return line.order_line.product_id or group.product_id, account
            case 'shipping' | 'handling':
                return group.shipping_product_id, account
            case 'tax':
                return group.tax_product_id, account
        if line.account:
            return self.env['product.product'], line.account
        # Discounts and charges change the price of the items, so they belong to the account of these.
        order_line = line.order_line or next(
            (each.order_line for each in draft.items if each.order_line), line.order_line)
        product = order_line.product_id or group.product_id
        accounts = product.product_tmpl_id.get_product_accounts(fiscal_pos=draft.orders[0].fiscal_position_id)
        return self.env['product.product'], order_line._amazon_expense_account() or accounts['expense']

    def _write_move(self, draft):
        """Create the bill or credit, and post it if the group wants that and everything matches.

        :return: the `account.move`
        """
        with looking_up_once():
            # Without core's note that it was created: the one of `_notify` also says from what.
            move = self.env['account.move'].with_context(mail_create_nolog=True).create(
                self._prepare_move_vals(draft)).with_env(self.env)
        draft.notes += self._find_term_notes(draft, move)
        if draft.currency.compare_amounts(move.amount_total, float(draft.total)) != 0:
            draft.problems.append(self.env._(
                "Odoo computes a total of %(computed)s, but the lines of the invoice add up to %(stated)s.",
                computed=self._format(draft, move.amount_total),
                stated=self._format(draft, draft.total)))
        draft.problems += self._find_duplicates(draft, move)
        if draft.is_credit:
            draft.problems += self._find_refund_problems(draft, move)
        else:
            draft.missing = move._amazon_missing_sentences()
            if draft.missing and not draft.problems:
                move.amazon_awaits_receipt = True
        self._attach(draft, move)
        if not draft.missing:
            self._post_matching(draft, move)
        self._notify(draft, move)
        return move
