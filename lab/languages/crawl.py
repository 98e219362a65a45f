"""What Odoo says besides its pages, read through its own calls."""
from __future__ import annotations

import html
import io
import re
import zipfile

import requests
from lxml import etree

from lab import check

ADDON = "amazon_punchout"
# Models of core's whose fields and views we extend.
EXTENDED = (
    "purchase.order", "purchase.order.line", "account.move", "account.move.line", "stock.picking", "stock.move",
    "stock.warehouse", "res.partner", "res.company", "res.users", "product.product", "product.supplierinfo",
    "account.bank.statement.line", "mail.activity", "res.config.settings")
# Contents as they came, and names of columns in Amazon's reports.
RAW = re.compile(r"^(body|field$|columns?$)|headers?$|_url$")
# What core can't translate in any other addon, and what no page shows.
UNTRANSLATABLE = re.compile(r"^(activity_|amazon_shown$)")
# Pages that Odoo makes without its web client.
ADDRESSES = (
    "/amazon_punchout/punchin", "/amazon_punchout/punchin?cart=gone", "/amazon_punchout/punchin/999",
    "/amazon_punchout/punchin?warehouse=1")
# Those of an order.
OF_ORDER = ("/amazon_punchout/decide/approve/{}", "/amazon_punchout/decide/refuse/{}", "/my/purchase/{}")
# Attributes of views that people read.
SHOWN = {"string", "help", "placeholder", "confirm", "confirm-label", "confirm-title", "cancel-label", "title", "alt",
         "aria-label", "data-tooltip", "sum", "avg", "add-label", "label"}
# What core itself does not translate: views, titles of actions, and the models of its mails.
OF_CORE = re.compile(
    r"^(view base\.view_users_form|answer account\.move \d+ open_adjusting_entr|message of res\.users)")
# Records that a model is read of; they are chosen from all of its states.
MOST = 60
# Of each state.
MOST_OF_STATE = 6
# Buttons that are no buttons of ours to press: they would end the crawl, or wait for something outside.
SPARED = re.compile(r"unlink|action_send_mail|action_punch_out|action_shop|preview|print|action_open_website")


class Speaker(check.Odoo):
    """The session of a user whose calls are answered in the pseudo-language, as their browser asks.

    :param str language: its code
    :ivar str language: the same
    """

    def __init__(self, url, database, login, language):
        super().__init__(url, database, login)
        self.language = language

    def call(self, model, method, *arguments, **keywords):
        context = {"lang": self.language, **keywords.pop("context", {})}
        return super().call(model, method, *arguments, context=context, **keywords)


