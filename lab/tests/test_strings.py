"""What people read is translated, as whole sentences; lab/languages looks for what the code does not show."""
import ast
import re

import pytest
from lxml import etree

from lab import paths, readme

ADDONS = readme.ADDONS
ERRORS = {"UserError", "ValidationError", "AccessError", "RedirectWarning", "MissingError"}
# Keywords of calls and keys of actions that people read.
POSTS, READ = {"activity_schedule", "message_post"}, {"summary", "subject"}
ABBREVIATIONS = re.compile(r"(?:^|_)(?:url|uuid|api|pdf|xml|csv|html|asin|po|email)(?:_|$)")
# Elements of a page whose text Odoo does not translate.
UNTRANSLATED = ("title", "style", "script")
# An element that is replaced by a value: a sentence around it would be translated in pieces.
VALUE = ("t-out", "t-esc")


def python_files():
    return [file for addon in ADDONS for file in sorted(addon.rglob("*.py"))
            if not {"tests", "demo", "migrations", "cxml", "rest", "reports"} & set(file.relative_to(addon).parts)]


def xml_files():
    return [file for addon in ADDONS for folder in ("views", "wizards", "static", "data")
            for file in sorted((addon / folder).rglob("*.xml"))]


def is_text(node):
    """Whether an expression is a text of the code itself, with letters."""
    if isinstance(node, ast.JoinedStr):
        return any(map(is_text, node.values))
    if isinstance(node, ast.BinOp):
        return is_text(node.left) or is_text(node.right)
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and bool(re.search("[a-z]{3}", node.value))


def name_of(call):
    return getattr(call.func, "attr", getattr(call.func, "id", ""))


def untranslated(tree):
    """Find texts for people that are not translated, or that translators would get in pieces.

    :return: line and reason
    :rtype: list[tuple[int, str]]
    """
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = name_of(node)
            if name in ERRORS and node.args and is_text(node.args[0]):
                found.append((node.lineno, "an error that is not translated"))
            if name in ("_", "_lt") and node.args:
                text = node.args[0]
                if isinstance(text, (ast.JoinedStr, ast.BinOp, ast.Call)):
                    found.append((node.lineno, "nobody can extract this string"))
                elif isinstance(text, ast.Constant) and text.value != text.value.strip():
                    found.append((node.lineno, "spaces around a string"))
            found += [(node.lineno, f"{keyword.arg} is not translated") for keyword in node.keywords
                      if name in POSTS and keyword.arg in READ and is_text(keyword.value)]
        if isinstance(node, ast.Dict):
            keys = {key.value: value for key, value in zip(node.keys, node.values, strict=True)
                    if isinstance(key, ast.Constant)}
            kind = keys.get("type")
            if isinstance(kind, ast.Constant) and str(kind.value).startswith("ir.actions") \
                    and is_text(keys.get("name")):
                found.append((node.lineno, "the title of an action is not translated"))
            found += [(node.lineno, f"{key} is not translated") for key in ("message", "title")
                      if is_text(keys.get(key)) and {"message", "title", "sticky"} & (set(keys) - {key})]
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add) and any(
                isinstance(side, ast.Call) and name_of(side) == "_" for side in (node.left, node.right)) and (
                is_text(node.left) or is_text(node.right)):
            found.append((node.lineno, "a sentence built of pieces"))
    return found


@pytest.mark.parametrize(("code", "is_wrong"), [
    ("raise UserError('Lost.')", True),
    ("raise UserError(f'{x} is lost.')", True),
    ("raise UserError(self.env._('Lost.'))", False),
    ("raise UserError(str(error))", False),
    ("self.env._(f'{x} is lost')", True),
    ("self.env._('Lost: ' + x)", True),
    ("self.env._('{x} lost'.format(x=x))", True),
    ("self.env._(NAMES[x])", False),
    ("self.env._(' Lost')", True),
    ("self.env._('Lost') + ' and found'", True),
    ("order.activity_schedule(summary='Lost')", True),
    ("{'type': 'ir.actions.act_window', 'name': 'Orders'}", True),
    ("{'type': 'ir.actions.act_window', 'name': self.env._('Orders')}", False),
    ("{'title': 'Lost it', 'message': x}", True),
])
def test_texts_without_translation_are_found(code, is_wrong):
    assert bool(untranslated(ast.parse(code))) is is_wrong


