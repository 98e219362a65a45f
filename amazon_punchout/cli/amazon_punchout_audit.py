import json
import sys

from odoo import SUPERUSER_ID
from odoo.api import Environment
from odoo.cli.command import Command
from odoo.modules.registry import Registry
from odoo.tools import config


class AmazonPunchoutAudit(Command):
    """Check the histories of all Amazon orders in a database, and the stored documents that they name.

    It prints each break and exits with 1 if there is one. That the last rows of a history were removed, or a whole
    history was written anew, shows only against heads that were exported before and kept outside of the database.
    """
    name = 'amazon_punchout_audit'

    def run(self, args):
        """Run the command.

        :param list[str] args: of the command line
        """
        self.parser.add_argument('-c', '--config', help="Odoo's configuration file")
        self.parser.add_argument('-d', '--database', help="the database to check")
        self.parser.add_argument(
            '--heads', metavar='FILE', help="write the last row of each history to this file, as lines of JSON")
        self.parser.add_argument('--against', metavar='FILE', help="compare with heads that were exported before")
        options = self.parser.parse_args(args)
        config.parse_config([
            '--no-http', *(('-c', options.config) if options.config else ()),
            *(('-d', options.database) if options.database else ())], setup_logging=True)
        if len(config['db_name']) != 1:
            self.parser.error("name one database with -d")
        with Registry(config['db_name'][0]).cursor() as cursor:
            sys.exit(self._check(Environment(cursor, SUPERUSER_ID, {}), options))

    def _check(self, env, options):
        """Check, and write the heads.

        :param Environment env: of the superuser
        :param argparse.Namespace options: of the command line
        :return: the exit code
        :rtype: int
        """
        trail = env['amazon.punchout.trail']
        heads = None
        if options.against:
            with open(options.against, encoding='utf-8') as file:
                known = [json.loads(line) for line in file if line.strip()]
            heads = {head['order']: (head['sequence'], head['hash']) for head in known}
        count = 0
        for number, sentences in trail._find_all_breaks(heads):
            count += 1
            for sentence in sentences:
                self._say(f"{number}: {sentence}")
        exported = trail._export_heads()
        self._say(f"{len(exported)} histories checked, {count} with breaks.")
        if heads is not None:
            self._say(f"{trail._count_added(heads)} rows added since the heads were exported.")
        if options.heads:
            with open(options.heads, 'w', encoding='utf-8') as file:
                file.writelines(f'{json.dumps(head)}\n' for head in exported)
            self._say(f"Heads written to {options.heads}. Keep them outside of this database.")
        return 1 if count else 0

    def _say(self, line):
        sys.stdout.write(f'{line}\n')
