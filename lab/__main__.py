"""Run bin/demo, bin/test, bin/odoo, bin/simulator and `python3 -m lab setup|stop`.

This module runs twice: first with the machine's own Python, to make the virtual environment, then again inside that
environment, which has psycopg2 and the other packages. It and the modules that it imports at the top must therefore
load on Python versions that Odoo does not support, to be able to say so.
"""
import importlib
import os
import signal
import sys

# Modules next to this file and in the current folder must not shadow others.
sys.path[0] = os.path.dirname(os.path.dirname(os.path.realpath(__file__)))

from lab import paths, progress, python  # noqa: E402 - sys.path comes first

COMMANDS = {
    "bench": ("bench.run", "run"),
    "demo": ("lab.demo", "run"),
    "gallery": ("lab.gallery", "run"),
    "odoo": ("lab.odoo", "run"),
    "readme": ("lab.readme", "run"),
    "setup": ("lab.environment", "run"),
    "simulator": ("lab.demo", "run_simulator"),
    "stop": ("lab.postgres", "stop"),
    "test": ("lab.testing", "run"),
    "translations": ("lab.translations", "run"),
    "window": ("lab.window", "run"),
}


def main(arguments):
    """Run one command.

    :param list[str] arguments: the command's name, then what is passed on to it
    :return: the exit code
    :rtype: int
    """
    if not arguments or arguments[0] not in COMMANDS:
        print(f"usage: python3 -m lab {'|'.join(COMMANDS)} [arguments]", file=sys.stderr)
        return 2
    # Raise an exception, so that everything that was started is cleaned up.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    try:
        python.enter_environment(arguments)  # returns only inside the environment
        module, function = COMMANDS[arguments[0]]
        return getattr(importlib.import_module(module), function)(arguments[1:])
    except progress.Problem as problem:
        print(f"\n{problem}", file=sys.stderr)
        return 1
    except PermissionError as error:
        if not str(error.filename).startswith(str(paths.LAB)):
            raise
        print(f"\n{error.filename} belongs to another user: remove {paths.LAB} and start again.", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nInterrupted.", file=sys.stderr)
        return 128 + signal.SIGINT


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
