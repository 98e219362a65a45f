"""Run README's two commands on a bare Debian, as another user than root: `bin/test debian [12|13] [arguments]`.

debootstrap makes the system in .lab/debian, where a new user gets a clone of the last commit. Everything runs in
namespaces of its own, so that its processes and mounts end with this one, even when it is killed. Mirrors, proxies and
certificates are those of this machine; they are passed on when this runs and stand nowhere in the repository.
"""
from __future__ import annotations

import ast
import json
import os
import re
import shutil
import subprocess
import time
from pathlib import Path

from lab import debian, locks, pages, paths, progress, python

RELEASES = {"12": "bookworm", "13": "trixie"}
HOME = paths.LAB / "debian"
# What README has people install: for both commands, and for all of the tests. Debian 13 has no wkhtmltopdf.
FOR_BOTH = ("git", "python3", "python3-venv")
FOR_TESTS = {"12": ("chromium", "libatomic1", "wkhtmltopdf"), "13": ("chromium", "libatomic1")}
USER = "visitor"
CLONE = Path("/home") / USER / "amazon"
RESULTS = paths.ROOT / "docs" / "results" / "debian.jsonl"
PAGE = paths.ROOT / "docs" / "support.md"
# The table stands between these marks.
BEGIN, END = "<!-- debian -->", "<!-- end of debian -->"
# pip's settings that lead to packages, as the names of its environment variables.
PIP = tuple(f"PIP_{name}" for name in (
    "CERT", "CLIENT_CERT", "CONSTRAINT", "DEFAULT_TIMEOUT", "EXTRA_INDEX_URL", "FIND_LINKS", "INDEX_URL", "NO_INDEX",
    "PROXY", "RETRIES", "TIMEOUT", "TRUSTED_HOST"))
