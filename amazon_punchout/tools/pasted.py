"""The values of a group as copied from Amazon's page: one block of text, in any language and order."""
import re
import unicodedata

# Words of labels, in lower case without accents: the page comes in the language of the marketplace.
ORDER_WORDS = ('order', 'bestell', 'commande', 'ordine', 'pedido', 'compra', '注文', '発注', 'po url')
SETUP_WORDS = (
    'setup', 'set-up', 'set up', 'punchout', 'punch-out', 'punch out', 'einrichtung', 'configura', 'セットアップ',
    'ハンチアウト')
TEST_WORDS = ('test', 'essai', 'prueba', 'prova', 'teste', 'テスト')
SECRET_WORDS = ('secret', 'geheim', 'segret', 'secreto', 'segredo', 'シークレット', '共有')
IDENTITY_WORDS = (
    'identity', 'identitat', 'identite', 'identita', 'identidad', 'from id', 'absender-id', 'id ', '識別',
    'アイテンティティ')
# Words of labels whose values are not for our fields.
FOREIGN_WORDS = (
    'domain', 'domane', 'domaine', 'dominio', 'ドメイン', 'to identity', 'to id', 'supplier', 'lieferant',
    'fournisseur')

ADDRESS = re.compile(r'https?://[^\s<>"\'|,;]+')
# Between a label and its value; the colon of an address does not count.
SEPARATOR = re.compile(r'\s*(?:[:：](?!//)|=|\t|\||\s{2,}|\s[–—-]\s)\s*')
# What looks like a credential and not like a word of a label.
TOKEN = re.compile(r'(?=\S*\d)\S{4,}')
# A single word that is a label nevertheless, where a value is expected.
LONE_LABEL = re.compile(r'(?:from|sender|shared)?[-_]?(?:identity|secret|id)|\S*url', re.IGNORECASE)
ORDER_ADDRESS = re.compile(r'https?://(?=[^/\s]*ats)[^/\s]*amazonsedi\.com/', re.IGNORECASE)
SETUP_ADDRESS = re.compile(r'https?://[^\s?#]*/(?:eprocurement/)?punchout(?P<test>/test)?/?$', re.IGNORECASE)


def read_pasted(text):
    """Find the labelled values in a pasted text; nothing is guessed about values without a label.

    :param str text: labels and values, each pair on one line or on two; addresses may have no label
    :return: those of `setup_url`, `setup_test_url`, `order_url`, `identity`, `shared_secret` that were found
    :rtype: dict[str, str]
    """
    found = {}
    lines = [line.strip() for line in _cleaned(text).splitlines() if line.strip()]
    awaited = None  # the name of a label whose value is expected on this line
    for line in lines:
        name, value = _read_line(line)
        # A secret may contain the word of a label.
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
    """Remove the invisible characters that web pages put between words, and unify spaces and line ends."""
    text = re.sub('[\u200b-\u200f\u2060\ufeff]', '', text or '')
    return text.replace('\u00a0', ' ').replace('\r\n', '\n').replace('\r', '\n')


def _read_line(line):
    """Read one line.

    :return: the name of the field for the line's label, and the value; either may be None
    """
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
    """Tell whether a line can be a value, and not another label."""
    return line.isascii() and len(line.split()) == 1 and not LONE_LABEL.fullmatch(line)


def _name_of_label(label):
    """Give the name of the field for a label, or None."""
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
    """Give the value of a field in a text: an address, or a single word that is no address; else None."""
    if not name:
        return None
    address = ADDRESS.search(text)
    if name.endswith('_url'):
        return address.group() if address else None
    words = text.split()
    return words[0].strip('"\'“”„') if words and not address else None


def _name_of_address(address):
    """Give the name of the field for an address without a label, or None."""
    if ORDER_ADDRESS.match(address):
        return 'order_url'
    if setup := SETUP_ADDRESS.match(address):
        return 'setup_test_url' if setup['test'] else 'setup_url'
    return None
