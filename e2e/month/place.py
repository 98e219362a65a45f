"""A database of its own with the orders of a month, and a simulator that has charged them."""
import json
import os
import sys
import threading
import urllib.request

from e2e.place import Place
from lab import database, month, paths, process, python

SECONDS = 1800
FILL = "from e2e.month.company import fill; fill(env, PATH)\n"
CONNECT = "from e2e.month.company import connect; connect(env, **VALUES)\n"
RUN = "from e2e.month.accountant import run; import json; run(env, json.load(open(PATH)))\n"


class SimulatorProcess:
    """The simulator as a process of its own; `may_answer` and `end` are those of a supplier of e2e.place."""

    def __init__(self, folder):
        self.folder = folder.parent
        self.may_answer = threading.Event()
        port = process.free_port()
        self.url = f"http://localhost:{port}"
        self._service = process.Service(
            "Simulator-of-a-month",
            [str(python.VENV_PYTHON), "-m", "simulator", "--host", "localhost", "--port", str(port)],
            {**os.environ, "PYTHONPATH": str(paths.ROOT), "PYTHONUNBUFFERED": "1"})
        self._service.wait_until_it_answers(self.url)

    def post(self, path, values):
        request = urllib.request.Request(
            f"{self.url}{path}", json.dumps(values).encode(), {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=60) as response:
            return json.load(response)

    def end(self):
        self._service.end()


class MonthPlace(Place):
    """A database with two companies, whose orders the simulator has charged."""

    def __init__(self, source, name, supplier):
        super().__init__(source, name, supplier)
        self.source = source
        self.environ["PYTHONPATH"] = os.pathsep.join([self.environ["PYTHONPATH"], str(paths.ROOT)])
        self.folder = supplier.folder
        self._copies = []

    def finish(self, running):
        output, errors = running.communicate(timeout=SECONDS)
        assert running.returncode == 0, errors[-8000:]
        assert output, errors[-8000:]
        sys.stderr.write(errors)
        return output.strip().splitlines()[-1]

    def fill(self, orders):
        """Send orders from Odoo, and let Amazon charge them.

        :param list orders: of the simulator
        """
        groups, wanted = orders
        path = self._write('orders', {'groups': groups, 'orders': wanted})
        sent = json.loads(self.run(FILL, PATH=path))
        names = {order['number']: order['case'] for order in wanted}
        for order, case in zip(sent, names.values(), strict=True):
            order['case'] = case
        self.sent = sent
        self.truth = month.load(self.supplier.url, sent)
        apis = json.loads(urllib.request.urlopen(f"{self.supplier.url}/api/apis", timeout=60).read())
        self.supplier.post("/api/apis", {"throttled": False})
        self.run(CONNECT, VALUES={
            'url': self.supplier.url, 'client_id': apis['client_id'], 'client_secret': apis['client_secret'],
            'tokens': {region: values['refresh_token'] for region, values in apis['regions'].items()},
            'since': self.truth['start']})

    def download(self, name, countries=("US", "DE", "JP"), **options):
        """Download all reports.

        :return: their paths by country and kind
        """
        files = month.download(self.supplier.url, self.folder / name, countries, **options)
        return {(file.parent.name, file.stem): str(file) for file in files}

    def play(self, name, *steps):
        """Take steps in a copy of the database.

        :return: what the books say after each step `tell`
        """
        copy = Copy(self, f"{self.name}_{name}")
        self._copies.append(copy.name)
        database.create(copy.name, self.name)
        # A copy asks Amazon nothing until a person says that it is the one in use.
        copy.rows("UPDATE amazon_punchout_group SET database_uuid = NULL, database_name = NULL RETURNING id")
        return json.loads(copy.run(RUN, PATH=self._write(name, steps)))

    def _write(self, name, values):
        path = self.folder / f"{name}.json"
        path.write_text(json.dumps(values))
        return str(path)

    def end_processes(self):
        super().end_processes()
        for name in self._copies:
            database.drop(name)


class Copy(MonthPlace):

    def __init__(self, place, name):
        super().__init__(place.source, name, place.supplier)