NETWORK = ("HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy",
           "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
APT = re.compile(r"^Acquire::(?:https?::|Check-|Retries).*;$", re.MULTILINE)
CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")
# pytest's last line, one per process: "= 3 failed, 120 passed, 2 skipped in 61.20s (0:01:01) ="
SUMMARY = re.compile(r"^=* ?((?:\d+ [a-z]+(?:, )?)+) in [\d.]+s", re.MULTILINE)
# What process 1 of the namespace does: it mounts what a running system has, and outlives the command, since others
# would get no signals and leave zombies.
INIT = """\
root=$1 user=$2 folders=$3
shift 3
set -e
mount -t proc proc "$root/proc"
mount -t sysfs -o ro sysfs "$root/sys"
mount -t devpts -o newinstance,ptmxmode=0666,mode=0620,gid=5 devpts "$root/dev/pts"
mount -t tmpfs -o mode=1777 tmpfs "$root/dev/shm"
for folder in $folders; do
    mkdir -p "$root$folder"
    mount --bind -o ro "$folder" "$root$folder"
done
set +e
chroot --userspec="$user" "$root" "$@"
exit $?
"""


def run(arguments):
    """Run the two commands on the releases that the arguments name, or on all.

    LAB_DOCS_DEBIAN=1 keeps the outcome in docs/results/debian.jsonl and writes the table.

    :param list[str] arguments: releases, then arguments for `bin/test`; none of those for every test
    :return: 0, or 1 if something failed
    :rtype: int
    """
    releases, options = chosen(arguments)
    if os.geteuid():
        raise progress.Problem("A bare Debian needs root, for debootstrap and chroot: run this command as root.")
    _ensure_debootstrap()
    if _git("status", "--porcelain"):
        progress.say("What is not committed is not tried.")
    codes = []
    for release in releases:
        with locks.lock(f"debian-{release}", f"Waiting for another run on Debian {release} ..."):
            found, ok = _try(release, options)
        codes.append(0 if ok else 1)
        progress.say(f"Debian {release}: {'all is well' if ok else 'FAILED'}. {json.dumps(found)}")
        if os.environ.get("LAB_DOCS_DEBIAN"):
            keep(found)
            write_page()
    return max(codes)


def chosen(arguments):
    """Divide the arguments into releases and what `bin/test` gets.

    :param list[str] arguments: releases, then others
    :rtype: tuple[list[str], list[str]]
    """
    count = next((number for number, each in enumerate(arguments) if not each.isdigit()), len(arguments))
    if unknown := set(arguments[:count]) - set(RELEASES):
        raise progress.Problem(f"There is no Debian {', '.join(sorted(unknown))} here. Releases: {', '.join(RELEASES)}")
    return arguments[:count] or list(RELEASES), arguments[count:]


def _try(release, options):
    """Make the system and run both commands.

    :param str release: as Debian counts them
    :param list[str] options: arguments for `bin/test`
    :return: the outcome, as it is kept, and whether both succeeded
    :rtype: tuple[dict, bool]
    """
    system = System(release)
    system.make()
    version = system.output("python3", "--version").split()[1]
    demo_code, demo_seconds, _log = system.run_as_user("demo", "bin/demo", "--check")
    system.install(FOR_TESTS[release])
    test_code, test_seconds, log = system.run_as_user("tests", "bin/test", *options)
    found = {
        "release": release, "python": version, "commit": _git("rev-parse", "--short", "HEAD"),
        "demo": "passed" if not demo_code else "failed", "demo_minutes": round(demo_seconds / 60, 1),
        "tests": " ".join(options) or "all", "test_minutes": round(test_seconds / 60, 1), **counts(log.read_text())}
    ok = not (demo_code or test_code)
    if ok:
        system.remove()
    else:
        progress.say(f"The system was kept: {system.root}")
    return found, ok


def counts(text):
    """Add up the tests of each process of pytest.

    :param str text: what `bin/test` printed
    :return: passed, failed (with errors) and skipped
    :rtype: dict[str, int]
    """
    found = dict.fromkeys(("passed", "failed", "skipped"), 0)
    for line in SUMMARY.findall(text):
        for number, word in re.findall(r"(\d+) ([a-z]+)", line):
            word = "failed" if word in ("error", "errors") else word
            if word in found:
                found[word] += int(number)
    return found


# === THE SYSTEM === #

class System:
    """A bare Debian in .lab/debian.

    :param str release: as Debian counts them
    """

    def __init__(self, release):
        self.release = release
        self.root = HOME / release
        self._environ = passed_on(os.environ, _pip_settings())
        self._folders, self._files = places(self._environ)

    def make(self):
        """Make it anew: with what README names, a user, and a clone of the last commit."""
        self.remove()
        self.root.parent.mkdir(parents=True, exist_ok=True)
        apt = subprocess.run(["apt-config", "dump"], capture_output=True, text=True, check=True).stdout
        with progress.step(f"Making a bare Debian {self.release}"):
            progress.run_logged(
                alone("debootstrap", "--variant=minbase", RELEASES[self.release], self.root, mirror()),
                f"debian-{self.release}-debootstrap", "debootstrap", env=with_proxy(os.environ, apt))
            (self.root / "etc" / "apt" / "apt.conf.d" / "90machine").write_text("\n".join([*APT.findall(apt), ""]))
            for name in ("/etc/resolv.conf", "/etc/hosts"):
                self._copy(Path(name))
        self.install(FOR_BOTH)
        with progress.step("Making a user and a clone"):
            self._as_root("useradd", "--create-home", "--shell", "/bin/bash", USER)
            clone = self.root / CLONE.relative_to("/")
            progress.run_logged(
                ["git", "clone", "--quiet", "--no-hardlinks", paths.ROOT, clone], "debian-clone", "Cloning")
            self._as_root("chown", "-R", f"{USER}:", CLONE)

    def install(self, packages):
        """Install packages as README says, with what they recommend."""
        with progress.step(f"Installing {', '.join(packages)}"):
            self._as_root("apt-get", "-qq", "update")
            self._as_root("apt-get", "-qq", "-y", "install", *packages)
            # The packages may have replaced the certificates.
            for file in self._files:
                self._copy(file)

    def run_as_user(self, name, *command):
        """Run a command in the clone as the user, and show what it prints.

        :param str name: of the log
        :param str command: program and arguments
        :return: the exit code, the seconds, and the log
        :rtype: tuple[int, float, Path]
        """
        progress.say(f"Debian {self.release}, {USER}: {' '.join(command)}")
        began = time.monotonic()
        log = paths.LOG / f"debian-{self.release}-{name}.log"
        environ = {**self._environ, "HOME": f"/home/{USER}", "USER": USER, "PYTHONUNBUFFERED": "1"}
        # Its processes end with it, so the database server must be stopped before.
        script = f'cd {CLONE} && "$@"; code=$?; python3 -m lab stop; exit $code'
        inside = self._inside(USER, "sh", "-c", script, "sh", *command)
        with open(log, "w") as output, subprocess.Popen(
            inside, env=environ, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            text=True, errors="replace",
        ) as process:
            try:
                for line in process.stdout:
                    output.write(line)
                    print(line, end="", flush=True)
            except BaseException:
                process.kill()
                raise
        return process.returncode, time.monotonic() - began, log

    def output(self, *command):
        """Return what a command prints.

        :rtype: str
        """
        return subprocess.run(
            self._inside("root", *command), env=self._environ, stdin=subprocess.DEVNULL, capture_output=True, text=True,
            check=True).stdout

    def remove(self):
        """Remove it, unless something is mounted in it, which would be emptied with it."""
        if f" {self.root}/" in Path("/proc/self/mountinfo").read_text():
            raise progress.Problem(f"Something is mounted in {self.root}: unmount it and start again.")
        shutil.rmtree(self.root, ignore_errors=True)

    def _as_root(self, *command):
        progress.run_logged(
            self._inside("root", *command), f"debian-{self.release}-{command[0]}", " ".join(map(str, command)),
            env={**self._environ, "DEBIAN_FRONTEND": "noninteractive"})

    def _inside(self, user, *command):
        return alone("sh", "-c", INIT, "sh", self.root, user, " ".join(map(str, self._folders)), *command)

    def _copy(self, file):
        target = self.root / file.relative_to("/")
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, target)


