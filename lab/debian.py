"""Download Debian packages with apt, without root and without installing them.

apt uses folders of ours and the mirror that this machine already uses, and checks the signatures as always.
"""
from __future__ import annotations

import re
import shutil
from pathlib import Path

from lab import paths, progress

APT = paths.LAB / "apt"
SUITES = ("sid", "unstable", "testing", "stable", "oldstable", "bookworm", "trixie", "forky", "duke")
KEYRINGS = (
    Path("/usr/share/keyrings/debian-archive-keyring.pgp"),
    Path("/usr/share/keyrings/debian-archive-keyring.gpg"),
)


def fetch(packages, what):
    """Download packages.

    :param dict packages: suite to names of packages
    :param str what: what they are for, to be named in an error
    :return: the downloaded files
    :rtype: list[Path]
    """
    if not shutil.which("apt-get") or not shutil.which("dpkg-deb"):
        raise progress.Problem(f"To fetch {what}, this machine needs apt-get and dpkg-deb: it is not Debian.")
    keyring = next((path for path in KEYRINGS if path.exists()), None)
    if not keyring:
        raise progress.Problem(
            f"To fetch {what}, apt needs Debian's keys: apt-get install debian-archive-keyring"
        )
    candidates = mirrors(machine_sources())
    if not candidates:
        raise progress.Problem(
            f"To fetch {what}, a Debian mirror is needed, but /etc/apt names none: no entry has a suite such as "
            "bookworm or trixie with the component main (security and updates alone are not enough)."
        )
    names = [f"{name}/{suite}" for suite, names in packages.items() for name in names]
    for number, mirror in enumerate(candidates, start=1):
        try:
            with progress.step(f"Fetching Debian's package lists for {what}"):
                _write_configuration(mirror, keyring, packages)
                _apt_get("update", "--error-on=any")
            with progress.step(f"Fetching {len(names)} Debian packages"):
                _apt_get("download", *names)
            return sorted(APT.glob("*.deb"))
        except progress.Problem:
            if number == len(candidates):
                raise
    return []


def clean():
    shutil.rmtree(APT, ignore_errors=True)


def mirrors(sources):
    """List the Debian archives in apt's sources, the most likely first.

    :param dict sources: file name to its text, in either of apt's two formats
    :rtype: list[str]
    """
    entries = []
    for name, text in sources.items():
        entries += _deb822(text) if name.endswith(".sources") else _one_line(text)
    found = [
        (uri, signer) for uris, suites, components, signer in entries for uri in uris
        if "main" in components and set(suites) & set(SUITES)
    ]

    # Others call a suite "stable" too, so archives with Debian's own keys or "debian" in their address come first.
    def rank(entry):
        uri, signer = entry
        return ("debian-archive" not in signer, not re.search(r"/debian(\.list)?/?$", uri))

    return list(dict.fromkeys(uri for uri, _signer in sorted(found, key=rank)))


def machine_sources():
    folder = Path("/etc/apt")
    files = [folder / "sources.list", *sorted(folder.glob("sources.list.d/*"))]
    return {
        file.name: file.read_text(errors="replace")
        for file in files if file.is_file() and file.suffix in (".list", ".sources")
    }


def _deb822(text):
    for stanza in re.split(r"\n[ \t]*\n", text):
        lines = [line for line in stanza.splitlines() if not line.startswith("#")]
        fields = re.findall(r"^([\w-]+):(.*(?:\n[ \t].*)*)", "\n".join(lines), re.MULTILINE)
        values = {name.lower(): value.split() for name, value in fields}
        if "deb" in values.get("types", []) and values.get("enabled") != ["no"]:
            yield (values.get("uris", []), values.get("suites", []), values.get("components", []),
                   " ".join(values.get("signed-by", [])))


def _one_line(text):
    pattern = re.compile(r"^\s*deb\s+(?:\[([^\]]*)\]\s+)?(\S+)\s+(\S+)\s+([^#\n]*)", re.MULTILINE)
    for options, uri, suite, components in pattern.findall(text):
        yield [uri], [suite], components.split(), options


def _write_configuration(mirror, keyring, packages):
    clean()
    for folder in ("lists/partial", "cache/archives/partial", "empty"):
        (APT / folder).mkdir(parents=True)
    (APT / "sources.list").write_text(
        "".join(f"deb [signed-by={keyring}] {mirror} {suite} main\n" for suite in packages)
    )
    (APT / "apt.conf").write_text(f"""\
Dir::Etc::sourcelist "{APT}/sources.list";
Dir::Etc::sourceparts "{APT}/empty";
Dir::Etc::preferences "/dev/null";
Dir::Etc::preferencesparts "{APT}/empty";
Dir::State::Lists "{APT}/lists";
Dir::Cache "{APT}/cache";
Acquire::Languages "none";
Acquire::Retries "3";
// apt's own account could not write into a private folder of root's.
APT::Sandbox::User "root";
""")


def _apt_get(*arguments):
    progress.run_logged(
        ["apt-get", "-q", "-c", APT / "apt.conf", *arguments], "apt", f"apt-get {arguments[0]}", cwd=APT,
    )