def test_what_code_says_is_translated():
    found = [f"{file.relative_to(paths.ROOT)}:{line}: {what}" for file in python_files()
             for line, what in untranslated(ast.parse(file.read_text()))]
    assert found == []


def in_pieces(root):
    """Find texts of pages that Odoo does not translate, or that go on after a value.

    :return: line and text
    :rtype: list[tuple[int, str]]
    """
    found = []
    for node in root.iter():
        if not isinstance(node.tag, str):
            continue
        tail = (node.tail or "").strip()
        is_value = node.tag == "field" and not len(node) and not (node.text or "").strip() and \
            node.get("invisible") != "1" or any(name in node.attrib for name in VALUE)
        # One word is the unit of a number.
        if is_value and re.search("[A-Za-z]{2}", tail) and not re.fullmatch(r"\w+", tail):
            found.append((node.sourceline, tail))
        if node.tag == "title" and (node.text or "").strip():
            found.append((node.sourceline, node.text.strip()))
        if node.tag in ("template", "t") and (node.text or "").strip().upper().startswith("<!DOCTYPE"):
            found.append((node.sourceline, "<!DOCTYPE keeps Odoo from translating the page"))
        for name in VALUE:
            if re.search(r"^'[^']*[a-z]{3}[^']*'$", node.get(name, "")):
                found.append((node.sourceline, node.get(name)))
    return found


@pytest.mark.parametrize(("page", "is_wrong"), [
    ("<p>Made by <t t-out='name'/> and others</p>", True),
    ("<p>Made by: <t t-out='name'/></p>", False),
    ("<p>Orders of <field name='group_id'/> become real.</p>", True),
    ("<p><field name='quantity'/> × <field name='price'/></p>", False),
    ("<p><field name='lead_days'/> days</p>", False),
    ("<html><title>History</title></html>", True),
    ("<html><title t-out='title'/></html>", False),
    ("<template>&lt;!DOCTYPE html&gt;<p>Back</p></template>", True),
    ("<p t-out=\"'Nothing was ordered'\"/>", True),
    ("<form><group><field name='a'/></group></form>", False),
])
def test_sentences_in_pieces_are_found(page, is_wrong):
    assert bool(in_pieces(etree.fromstring(page))) is is_wrong


def test_pages_have_whole_sentences():
    found = [f"{file.relative_to(paths.ROOT)}:{line}: {text}" for file in xml_files()
             for line, text in in_pieces(etree.parse(str(file)).getroot())]
    assert found == []


def test_labels_are_spelled_as_people_write_them():
    """Odoo makes the label of start_page_url to Start Page Url."""
    found = []
    for file in python_files():
        for node in ast.walk(ast.parse(file.read_text())):
            if not (isinstance(node, ast.Assign) and isinstance(node.value, ast.Call)
                    and isinstance(node.value.func, ast.Attribute)
                    and getattr(node.value.func.value, "id", "") == "fields"):
                continue
            name, call = getattr(node.targets[0], "id", ""), node.value
            takes_first = 1 if call.func.attr in ("Many2one", "Many2many", "Selection") else \
                2 if call.func.attr == "One2many" else 0
            is_labelled = len(call.args) > takes_first or any(
                keyword.arg in ("string", "related", "inverse_name") for keyword in call.keywords)
            if ABBREVIATIONS.search(name) and not is_labelled:
                found.append(f"{file.relative_to(paths.ROOT)}:{node.lineno}: {name}")
    assert found == []


# What JavaScript shows: a literal where a text for people is expected.
SCRIPT = re.compile(
    r"""(?:\b(?:title|message|body|label|confirmLabel|cancelLabel|placeholder)\s*:|notification\.add\(|\balert\()"""
    r"""\s*["'`][A-Z][a-z]""")


def test_scripts_translate_what_they_show():
    found = [f"{file.relative_to(paths.ROOT)}:{number}" for addon in ADDONS
             for file in sorted((addon / "static" / "src").rglob("*.js"))
             for number, line in enumerate(file.read_text().splitlines(), 1) if SCRIPT.search(line)]
    assert found == []
