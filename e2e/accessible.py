"""axe-core in a browser, and which of what it finds is ours rather than core's."""
from lab import lint

# What stands on a page of ours but is drawn by core around it.
FRAME = "header.o_navbar, .o_control_panel, .o-mail-Form-chatter, .o-mail-ChatterContainer, .o_popover"
# Widgets of core's that need data to be shown, which no page of core's has here: the editor of code, and Copy.
# Its lists give buttons a tooltip instead of a name, and have too little contrast in rows that are grey;
# its avatars have no text, its green badges too little contrast, and its columns of buttons no header.
WIDGETS = (
    ".badge[class*='text-bg-'], th.o_list_button, "
    ".ace_text-input, .o_m2o_avatar, .o_clipboard_button, .o_tag, .o_loading_indicator, .o_pivot, "
    ".o_data_row button[data-tooltip], .o_data_cell.text-muted, .o_data_row.text-muted *, "
    ".o_field_activity_exception, .o_field_list_activity, .o-mail-ActivityButton")
# What core draws around popovers and dialogs, without these.
AROUND = ".o-main-components-container"
# What is ours on a page of core's.
OURS = "[class*='o_amazon'], [name*='amazon']"
FIND = """async ([frame, around, ours, isOurs]) => {
    const dialogs = document.querySelectorAll(".o_dialog");
    const shown = dialogs.length ? dialogs[dialogs.length - 1] : document;
    const {violations} = await axe.run(shown, {resultTypes: ["violations"], elementRef: true});
    const kind = (element) =>
        [element.tagName, ...[...element.classList].filter((name) => !/\\d{2}/.test(name)).sort()].join(".");
    return violations.flatMap(({id, help, nodes}) => nodes.map(({element, any}) => {
        const {fgColor, bgColor, contrastRatio} = (any[0] && any[0].data) || {};
        const colours = fgColor ? ` ${fgColor} on ${bgColor}, ${contrastRatio}:1` : "";
        return {
            rule: id,
            said: `${id}: ${help}${colours}: ${element.outerHTML.slice(0, 300)}`,
            key: `${id} ${kind(element)}${colours}`,
            isOurs: !element.closest(frame) && !element.matches(around)
                && (isOurs || Boolean(element.closest(ours))),
        };
    }));
}"""


class Axe:
    """What axe finds on pages, without what it finds on core's own."""

    def __init__(self):
        self._source = lint.axe()
        self._core = set()
        self.found = {}

    def learn(self, page):
        """Note what core's own page has."""
        self._core |= {finding["key"] for finding in self._run(page, is_ours=False)}

    def look(self, page, name, is_ours):
        """Note what is ours on a page.

        :param str name: of the page, for people
        :param bool is_ours: whether the page is ours, not one of core's with something of ours on it
        """
        for finding in self._run(page, is_ours):
            if finding["isOurs"] and finding["key"] not in self._core:
                self.found.setdefault(finding["said"], []).append(name)

    def _run(self, page, is_ours):
        page.evaluate(f"window.axe || (() => {{ {self._source} }})()")
        return page.evaluate(FIND, [f"{FRAME}, {WIDGETS}", AROUND, OURS, is_ours])

    def __str__(self):
        return "\n".join(f"{said}\n    on {', '.join(dict.fromkeys(names))}" for said, names in self.found.items())
