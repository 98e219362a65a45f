"""Lines of carts get the title of their item, and their descriptions begin with it."""
from odoo import SUPERUSER_ID, api
from odoo.tools import SQL
from odoo.tools.translate import code_translations

from odoo.addons.amazon_punchout.tools.visible import visible

# Characters that `visible` leaves as they are, so that PostgreSQL can do nearly all lines alone.
PLAIN = '[^ -~\u00a1-\u00ac\u00ae-\u024f]'
BATCH = 10000
# The description keeps what was written, under the title that the cart has.
NEW_NAME = SQL("""CASE WHEN line.name = new.title OR starts_with(line.name, new.title || E'\\n') THEN line.name
                       WHEN coalesce(btrim(line.name, E' \\t\\r\\n'), '') IN ('', new.raw) THEN new.title
                       ELSE new.title || E'\\n' || line.name END""")


def migrate(cr, version):
    """Fill in titles from the stored lines of the carts.

    :param cr: the cursor
    :param str version: the version that is upgraded
    """
    fill_plain_items(cr)
    fill_other_items(cr)
    fill_charges(cr)
    show_sellers(cr)


def fill_plain_items(cr):
    """Fill in titles in which nothing can be hidden, in one statement."""
    cr.execute(SQL("""
        UPDATE purchase_order_line line SET amazon_title = new.title, name = %s
          FROM (SELECT id, title, title AS raw
                  FROM (SELECT id, btrim(regexp_replace(
                                   amazon_item->'description'->>'text', E'[ \\t\\r\\n]+', ' ', 'g')) AS title
                          FROM purchase_order_line
                         WHERE amazon_line_type = 'item' AND amazon_title IS NULL
                        OFFSET 0) stated  -- computed once a row, not once a use
                 WHERE title <> '' AND title !~ %s COLLATE "C") new
         WHERE line.id = new.id""", NEW_NAME, PLAIN))


def fill_other_items(cr):
    """Fill in titles with other letters, and those of items without a title."""
    while True:
        cr.execute("""
            SELECT id, amazon_item->'description'->>'text', amazon_asin FROM purchase_order_line
             WHERE amazon_line_type = 'item' AND amazon_title IS NULL ORDER BY id LIMIT %s""", [BATCH])
        rows = [
            (line_id, visible(title) or visible(asin) or '-', " ".join((title or asin or "").split()))
            for line_id, title, asin in cr.fetchall()]
        if not rows:
            return
        ids, titles, raws = map(list, zip(*rows, strict=True))
        cr.execute(SQL("""
            UPDATE purchase_order_line line SET amazon_title = new.title, name = %s
              FROM unnest(%s::int[], %s::text[], %s::text[]) AS new (id, title, raw)
             WHERE line.id = new.id""", NEW_NAME, ids, titles, raws))


def fill_charges(cr):
    """Name shipping and estimated tax as in the language of the shopper, but not as someone has renamed them."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    languages = [code for code, _name in env['res.lang'].get_installed()]
    for line_type, word in (('shipping', "Shipping"), ('tax', "Estimated tax")):
        known = list({word, *(
            code_translations.get_python_translations('amazon_punchout', code).get(word, word) for code in languages)})
        cr.execute(SQL("""
            UPDATE purchase_order_line line SET amazon_title = new.title, name = %s
              FROM (SELECT id, CASE WHEN first = ANY(%s) THEN first ELSE %s END AS title, '' AS raw
                      FROM (SELECT id, split_part(name, E'\\n', 1) AS first FROM purchase_order_line
                             WHERE amazon_line_type = %s AND amazon_title IS NULL) named) new
             WHERE line.id = new.id""", NEW_NAME, known, word, line_type))


def show_sellers(cr):
    """Show what is invisible in sellers and conditions."""
    for column in map(SQL.identifier, ('amazon_seller', 'amazon_condition')):
        cr.execute(SQL("""
            SELECT DISTINCT %(column)s FROM purchase_order_line
             WHERE %(column)s ~ %(plain)s COLLATE "C" OR %(column)s LIKE '%%  %%'""", column=column, plain=PLAIN))
        for (text,) in cr.fetchall():
            if (shown := visible(text)) != text:
                cr.execute(SQL(
                    "UPDATE purchase_order_line SET %(column)s = %(shown)s WHERE %(column)s = %(text)s",
                    column=column, shown=shown, text=text))
