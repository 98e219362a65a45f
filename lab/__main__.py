"""One entry for bin/demo, bin/test, bin/odoo and `python3 -m lab setup|stop`.

It runs twice: first under whatever Python the machine has, to make the virtual environment, then again inside
that environment, where psycopg2 and the rest are at hand. So this module and those it imports at the top must
load on Pythons that Odoo does not run on, in order to say so.
"""
import importlib
import os
import signal
import sys

# Neither the modules beside this file nor what lies where the person stands may be taken for others.
sys.path[0] = os.path.dirname(os.path.dirname(os.path.realpath(__file__)))

from lab import paths, progress, python  # noqa: E402

COMMANDS = {
    "bench": ("bench.run", "run"),
    "demo": ("lab.demo", "run"),
    "odoo": ("lab.odoo", "run"),
    "setup": ("lab.environment", "run"),
    "stop": ("lab.postgres", "stop"),
    "test": ("lab.testing", "run"),
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
    # An exception, so that what was begun is cleared up on the way out.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    try:
        python.enter_environment(arguments)  # does not return unless we are inside already
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
