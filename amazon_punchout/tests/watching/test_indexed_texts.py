"""Every text in a btree index is bounded: PostgreSQL refuses more than 2,700 bytes, and nothing could be stored."""
from odoo.tests import TransactionCase, tagged

HASH, READERS, OURS, PERSON = (
    "it is a hash", "the readers of documents, reports and APIs bound it", "Odoo makes it",
    "a person enters it, and reads why it is refused")
BOUNDED = {
    'account_move.amazon_invoice_id': READERS,
    'account_move.amazon_statement_number': READERS,
    'amazon_punchout_api.secret_name': PERSON,
    'amazon_punchout_awaited.reference': "longer ones are not stored",
    'amazon_punchout_document.document_type': "it is cut",
    'amazon_punchout_document.payload_id': "a longer one is replaced by a hash",
    'amazon_punchout_entity.name': READERS,
    'amazon_punchout_group.secret_name': PERSON,
    'amazon_punchout_header.name': "longer ones are not offered",
    'amazon_punchout_pdf.number': READERS,
    'amazon_punchout_reported_item.about': HASH,
    'amazon_punchout_reported_item.order_ref': READERS,
    'amazon_punchout_reported_item.purchase_order_number': READERS,
    'amazon_punchout_reported_order.amazon_order_ref': READERS,
    'amazon_punchout_reported_order.purchase_order_number': READERS,
    'amazon_punchout_session.cart_digest': HASH,
    'amazon_punchout_session.cookie_hash': HASH,
    'amazon_punchout_shipment.shipment_id': READERS,
    'amazon_punchout_stated_invoice.number': READERS,
    'amazon_punchout_stated_invoice.statement_number': READERS,
    'amazon_punchout_trail.order_name': OURS,
    'amazon_punchout_transaction.charge_identifier': READERS,
    'amazon_punchout_transaction.invoice_number': READERS,
    'amazon_punchout_transaction.last_digits': READERS,
    'amazon_punchout_transaction.payment_reference': READERS,
    'amazon_punchout_transaction.signature': HASH,
    'amazon_punchout_transaction.statement_number': READERS,
    'amazon_punchout_transaction.transaction_ref': READERS,
    'amazon_punchout_transaction_line.order_ref': READERS,
    'amazon_punchout_transaction_line.purchase_order_number': READERS,
    'amazon_punchout_transaction_line.shipment_id': READERS,
    'amazon_punchout_unspsc.prefix': PERSON,
    'amazon_punchout_uom.name': PERSON,
    'purchase_order.amazon_order_ref': "only the condition of an index has it, and the index for it is a hash",
    'res_users.amazon_confirmed_email': PERSON,
}


@tagged('post_install', '-at_install')
class TestIndexedTexts(TransactionCase):

    def test_every_text_in_an_index_is_bounded(self):
        self.env.cr.execute("""
            SELECT DISTINCT owner.relname, attribute.attname
              FROM pg_index
              JOIN pg_class made ON made.oid = pg_index.indexrelid
              JOIN pg_am ON pg_am.oid = made.relam AND pg_am.amname = 'btree'
              JOIN pg_class owner ON owner.oid = pg_index.indrelid
              JOIN pg_depend ON pg_depend.objid = made.oid AND pg_depend.refobjid = owner.oid
              JOIN pg_attribute attribute ON attribute.attrelid = owner.oid AND attribute.attnum = pg_depend.refobjsubid
             WHERE attribute.atttypid IN ('varchar'::regtype, 'text'::regtype)
               AND (starts_with(owner.relname, 'amazon_punchout_') OR starts_with(attribute.attname, 'amazon_'))""")
        tables = {model._table: model for model in self.env.values() if model._auto and not model._abstract}
        found = {
            f'{table}.{column}' for table, column in self.env.cr.fetchall()
            if tables[table]._fields[column].type != 'selection'}
        self.assertEqual(found, set(BOUNDED))
