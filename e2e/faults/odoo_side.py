"""The Odoo of `bin/test faults`: it loads everything once, and is forked for each run, as Odoo forks its workers.

A process of it connects to the database only after the fork. Started with Odoo's own options; it prints two ports.
"""
import contextlib
import datetime
import gc
import json
import os
import signal
import socket
import sys
import time
import traceback

from odoo import sql_db
from odoo.modules.registry import Registry
from odoo.service import server
from odoo.tools import config

from e2e.faults.tracer import Tracer, kill


def main(supplier_port, options):
    global acts
    config.parse_config(options, setup_logging=True)
    server.load_server_wide_modules()
    [name] = config['db_name']
    Registry(name)
    from e2e.faults import acts  # imports the addon, which Odoo must have loaded
    acts.warm_up(name)
    sql_db.close_all()
    gc.collect()
    gc.freeze()  # or each process would copy all of it
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for a child
    commands = socket.create_server(('127.0.0.1', 0), backlog=512)
    web = socket.create_server(('127.0.0.1', 0), backlog=512)
    print(commands.getsockname()[1], web.getsockname()[1], flush=True)
    while True:
        connection, _address = commands.accept()
        if os.fork():
            connection.close()
            continue
        commands.close()
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        code = 1
        try:
            code = Run(connection, supplier_port, name, web).go()
        finally:
            os._exit(code)


class Run:
    """What one process does."""

    def __init__(self, connection, supplier_port, name, web):
        self._lines = connection.makefile('rw')
        self._supplier_port = supplier_port
        self._name = name
        self._web = web
        self._mode = 'kill'

    def go(self):
        """Do what the driver asks for and answer it.

        :return: the exit code
        :rtype: int
        """
        self._say(pid=os.getpid())
        command = json.loads(self._lines.readline())
        self._mode = command.get('mode', 'kill')
        tracer = Tracer(self._reached)
        with contextlib.ExitStack() as stack:
            self._prepare(command, stack)
            tracer.watch_database(sql_db.Cursor)
            tracer.watch_network(self._supplier_port)
            if command.get('trail'):
                tracer.trail = []
            tracer.aim(command.get('steps', ()), command.get('occurrence', 1), command.get('number'))
            try:
                result = getattr(acts, command['act'])(
                    acts.Place(self._name, self._web, tracer), **command.get('arguments', {}))
                tracer.event('end')
            except BaseException:
                self._say(error=traceback.format_exc())
                return 1
        self._say(result=result, events=tracer.count, trail=tracer.trail, cpu=time.process_time())
        return 0

    def _prepare(self, command, stack):
        """Change the process before it begins: its clock, its user, what it may write, constants of the addon."""
        for path, value in command.get('constants', {}).items():
            module, _, constant = path.rpartition('.')
            setattr(sys.modules[module], constant, value)
        if zone := command.get('zone'):
            os.environ['TZ'] = zone
            time.tzset()
        if skew := command.get('skew'):
            from freezegun import freeze_time
            moment = datetime.datetime.utcnow() + datetime.timedelta(seconds=skew)
            stack.enter_context(freeze_time(moment, tick=True, ignore=['socket', 'threading']))
        if moment := command.get('moment'):
            from freezegun import freeze_time
            stack.enter_context(freeze_time(moment, tick=True, ignore=['socket', 'threading']))
        if user := command.get('user'):
            os.setgroups([])
            os.setegid(user[1])
            os.seteuid(user[0])
        if limit := command.get('file_size'):
            import resource
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.getrlimit(resource.RLIMIT_FSIZE)[1]))

    def _reached(self):
        self._say(reached=True)
        if self._mode == 'kill':
            kill()
        if self._lines.readline().strip() != 'go on':
            kill()

    def _say(self, **values):
        self._lines.write(json.dumps(values) + '\n')
        self._lines.flush()


if __name__ == '__main__':
    main(int(sys.argv[1]), sys.argv[2:])
