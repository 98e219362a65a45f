"""The values of a group as a person copies them off Amazon's page: one block of text, in any language and order."""
import re
import unicodedata

# What labels are recognised by, in small letters without accents: the page comes in the language of the marketplace.
ORDER_WORDS = ('order', 'bestell', 'commande', 'ordine', 'pedido', 'compra', '注文', '発注', 'po url')
SETUP_WORDS = ('setup', 'set-up', 'set up', 'punchout', 'punch-out', 'punch out', 'einrichtung', 'configura', 'セットアップ',
               'ハンチアウト')
TEST_WORDS = ('test', 'essai', 'prueba', 'prova', 'teste', 'テスト')
SECRET_WORDS = ('secret', 'geheim', 'segret', 'secreto', 'segredo', 'シークレット', '共有')
IDENTITY_WORDS = ('identity', 'identitat', 'identite', 'identita', 'identidad', 'from id', 'absender-id', 'id ', '識別', 'アイテンティティ')
# Of the other side, or of something that no field of ours is asked for.
FOREIGN_WORDS = ('domain', 'domane', 'domaine', 'dominio', 'ドメイン', 'to identity', 'to id', 'supplier', 'lieferant', 'fournisseur')

ADDRESS = re.compile(r'https?://[^\s<>"\'|,;]+')
# Between a label and its value; the colon of an address is none.
SEPARATOR = re.compile(r'\s*(?:[:：](?!//)|=|\t|\||\s{2,}|\s[–—-]\s)\s*')
# Looks like a credential and not like a word of a label.
TOKEN = re.compile(r'(?=\S*\d)\S{4,}')
# One word that is a label all the same, where a value is expected.
LONE_LABEL = re.compile(r'(?:from|sender|shared)?[-_]?(?:identity|secret|id)|\S*url', re.IGNORECASE)
ORDER_ADDRESS = re.compile(r'https?://[^/\s]*ats[^/\s]*amazonsedi\.com/', re.IGNORECASE)
SETUP_ADDRESS = re.compile(r'https?://[^\s?#]*/(?:eprocurement/)?punchout(?P<test>/test)?/?$', re.IGNORECASE)


def read_pasted(text):
    """Take pasted text apart, as far as it can be understood; nothing is guessed about what has no label.

    :param str text: labels and values, each pair on one line or on two; addresses may stand alone
    :return: of `setup_url`, `setup_test_url`, `order_url`, `identity`, `shared_secret` those that were found
    :rtype: dict[str, str]
    """
    found = {}
    lines = [line.strip() for line in _cleaned(text).splitlines() if line.strip()]
    awaited = None  # the name of a label whose value is expected on this line
    for line in lines:
        name, value = _read_line(line)
        # A secret may well hold the word.
        if awaited and (not name or not value and _is_value(line)):
            name, value = awaited, _value_of(awaited, line)
        awaited = name if name and not value else None
        if name and value:
            found.setdefault(name, value)
    for address in ADDRESS.findall("\n".join(lines)):
        name = _name_of_address(address)
        if name and address not in found.values():
            found.setdefault(name, address)
    return found


def _cleaned(text):
    """:return: the text without what web pages put between words to be seen and not to be read"""
    text = re.sub('[\u200b-\u200f\u2060\ufeff]', '', text or '')
    return text.replace('\u00a0', ' ').replace('\r\n', '\n').replace('\r', '\n')


def _read_line(line):
    """:return: the name of the field that the line's label stands for, and its value; either may be None"""
    address = ADDRESS.search(line)
    if address:
        label, rest = line[:address.start()], address.group()
    elif separator := SEPARATOR.search(line):
        label, rest = line[:separator.start()], line[separator.end():]
    else:
        label, _space, rest = line.rpartition(' ')
        if not TOKEN.fullmatch(rest):
            label, rest = line, ''
    name = _name_of_label(label)
    return name, _value_of(name, rest)


def _is_value(line):
    return line.isascii() and len(line.split()) == 1 and not LONE_LABEL.fullmatch(line)


def _name_of_label(label):
    folded = ''.join(
        letter for letter in unicodedata.normalize('NFKD', label.casefold()) if not unicodedata.combining(letter))

    def has(words):
        return any(word in f'{folded} ' for word in words)

    if not folded.strip() or len(folded) > 90 or has(FOREIGN_WORDS):
        return None
    if has(SECRET_WORDS):
        return 'shared_secret'
    if has(SETUP_WORDS):
        return 'setup_test_url' if has(TEST_WORDS) else 'setup_url'
    if has(ORDER_WORDS):
        return 'order_url'
    return 'identity' if has(IDENTITY_WORDS) else None


def _value_of(name, text):
    """:return: what of the text is a value of this field: an address, or one word that is none; else None"""
    if not name:
        return None
    address = ADDRESS.search(text)
    if name.endswith('_url'):
        return address.group() if address else None
    words = text.split()
    return words[0].strip('"\'“”„') if words and not address else None


def _name_of_address(address):
    if ORDER_ADDRESS.match(address):
        return 'order_url'
    if setup := SETUP_ADDRESS.match(address):
        return 'setup_test_url' if setup['test'] else 'setup_url'
    return None
