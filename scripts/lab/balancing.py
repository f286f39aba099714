"""What stands in front of several servers: Caddy as `scripts/replicas` sets it up, or nginx.

Debian's Caddy is too old to send a body a second time, so a server that is killed shows for as long
as it takes to notice; newer ones and nginx hide it at once.
"""

import os
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from .keeper import end_with_parent
from .paths import SCRIPTS
from .process import free_port
from .progress import Trouble
from .system import require

_START_LIMIT = 30.0
_NGINX = """\
daemon off;
error_log stderr;
pid {folder}/nginx.pid;
events {{ }}
http {{
  access_log off;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/answer;
  fastcgi_temp_path {folder}/1;
  uwsgi_temp_path {folder}/2;
  scgi_temp_path {folder}/3;
  upstream replicas {{
    hash $http_authorization consistent;
    {servers}
  }}
  server {{
    listen 127.0.0.1:{port};
    client_max_body_size 8m;
    location / {{
      proxy_pass http://replicas;
      proxy_http_version 1.1;
      proxy_set_header Host $http_host;
      proxy_buffering off;
      proxy_connect_timeout 2s;
    }}
  }}
}}
"""


@contextmanager
def running_caddy(folder: Path, port: int, replicas: Sequence[str]) -> Iterator[None]:
    """Run it on a port of this machine, without a certificate, until the block ends."""
    require("caddy")
    settings = {
        "MCP_SITE": f"http://127.0.0.1:{port}",
        "MCP_REPLICAS": " ".join(replicas),
        "MCP_BUFFERED": "buffer_requests",  # as Debian's version calls it
        "CADDY_GLOBAL": f"http_port {free_port()}",
        "XDG_DATA_HOME": str(folder),
        "XDG_CONFIG_HOME": str(folder),
    }
    caddyfile = SCRIPTS / "replicas" / "Caddyfile"
    command = ["caddy", "run", "--adapter", "caddyfile", "--config", str(caddyfile)]
    with _running(command, folder, port, settings):
        yield


@contextmanager
def running_nginx(folder: Path, port: int, replicas: Sequence[str]) -> Iterator[None]:
    """Run it on a port of this machine until the block ends."""
    require("nginx")
    servers = "\n    ".join(f"server {one} max_fails=1 fail_timeout=10s;" for one in replicas)
    conf = folder / "nginx.conf"
    conf.write_text(_NGINX.format(folder=folder, port=port, servers=servers))
    command = ["nginx", "-e", "stderr", "-p", str(folder), "-c", str(conf)]
    with _running(command, folder, port, {}):
        yield


@contextmanager
def _running(
    command: Sequence[str], folder: Path, port: int, settings: Mapping[str, str]
) -> Iterator[None]:
    log_file = folder / "front.log"
    with log_file.open("wb") as log:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            preexec_fn=end_with_parent,  # noqa: PLW1509 - nothing here holds a lock while forking
            env={**os.environ, **settings},
        )
    try:
        _wait(process, port, log_file)
        yield
    finally:
        process.terminate()
        process.wait(20)


def _wait(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    deadline = time.monotonic() + _START_LIMIT
    while True:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        if process.poll() is not None or time.monotonic() > deadline:
            raise Trouble(f"What stands in front did not start:\n{log.read_text()[-2000:]}")
        time.sleep(0.05)
