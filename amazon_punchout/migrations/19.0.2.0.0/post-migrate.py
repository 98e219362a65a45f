"""The texts of records that an update leaves alone follow the new ones, unless a user has edited them."""
from odoo import SUPERUSER_ID, api

# By external id: the text of the version before, and the new one.
NAMES = {
    'ir_cron_process': ("Amazon: process messages", "Amazon: process incoming messages"),
    'ir_cron_remind_confirmation': (
        "Amazon: tell of orders without a confirmation", "Amazon: notify about unconfirmed orders"),
    'ir_cron_remind_hold': ("Amazon: remind of price holds that end", "Amazon: remind of expiring price holds"),
    'mail_activity_confirmation': ("Amazon Confirmation Missing", "Missing Amazon Confirmation"),
    'product_item': ("Amazon item", "Amazon Item"),
    'product_shipping': ("Amazon shipping", "Amazon Shipping"),
    'product_tax': ("Amazon estimated tax", "Amazon Estimated Tax"),
    # Record rules of dialogs
    'amazon_punchout_shop_rule_own': (
        "Shop on Amazon: one's own dialogs, about own companies", "Shop on Amazon dialog: own, multi-company"),
    'amazon_punchout_batch_rule_own': (
        "Amazon orders, one by one: one's own dialogs", "Amazon orders one by one dialog: own"),
    'amazon_punchout_batch_line_rule_own': (
        "Amazon orders, one by one: lines of one's own dialogs, about own companies",
        "Amazon orders one by one dialog lines: own, multi-company"),
    'amazon_punchout_refund_rule_own': (
        "Amazon refunds: one's own dialogs, about own companies", "Amazon refund dialog: own, multi-company"),
    'amazon_punchout_refund_line_rule_own': (
        "Amazon refunds: lines of one's own dialogs, about own companies",
        "Amazon refund dialog lines: own, multi-company"),
    'amazon_punchout_by_hand_rule_own': (
        "What Amazon says, by hand: one's own dialogs, about own companies",
        "Manual Amazon confirmation dialog: own, multi-company"),
    'amazon_punchout_by_hand_line_rule_own': (
        "What Amazon says, by hand: lines of one's own dialogs, about own companies",
        "Manual Amazon confirmation dialog lines: own, multi-company"),
    'amazon_punchout_cancel_rule_own': (
        "Cancel on Amazon: one's own dialogs, about own companies", "Cancel on Amazon dialog: own, multi-company"),
    'amazon_punchout_dismiss_rule_own': (
        "Dismiss an Amazon document: one's own dialogs, about own companies",
        "Dismiss Amazon document dialog: own, multi-company"),
    'amazon_punchout_ask_rule_own': (
        "Whom to ask about shopping on Amazon: one's own dialogs", "Whom to ask about Amazon dialog: own"),
    'amazon_punchout_claim_rule_own': (
        "Claim an Amazon cart: one's own dialogs, about own companies", "Claim Amazon cart dialog: own, multi-company"),
    'amazon_punchout_go_live_rule_own': (
        "Go live with Amazon: one's own dialogs, about own companies",
        "Go live with Amazon dialog: own, multi-company"),
    'amazon_punchout_fill_rule_own': (
        "Fill in accounts of an Amazon cart: one's own dialogs, about own companies",
        "Fill in accounts of Amazon cart dialog: own, multi-company"),
    'amazon_punchout_refuse_rule_own': (
        "Refuse an Amazon order: one's own dialogs, about own companies",
        "Refuse Amazon order dialog: own, multi-company"),
    'amazon_punchout_setup_rule_own': (
        "Amazon setup: one's own, about own companies", "Amazon setup: own, multi-company"),
    'amazon_punchout_setup_place_rule_own': (
        "Amazon setup: places of one's own, of own companies", "Amazon setup locations: own, multi-company"),
    # Record rules of everything else
    'amazon_punchout_group_rule_company': ("Amazon groups: own companies", "Amazon groups: multi-company"),
    'amazon_punchout_session_rule_company': (
        "Amazon shopping trips: own companies", "Amazon shopping trips: multi-company"),
    'amazon_punchout_session_rule_own': (
        "Amazon shopping trips: shoppers see their own, and those they are responsible for",
        "Amazon shopping trips: own, and of groups for which one is responsible"),
    'amazon_punchout_session_rule_unclaimed': (
        "Amazon shopping trips: members see the unclaimed carts of their groups",
        "Amazon shopping trips: unclaimed carts of one's groups"),
    'amazon_punchout_session_rule_all': (
        "Amazon shopping trips: managers and administrators see all",
        "Amazon shopping trips: all for managers and administrators"),
    'amazon_punchout_document_rule_company': ("Amazon documents: own companies", "Amazon documents: multi-company"),
    'amazon_punchout_document_rule_purchase': (
        "Amazon documents: buyers see all", "Amazon documents: all for purchase users"),
    'amazon_punchout_document_rule_invoice': (
        "Amazon documents: accountants see invoices and credits",
        "Amazon documents: invoices and credit memos for accountants"),
    'amazon_punchout_shipment_rule_company': ("Amazon shipments: own companies", "Amazon shipments: multi-company"),
    'amazon_punchout_shipment_line_rule_company': (
        "Amazon shipment lines: own companies", "Amazon shipment lines: multi-company"),
    'amazon_punchout_unspsc_rule_company': ("Amazon categories: own companies", "Amazon categories: multi-company"),
    'amazon_punchout_tax_rate_rule_company': ("Amazon tax rates: own companies", "Amazon tax rates: multi-company"),
}


def migrate(cr, version):
    """Rename each record that still has the name of the version before; translations are left to their own update."""
    if not version:
        return
    env = api.Environment(cr, SUPERUSER_ID, {'lang': 'en_US'})
    for key, (old, new) in NAMES.items():
        record = env.ref(f'amazon_punchout.{key}', raise_if_not_found=False)
        if record and record.name == old:
            record.name = new
