"""A real Chromium that opens scenes on a desktop and on a phone, and keeps what it sees."""
from __future__ import annotations

import dataclasses
import json
import shutil

from playwright.sync_api import Error, sync_playwright

from lab import check, progress
from lab.gallery.places import Missing
from lab.window import keep_small

# What people have: a common laptop, and a phone. Odoo decides by the width at which a page loads what a phone is.
DEVICES = {
    "desktop": {"viewport": {"width": 1366, "height": 768}},
    "phone": {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True},
}
LONGEST = 2400
LOOKS = 40  # at half a second each, until a page is taken as it is
ZONE = "Europe/Brussels"  # that of the users in Odoo's demo data
ARGUMENTS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--hide-scrollbars",
)
STYLE = ".o_loading_indicator, .o_notification_manager { display: none !important }"
# Nothing loads, and nothing has changed since the last look.
SETTLED = """() => {
    const busy = document.querySelector(".o_loading_indicator, .o_blockUI")
        || (document.querySelector(".o_web_client") && !document.querySelector(".o_view_controller, .o_dialog"));
    const seen = document.body ? document.body.innerHTML.length : 0;
    const same = seen && seen === window.lastSeen;
    window.lastSeen = seen;
    return !busy && same && document.readyState === "complete" && [...document.images].every(each => each.complete);
}"""
# What is wider than the screen, and texts that are cut though they are no long contents.
DEFECTS = """() => {
    const visible = each => each.offsetParent !== null && each.getBoundingClientRect().width > 0;
    const notes = [];
    for (const each of document.querySelectorAll(".o_content, .modal-content, .o_list_renderer, body")) {
        if (visible(each) && each.scrollWidth > each.clientWidth + 1) {
            const name = each.className.split(" ")[0] || "page";
            notes.push(`${name} is ${each.scrollWidth - each.clientWidth} px too wide`);
        }
    }
    const cut = new Set();
    for (const each of document.querySelectorAll(`th .text-truncate, th > div, .btn, .badge, .o_form_label,
            .o_arrow_button, .o_stat_text, .nav-link, h1, h2`)) {
        if (visible(each) && each.scrollWidth > each.clientWidth + 1 && each.clientWidth && each.innerText.trim()) {
            cut.add(each.innerText.trim().split("\\n")[0]);
        }
    }
    if (cut.size) {
        notes.push(`cut: ${[...cut].join(", ")}`);
    }
    return notes;
}"""
# How much of the page is hidden below.
HIDDEN_BELOW = """() => {
    const panes = document.querySelectorAll(
        ".modal-body, .o_form_view_container, .o_form_sheet_bg, .o_content, .o_form_renderer, .o_action_manager");
    return Math.max(0, ...[...panes, document.documentElement].map(each => each.scrollHeight - each.clientHeight));
}"""


@dataclasses.dataclass
class Shot:
    """What came of a scene.

    :ivar scene: the `Scene`
    :ivar files: names of pictures by device
    :ivar notes: what somebody should look at
    :ivar failed: whether the page showed an error
    """

    scene: object
    files: dict = dataclasses.field(default_factory=dict)
    notes: list = dataclasses.field(default_factory=list)
    failed: bool = False


class Camera:
    """A browser for the duration of a `with` block.

    :param str odoo_url: address of Odoo
    :param Path folder: for the pictures
    :param bool is_whole: whether to show what is below the screen, too
    :param read: a function of a tab that returns what somebody should look at, instead of making pictures
    """

    def __init__(self, odoo_url, folder, is_whole=False, read=None):
        self._url, self._folder, self._is_whole, self._read = odoo_url, folder, is_whole, read
        self._tabs = {}
        # What each tab has asked Odoo for and has no answer to.
        self._asked = {}

    def __enter__(self):
        path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
        if not path:
            raise progress.Problem("The gallery needs a browser: apt-get install chromium")
        self._playwright = sync_playwright().start()
        self._browser = self._playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        return self

    def __exit__(self, *_exception):
        self._browser.close()
        self._playwright.stop()

    def take(self, scene, odoo):
        """Make the pictures of a scene.

        :param scenes.Scene scene: what to show
        :param check.Odoo odoo: calls as the administrator
        :rtype: Shot
        """
        shot = Shot(scene)
        for device in scene.devices:
            name = f"{scene.name}-{device}.png"
            try:
                path = scene.place(odoo)
                tab = self._tab(device, scene.login)
                tab.goto(self._url + path)
                self._settle(tab)
                for step in scene.steps:
                    step(tab)
                    self._settle(tab)
                notes = self._read(tab) if self._read else tab.evaluate(DEFECTS)
                shot.notes += [f"{device}: {note}" for note in notes]
                if tab.locator(".o_error_dialog").count():
                    shot.failed = True
                    shot.notes.append(f"{device}: Odoo shows an error")
                if not self._read:
                    self._keep(tab, device, self._folder / name)
                shot.files[device] = name
            except Missing as missing:
                shot.notes.append(f"skipped, {missing}")
                break
            except (Error, check.Failed) as error:
                shot.notes.append(f"{device} skipped, {str(error).splitlines()[0][:160]}")
                shot.failed = True
        if not self._read:
            self._describe(shot)
        return shot

    def _tab(self, device, login):
        """Give the tab of a user, who logs in once for each device.

        :param str login: also the password; empty for somebody who is not logged in
        """
        if (device, login) not in self._tabs:
            context = self._browser.new_context(**DEVICES[device], reduced_motion="reduce", timezone_id=ZONE)
            context.set_default_timeout(60_000)
            tab = context.new_page()
            asked = self._asked[tab] = set()
            # Playwright takes no methods of built-in types.
            tab.on("request", lambda request: asked.add(request))
            tab.on("requestfinished", lambda request: asked.discard(request))
            tab.on("requestfailed", lambda request: asked.discard(request))
            tab.on("framenavigated", lambda _frame: asked.clear())
            if login:
                tab.goto(f"{self._url}/web/login")
                tab.fill("#login", login)
                tab.fill("#password", login)
                tab.click("button[type=submit]")
                tab.wait_for_url("**/odoo**")
            self._tabs[device, login] = tab
        return self._tabs[device, login]

    def _settle(self, tab):
        """Wait until Odoo has answered everything and has drawn it."""
        for _look in range(LOOKS):
            tab.evaluate("() => { window.lastSeen = null; }")
            tab.wait_for_function(SETTLED, polling=250)
            if not self._asked[tab]:
                return

    def _keep(self, tab, device, file):
        """Write the picture of a page; a page that is shown as a whole gets a higher window meanwhile."""
        size = DEVICES[device]["viewport"]
        more = tab.evaluate(HIDDEN_BELOW) if self._is_whole else 0
        if more:
            tab.set_viewport_size({**size, "height": min(size["height"] + more + 8, LONGEST)})
            self._settle(tab)
        tab.mouse.move(0, 0)
        keep_small(tab.screenshot(animations="disabled", caret="hide", style=STYLE), file)
        if more:
            tab.set_viewport_size(size)

    def _describe(self, shot):
        """Keep what the index says of a scene, so that some pages can be made again without the others."""
        scene = shot.scene
        (self._folder / f"{scene.name}.json").write_text(json.dumps({
            "subject": scene.subject, "name": scene.name, "title": scene.title, "files": shot.files,
            "notes": shot.notes}, indent=1))