class Reader:
    """Reads as the administrator, whose language is the pseudo-language.

    :param check.Odoo odoo: calls
    :param judge: tells English from data
    :param dict last: the ids of the last message and of the last activity before people had this language, by table
    :param dict now: those before the crawl
    :ivar found: what is English, by where it is
    :ivar unread: why something could not be read, by what it is
    :ivar count: how many lines were read
    """

    def __init__(self, odoo, judge, last=None, now=None):
        self._odoo, self._judge, self._last, self._now = odoo, judge, last, now
        self.found, self.unread, self.count = {}, {}, 0
        # The messages of people who write English.
        self._english_ids = set()
        self._opened = set()
        models = odoo.call("ir.model", "search_read", [("model", "=like", "amazon.punchout%")], fields=["model"])
        self._ours = sorted(model["model"] for model in models)

    def take(self, where, text):
        """Keep what is English.

        :return: what was not found before
        :rtype: list[str]
        """
        new, lines = [], [line for line in text.split("\n") if line.strip() and not OF_CORE.match(where)]
        self.count += len(lines)
        for english in (each for line in lines for each in self._judge.english(line)):
            if english not in self.found.values():
                key, number = where, 1
                while key in self.found:
                    number += 1
                    key = f"{where} ({number})"
                self.found[key] = english
                new.append(english)
        return new

    # === VIEWS === #

    def read_views(self):
        """Read all views, labels, helps and choices of our models and of ours in core's, and all that we translate."""
        for model in (*self._ours, *EXTENDED):
            added = None if model in self._ours else self._added(model)
            fields = self._call(model, "fields_get", [], ["string", "help", "selection"]) or {}
            for name, field in fields.items():
                if (added is None or name in added) and not RAW.search(name) and not UNTRANSLATABLE.search(name):
                    for text in (field.get("string"), field.get("help"),
                                 *(label for _value, label in field.get("selection") or ())):
                        self.take(f"field {model}.{name}", text or "")
        for view in self._odoo.call(
                "ir.ui.view", "search_read", [("model", "in", [*self._ours, *EXTENDED]), ("mode", "=", "primary")],
                fields=["model", "type", "xml_id"]):
            arch = (self._call(view["model"], "get_view", view["id"], view["type"]) or {}).get("arch")
            if arch:
                self._read_arch(f"view {view['xml_id']}", arch)
        self._read_ours()

    def _added(self, model):
        found = self._odoo.call(
            "ir.model.fields", "search_read", [("model", "=", model)], fields=["name", "modules"])
        return {field["name"] for field in found if ADDON in (field["modules"] or "").split(", ")}

    def _read_arch(self, where, arch):
        for node in etree.fromstring(arch).iter():
            if not isinstance(node.tag, str):
                continue
            parent = node.getparent()
            for text in (node.text, node.tail if parent is not None else None,
                         *(value for name, value in node.attrib.items() if name in SHOWN)):
                self.take(where, text or "")

    def _read_ours(self):
        """Read each field that can be translated of each record that the addon brings."""
        records = self._odoo.call(
            "ir.model.data", "search_read", [("module", "=like", f"{ADDON}%"), ("model", "not in", (
                "ir.ui.view", "ir.model", "ir.model.fields", "ir.model.fields.selection", "ir.model.access",
                "ir.model.constraint", "ir.model.relation", "ir.asset", "ir.rule", "ir.config_parameter"))],
            fields=["model", "res_id", "name"])
        for model in sorted({record["model"] for record in records}):
            fields = self._call(model, "fields_get", [], ["translate"]) or {}
            names = [name for name, field in fields.items() if field.get("translate")]
            ids = [record["res_id"] for record in records if record["model"] == model]
            if model.startswith("ir.") or model.startswith("res.groups") or model.startswith("mail."):
                for values in (self._call(model, "read", ids, names) or []) if names else []:
                    for name in names:
                        self.take(f"{model} {values['id']} {name}", self._plain(values[name]))

    # === RECORDS === #

    def read_records(self):
        """Read what the records say: their sentences, checklists, reasons."""
        for model in (*self._ours, *EXTENDED):
            fields = self._call(model, "fields_get", [], ["type"]) or {}
            names = [name for name, field in fields.items() if field["type"] in ("char", "text", "html", "json")
                     and (model in self._ours or name.startswith("amazon_"))
                     and not RAW.search(name)]
            if names and model != "res.config.settings":
                for record_id in self._some(self._odoo, model):
                    values = (self._call(model, "read", [record_id], names) or [{}])[0]
                    for name in names:
                        self.take(f"{model} {record_id} {name}", self._plain(values.get(name)))

    def _some(self, odoo, model, order="id desc"):
        """Choose records of each state."""
        fields = self._call_as(odoo, model, "fields_get", [], ["type"]) or {}
        state = next((name for name in ("amazon_state", "state", "kind") if name in fields), None)
        domain = [("amazon_session_id", "!=", False)] if "amazon_session_id" in fields else []
        found, values = [], [None]
        if state:
            values = dict.fromkeys(
                each[state] for each in self._call_as(odoo, model, "search_read", domain, [state]) or [])
        for value in values:
            more = [(state, "=", value)] if state else []
            found += self._call_as(odoo, model, "search", [*domain, *more], limit=MOST_OF_STATE, order=order) or []
        return found[:MOST]

    # === PRINTS === #

    def read_prints(self):
        """Read orders as they are printed, and the pages for those who come from Amazon, from a mail or the portal."""
        orders = self._some(self._odoo, "purchase.order")
        for address in (*ADDRESSES, *(address.format(order) for order in orders for address in OF_ORDER)):
            self._read_page("page", address)
        self._read_page("page", "/amazon_punchout/cart", {"cxml-urlencoded": "lost"})
        for order in orders:
            for report in ("purchase.report_purchaseorder", "purchase.report_purchasequotation"):
                self._read_page("print", f"/report/html/{report}/{order}")
            self._read_history(f"/amazon_punchout/history/{order}")

    def _read_page(self, what, address, form=None):
        """Read a page that Odoo makes without its web client."""
        answer = self._fetch(address, form)
        if answer is not None and not answer.is_redirect:
            self.take(f"{what} {address}", self._plain(answer.text))

    def _read_history(self, address):
        """Read what the history of an order has for people; its chatter is of before, and README.txt is English."""
        answer = self._fetch(address)
        if answer is not None and answer.headers.get("Content-Type") == "application/zip":
            with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
                for name in ("history.html", "history.csv"):
                    self.take(f"{name} of {address}", self._plain(archive.read(name).decode()))

    def _fetch(self, address, form=None):
        try:
            answer = self._odoo.http.request(
                "POST" if form else "GET", self._odoo.url + address, data=form, timeout=check.SECONDS,
                allow_redirects=False)
        except requests.RequestException as error:
            self.unread[address] = str(error)
            return None
        if answer.status_code >= 500:
            self.unread[address] = f"HTTP {answer.status_code}"
            return None
        return answer

    # === REFUSALS === #

    def read_refusals(self):
        """Press every button on records of each state, right or wrong, and read what is answered."""
        self._press_all(self._odoo, self._read_answer)

    def read_others(self, *others):
        """Press every button as people who read English: whoever is told of it reads another language.

        Their own messages in the chatter may be English. So are those of scheduled actions that a person runs.

        :param check.Odoo others: calls in English
        """
        first = max(self._odoo.call("mail.message", "search", [], limit=1, order="id desc"), default=0)
        for odoo in others:
            self._press_all(odoo, lambda _where, _answer: None, order="id")
        for action in self._odoo.call(
                "ir.model.data", "search_read", [("module", "=", ADDON), ("model", "=", "ir.cron")],
                fields=["res_id", "name"]):
            self._call_as(others[-1], "ir.cron", "method_direct_trigger", [action["res_id"]])
        self._english_ids = set(self._odoo.call("mail.message", "search", [("id", ">", first)]))

    def _press_all(self, odoo, read, order="id desc"):
        buttons = self._buttons()
        for model in sorted(buttons):
            for record_id in self._some(odoo, model, order):
                for button in sorted(buttons[model]):
                    self._press(odoo, read, model, record_id, button)

    def _buttons(self, domain=()):
        found = {}
        for view in self._odoo.call(
                "ir.ui.view", "search_read",
                [("model", "in", [*self._ours, *EXTENDED]), ("type", "in", ("form", "list")), ("mode", "=", "primary"),
                 *domain], fields=["model", "type"]):
            arch = (self._call(view["model"], "get_view", view["id"], view["type"]) or {}).get("arch")
            for node in etree.fromstring(arch).iter("button") if arch else ():
                if node.get("type") == "object" and not SPARED.search(node.get("name")) \
                        and next(node.iterancestors("field"), None) is None:
                    found.setdefault(view["model"], set()).add(node.get("name"))
        return found

    def _press(self, odoo, read, model, record_id, button, **keywords):
        where = f"{model} {record_id} {button}"
        try:
            answer = odoo.call(model, button, [record_id], **keywords)
        except check.Failed as failed:
            read(f"refusal {where}", {"name": str(failed)})
            return
        except requests.RequestException as error:
            self.unread[where] = str(error)
            return
        if isinstance(answer, dict):
            read(f"answer {where}", answer)
            dialog = answer.get("res_model")
            if answer.get("target") == "new" and dialog in self._ours and (odoo, dialog, button) not in self._opened:
                self._opened.add((odoo, dialog, button))
                self._use_dialog(odoo, read, dialog, answer)

    def _read_answer(self, where, answer):
        self.take(where, str(answer.get("name") or ""))
        for text in (answer.get("params") or {}).values() if isinstance(answer.get("params"), dict) else ():
            self.take(where, text if isinstance(text, str) else "")

    def _use_dialog(self, odoo, read, model, action):
        """Fill in a dialog as it opens, read it, and press its buttons."""
        context = action.get("context") if isinstance(action.get("context"), dict) else {}
        fields = self._call(model, "fields_get", [], ["type"]) or {}
        record_id = action.get("res_id")
        if not record_id:
            values = self._call_as(odoo, model, "default_get", list(fields), context=context) or {}
            record_id = (self._call_as(odoo, model, "create", [values], context=context) or [None])[0]
        if not record_id:
            return
        names = [name for name, field in fields.items()
                 if field["type"] in ("char", "text", "html", "json") and not RAW.search(name)]
        for values in self._call_as(odoo, model, "read", [record_id], names, context=context) or []:
            read(f"dialog {model}", {"name": "\n".join(self._plain(values[name]) for name in names)})
        for button in sorted(self._buttons([("model", "=", model)]).get(model, ())):
            self._press(odoo, read, model, record_id, button, context=context)

    # === MESSAGES === #

    def read_messages(self):
        """Read what was written to people, and what was written in the chatter during the crawl."""
        for message in self._odoo.call(
                "mail.message", "search_read", [("id", ">", self._last["mail_message"])],
                fields=["body", "subject", "partner_ids", "model"]):
            is_english = message["id"] <= self._now["mail_message"] or message["id"] in self._english_ids
            people = self._odoo.call("res.partner", "read", message["partner_ids"], ["name", "lang"])
            if any(person["lang"] == self._odoo.language for person in people) if people else not is_english:
                told = ", ".join(person["name"] for person in people)
                for name in ("subject", "body"):
                    self.take(f"message of {message['model']} {message['id']} to {told}", self._plain(message[name]))
        for activity in self._odoo.call(
                "mail.activity", "search_read", [("id", ">", self._last["mail_activity"])],
                fields=["summary", "note", "res_model", "user_id"]):
            [user] = self._odoo.call("res.users", "read", [activity["user_id"][0]], ["name", "lang"])
            if user["lang"] == self._odoo.language:
                for name in ("summary", "note"):
                    self.take(f"activity {activity['id']} of {activity['res_model']} of {user['name']}",
                              self._plain(activity[name]))

    # === CALLS === #

    def _call(self, model, method, *arguments, **keywords):
        return self._call_as(self._odoo, model, method, *arguments, **keywords)

    def _call_as(self, odoo, model, method, *arguments, **keywords):
        """Call Odoo; what is refused is no answer, and is named at the end."""
        try:
            return odoo.call(model, method, *arguments, **keywords)
        except (check.Failed, requests.RequestException) as error:
            self.unread.setdefault(f"{model} {method}", str(error).split("\n", maxsplit=1)[0])
        return None

    def _plain(self, value):
        """Give the texts of a value, from HTML and JSON too."""
        if isinstance(value, (list, dict)):
            values = value.values() if isinstance(value, dict) else value
            # Codes of our own are single words.
            return "\n".join(filter(None, (
                self._plain(each) for each in values if not isinstance(each, str) or " " in each)))
        if not isinstance(value, str):
            return ""
        if "<" in value:
            value = re.sub(r"(?s)<(style|script|head)\b.*?</\1>", " ", value)
            value = re.sub(r"<[^>]*>", "\n", value)
        return html.unescape(value)
