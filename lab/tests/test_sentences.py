"""What is stored for people to read is kept with what it is made of, so that each reader reads their own language."""
import ast
import re

import pytest

from .test_rooms import classes_of, files_of_rooms, model_of, read

SOURCES = [read(file) for file in files_of_rooms()]
# The names of fields that say why something is as it is.
REASONS = re.compile(r"\w*(problem|fault|reason)")
# Those that hold the words of a person or of Amazon, which are no sentences of ours.
OTHERS_WORDS = {
    "amazon_accepted_reason", "amazon_refusal_reason", "approval_reason", "outside_reason",
    ("amazon.punchout.reported.item", "reason"), ("amazon.punchout.transaction.line", "refund_reason"),
    ("amazon.punchout.transaction", "dismiss_reason"),
}
# What carries these is stored.
STORED_ERRORS = {
    "OtherHalfMissing", "OrderInDoubt", "Contradiction", "ContentExpired", "ApiLater", "ApiClosed", "ApiRejected"}


def fields_of(owner):
    """List the fields of a class: the name, what makes it, and the call."""
    for node in owner.body:
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call):
            maker = node.value.func
            yield node.targets[0].id, getattr(maker, "attr", getattr(maker, "id", None)), node.value


def is_stored(call):
    return not {"compute", "related", "store"} & {keyword.arg for keyword in call.keywords}


def is_translator(node, of_env):
    """Tell whether a node is `…._`, of an environment or of a record."""
    return isinstance(node, ast.Attribute) and node.attr == "_" and of_env == (
        getattr(node.value, "attr", getattr(node.value, "id", None)) == "env")


def is_finished(node):
    """Tell whether a value is a text in one language that has forgotten what it was made of."""
    if isinstance(node, ast.IfExp):
        return is_finished(node.body) or is_finished(node.orelse)
    if isinstance(node, ast.BoolOp):
        return any(map(is_finished, node.values))
    if isinstance(node, ast.Call):
        is_join = isinstance(node.func, ast.Attribute) and node.func.attr == "join" \
            and isinstance(node.func.value, ast.Constant)
        is_text = isinstance(node.func, ast.Name) and node.func.id == "str"
        return is_join or is_text or is_translator(node.func, of_env=True)
    if isinstance(node, ast.BinOp):
        return True
    return isinstance(node, ast.JoinedStr)


REASON_FIELDS = {
    name for source in SOURCES for owner in classes_of(source.tree)
    for name, maker, _call in fields_of(owner) if maker == "Reason"}


def written(tree):
    """Find what is written into fields of reasons: in values beside others, and as attributes."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Dict):
            values = {key.value: value for key, value in zip(node.keys, node.values, strict=True)
                      if isinstance(key, ast.Constant)}
            # A table of labels has words for the state as well.
            if "state" in values and not is_finished(values["state"]):
                yield from (value for name, value in values.items() if name in REASON_FIELDS)
        elif isinstance(node, ast.Assign):
            for target in node.targets:
                is_value = isinstance(target, ast.Subscript) and isinstance(target.slice, ast.Constant) \
                    and target.slice.value in REASON_FIELDS
                if isinstance(target, ast.Attribute) and target.attr in REASON_FIELDS or is_value:
                    yield node.value
        elif isinstance(node, ast.Call) and getattr(node.func, "attr", None) == "update":
            yield from (keyword.value for keyword in node.keywords if keyword.arg in REASON_FIELDS)


def stored_errors(tree):
    """Find the sentences of errors that are stored."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "id", None) in STORED_ERRORS:
            yield from node.args[:1]


def test_each_stored_reason_is_a_reason():
    wrong = [
        f"{source.name}: {name}" for source in SOURCES if source.name.startswith("models")
        for owner in classes_of(source.tree) for name, maker, call in fields_of(owner)
        if REASONS.fullmatch(name) and maker in ("Char", "Text", "Html") and is_stored(call)
        and not OTHERS_WORDS & {name, (model_of(owner)[0], name)}]
    assert not wrong, "stored for people, so make it a Reason of tools/sentences.py, or name it in OTHERS_WORDS"


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.name)
def test_no_reason_is_stored_as_a_finished_text(source):
    wrong = [node.lineno for find in (written, stored_errors) for node in find(source.tree) if is_finished(node)]
    assert not wrong, f"{source.name}, lines {wrong}: use self._(…), joined(…) and sentence_of(…)"


def test_who_makes_sentences_can():
    """A model that says `self._(…)` has `_ = sentence` in one of its classes."""
    owners = [(source, owner) for source in SOURCES for owner in classes_of(source.tree)]
    able = {
        model_of(owner)[0] for _source, owner in owners for node in owner.body
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", None) == "_"}
    wrong = sorted({
        f"{source.name}: {model_of(owner)[0]}" for source, owner in owners if model_of(owner)[0] not in able
        for node in ast.walk(owner) if isinstance(node, ast.Call) and is_translator(node.func, of_env=False)
        and getattr(node.func.value, "id", None) == "self"})
    assert not wrong


@pytest.mark.parametrize("code", [
    "self.write({'state': 'failed', 'problem': self.env._('No.')})",
    "self.write({'state': 'failed', 'problem': str(error)})",
    "self.problem = f'{one} {two}'",
    "vals['problem'] = ' '.join(sentences)",
    "vals.update(problem=env._('No.') if is_no else self._('Yes.'))",
    "raise OtherHalfMissing(self.env._('No.'))",
])
def test_a_finished_text_is_found(code):
    tree = ast.parse(code)
    assert any(is_finished(node) for find in (written, stored_errors) for node in find(tree))
