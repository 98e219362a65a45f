-- No group sends orders or receives messages any more: it starts again with credentials that are entered on purpose.
UPDATE amazon_punchout_group
   SET state = 'draft',
       shared_secret = NULL,
       inbound_password = NULL,
       old_shared_secret = NULL,
       old_inbound_password = NULL,
       tracking_secret = NULL,
       use_tracking = false,
       secret_name = NULL,
       base_url = NULL,
       reached_url = NULL,
       connection_digest = NULL,
       database_uuid = NULL,
       database_name = NULL;

-- The original database asks Amazon's APIs.
UPDATE amazon_punchout_api
   SET use_reconciliation = false,
       use_reporting = false,
       use_documents = false,
       use_products = false,
       client_secret = NULL,
       refresh_token = NULL,
       secret_name = NULL;

-- The original database sends the orders that wait: none of them is sent from this copy, whatever its group. Only
-- these requests are declined without a code or a reason: people read why in their own language.
UPDATE purchase_order
   SET amazon_state = 'refused'
  FROM amazon_punchout_document document
 WHERE document.purchase_order_id = purchase_order.id
   AND document.document_type = 'OrderRequest'
   AND document.state = 'queued'
   AND purchase_order.amazon_state = 'queued';
UPDATE amazon_punchout_document
   SET state = 'refused',
       next_try_at = NULL,
       to_tell = NULL,
       answer_code = NULL,
       reason = NULL
 WHERE document_type = 'OrderRequest'
   AND state = 'queued';

-- A copy is monitored with a token of its own.
DELETE FROM ir_config_parameter WHERE key = 'amazon_punchout.health_token';
