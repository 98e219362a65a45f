"""An nginx in front of several servers, on ports of this machine, without any right of an administrator."""
from __future__ import annotations

import collections
import json
import os
import shutil
import signal
import tempfile
from pathlib import Path

from lab import process, progress

LINE = ('{"time": $msec, "method": "$request_method", "uri": "$uri", "status": $status, "seconds": $request_time, '
        '"server": "$upstream_addr", "server_status": "$upstream_status"}')
CONFIGURATION = """
{user}
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 1024; }}
http {{
    log_format line escape=json '{line}';
    access_log {folder}/access.log line;
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;

    upstream odoo {{
        {web}
        keepalive 16;
    }}
    upstream websocket {{
        ip_hash;
        {websocket}
    }}
    map $http_upgrade $connection_upgrade {{ default upgrade; '' ''; }}

    server {{
        listen 127.0.0.1:{port};
        client_max_body_size 10m;
        proxy_connect_timeout 5s;
        proxy_read_timeout 120s;
        proxy_next_upstream error timeout;
        proxy_next_upstream_tries 2;
        proxy_http_version 1.1;
        proxy_set_header Host $http_host;
        proxy_set_header X-Forwarded-Host $http_host;
        proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
        proxy_set_header X-Forwarded-Proto $scheme;
        proxy_set_header Upgrade $http_upgrade;
        proxy_set_header Connection $connection_upgrade;

        location / {{ proxy_pass http://odoo; }}
        location /websocket {{ proxy_pass http://websocket; }}
    }}
}}
"""


class Proxy:
    """One nginx, with its files in a folder of its own.

    :param int port: where it listens
    :param list servers: pairs of the ports of each server: for pages, and for the websocket
    """

    def __init__(self, port, servers):
        self.port = port
        self.url = f"http://127.0.0.1:{port}"
        self._program = shutil.which("nginx", path=os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin"]))
        if not self._program:
            raise progress.Problem("This measurement needs nginx: apt-get install nginx")
        self._folder = Path(tempfile.mkdtemp(prefix="amazon-punchout-proxy-"))
        self._folder.chmod(0o755)  # run by root, the worker of nginx is another user
        self._configuration = self._folder / "nginx.conf"
        self.use(servers)
        self._service = process.Service(
            "Proxy", [self._program, "-p", str(self._folder), "-c", str(self._configuration), "-g", "daemon off;"],
            dict(os.environ))

    def use(self, servers):
        """Write the configuration with these servers."""
        line = "server 127.0.0.1:{} max_fails=1 fail_timeout=10s;"
        self._configuration.write_text(CONFIGURATION.format(
            folder=self._folder, port=self.port, line=LINE, user="user nobody nogroup;" if not os.geteuid() else "",
            web="\n        ".join(line.format(web) for web, _websocket in servers),
            websocket="\n        ".join(line.format(websocket) for _web, websocket in servers)))

    def reload(self):
        """Have it read its configuration again, as `systemctl reload nginx` does."""
        os.kill(int((self._folder / "nginx.pid").read_text()), signal.SIGHUP)

    def requests(self):
        """Return what it has logged, one dict per request."""
        log = self._folder / "access.log"
        return [json.loads(line) for line in log.read_text().splitlines()] if log.exists() else []

    def complaints(self):
        """Count what it has written into its log of errors, by the words that say what it was."""
        text = (self._folder / "error.log").read_text()
        return collections.Counter(
            words for words in ("Connection refused", "prematurely closed", "Connection reset", "no live upstreams")
            for _each in range(text.count(words)))

    def end(self):
        self._service.end()
        shutil.rmtree(self._folder, ignore_errors=True)