def alone(*command):
    """Return the command in namespaces that end with it, and with this process even if that is killed.

    :rtype: list[str]
    """
    return ["setpriv", "--pdeathsig", "KILL", "unshare", "--mount", "--pid", "--mount-proc", "--fork", "--kill-child",
            *map(str, command)]


def _ensure_debootstrap():
    if shutil.which("debootstrap"):
        return
    with progress.step("Installing debootstrap"):
        progress.run_logged(
            ["apt-get", "-y", "--no-install-recommends", "install", "debootstrap"], "debootstrap",
            "Installing debootstrap (apt-get update may help)")


# === WHAT IS PASSED ON OF THIS MACHINE === #

def mirror():
    """Return the address of the Debian mirror that this machine uses.

    :rtype: str
    """
    for address in debian.mirrors(debian.machine_sources()):
        if not address.startswith("mirror+file:"):
            return address
        lines = Path(address.removeprefix("mirror+file:")).read_text().splitlines()
        if listed := [line.split()[0] for line in lines if line.strip() and not line.startswith("#")]:
            return listed[0]
    raise progress.Problem("A Debian mirror is needed, but /etc/apt names none.")


def passed_on(environ, pip):
    """Return the environment inside: of this machine's only what leads to the network and to packages.

    :param dict environ: the environment here
    :param dict pip: pip's settings, by the names of its environment variables
    :rtype: dict[str, str]
    """
    return {
        **{name: environ[name] for name in (*NETWORK, "TERM") if name in environ},
        **{name: value for name, value in pip.items() if name in PIP},
        "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"}


def _pip_settings():
    return pip_settings(subprocess.run(
        [python.VENV_PYTHON, "-m", "pip", "config", "list"], capture_output=True, text=True, check=True).stdout)


def pip_settings(text):
    """Read pip's settings, whichever files and variables they come from.

    :param str text: what `pip config list` prints: global.index-url='https://…'
    :return: by the names of pip's environment variables
    :rtype: dict[str, str]
    """
    lines = [line.partition("=") for line in text.splitlines() if "='" in line or '="' in line]
    # Those of a command prevail over the global ones, and the environment over both.
    lines.sort(key=lambda line: (line[0].startswith(":env:"), not line[0].startswith("global.")))
    return {
        "PIP_" + name.rpartition(".")[2].upper().replace("-", "_"): " ".join(ast.literal_eval(value).split())
        for name, _equals, value in lines}


def with_proxy(environ, apt):
    """Return the environment of debootstrap, which reads no settings of apt.

    :param dict environ: the environment here
    :param str apt: what `apt-config dump` prints
    :rtype: dict[str, str]
    """
    found = dict(re.findall(r'^Acquire::(https?)::Proxy "(.+)";$', apt, re.MULTILINE))
    return {**{f"{protocol}_proxy": address for protocol, address in found.items()}, **environ}


def places(environ):
    """List what settings name of this machine's disk.

    :param dict environ: the environment inside
    :return: folders, to be mounted inside, and files, to be copied
    :rtype: tuple[list[Path], list[Path]]
    """
    folders, files = set(), {CERTIFICATES} if CERTIFICATES.exists() else set()
    for name, value in environ.items():
        for word in value.split() if name in (*PIP, *NETWORK) else ():
            place = Path(word.removeprefix("file://"))
            if place.is_absolute() and place.is_dir():
                # The files of an index are often beside it.
                folders.add(place.parent if name.endswith("INDEX_URL") else place)
            elif place.is_absolute() and place.is_file():
                files.add(place)
    return sorted(folders), sorted(files)


# === docs/support.md === #

def keep(found):
    """Keep the outcome of a release instead of its last one.

    :param dict found: the outcome
    """
    kept = {each["release"]: each for each in [*read(), found]}
    RESULTS.write_text("".join(json.dumps(kept[release], sort_keys=True) + "\n" for release in sorted(kept)))


def read():
    """Read the kept outcomes.

    :rtype: list[dict]
    """
    return pages.read(RESULTS)


def write_page():
    """Write the table between the marks of docs/support.md."""
    pages.fill(PAGE, BEGIN, END, table(read()))


def table(found):
    """Write what became of the two commands on each release.

    :param list[dict] found: the kept outcomes
    :rtype: str
    """
    kept = {each["release"]: each for each in found}
    lines = ["| Debian | Python | `bin/demo --check` | `bin/test` | Minutes | Passed | Failed | Skipped | Commit |",
             "| --- | --- | --- | --- | --- | --- | --- | --- | --- |"]
    for release in RELEASES:
        if each := kept.get(release):
            lines.append(
                f"| {release} | {each['python']} | {each['demo']}, {each['demo_minutes']} minutes | {each['tests']} "
                f"| {each['test_minutes']} | {each['passed']:,} | {each['failed']:,} | {each['skipped']:,} "
                f"| {each['commit']} |")
        else:
            lines.append(f"| {release} | not tried yet |{' |' * 7}")
    return "\n".join([*lines, ""])


def _git(*arguments):
    return subprocess.run(
        ["git", *arguments], cwd=paths.ROOT, capture_output=True, text=True, check=True).stdout.strip()
