"""Amazon's reasons for rejections, in the group's language; they end with a code that is the same in all."""

from .order_checks import (
    BAD_ADDRESS,
    ITEM_ERRORS,
    OTHER_QUANTITY,
    OUT_OF_STOCK,
    SHIP_TO_MISSING,
    UNKNOWN,
)

SEPARATOR = '||'
NOT_NEW = '001-001'
_WORDS = {
    'en': {
        UNKNOWN: 'The order could not be processed for an unknown reason.',
        NOT_NEW: 'Only new orders are processed.',
        SHIP_TO_MISSING: 'The delivery address is missing.',
        ITEM_ERRORS: 'The order was cancelled, or its items have errors.',
        BAD_ADDRESS: 'The delivery address is incomplete or not valid.',
        OUT_OF_STOCK: 'The item is no longer in stock.',
        OTHER_QUANTITY: 'The quantity does not match the cart.',
    },
    'de': {
        UNKNOWN: 'Die Bestellung konnte aus unbekanntem Grund nicht bearbeitet werden.',
        NOT_NEW: 'Nur neue Bestellungen werden bearbeitet.',
        SHIP_TO_MISSING: 'Die Lieferadresse fehlt.',
        ITEM_ERRORS: 'Die Bestellung wurde storniert oder ihre Artikel sind fehlerhaft.',
        BAD_ADDRESS: 'Die Lieferadresse ist unvollständig oder ungültig.',
        OUT_OF_STOCK: 'Der Artikel ist nicht mehr auf Lager.',
        OTHER_QUANTITY: 'Die Menge weicht vom Warenkorb ab.',
    },
    'ja': {
        UNKNOWN: '不明な理由により注文を処理できませんでした。',
        NOT_NEW: '新規の注文のみ処理されます。',
        SHIP_TO_MISSING: '配送先住所がありません。',
        ITEM_ERRORS: '注文がキャンセルされたか、商品に誤りがあります。',
        BAD_ADDRESS: '配送先住所が不完全か無効です。',
        OUT_OF_STOCK: '商品の在庫がなくなりました。',
        OTHER_QUANTITY: '数量がカートと異なります。',
    },
}
CODES = tuple(_WORDS['en'])


def reason(account, code, text=''):
    """Return a reason as a confirmation states it.

    :param str text: a text in place of the default one.
    """
    words = _WORDS[account.lang[:2]]
    return f'{text or words.get(code, words[UNKNOWN])} [Error code: {code}]'
