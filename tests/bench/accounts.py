#!/usr/bin/env python3
"""`refresh --all` of a thousand accounts, against accounts x latency / concurrency.

    cargo build --release && python3 tests/bench/accounts.py [target/release/gatepost [1000]]

Everything happens in a temporary folder against `gatepost sandbox`, whose token endpoint is 50 ms away.
"""

import json
import os
import pathlib
import sys
import tempfile
import time
import urllib.request

from processes import Bench, post

LATENCY = 0.050
CONCURRENCY = 16  # the default of refresh.concurrency
MAIL = "https://mail.google.com/"


def sign_ins(bench, client, folder, count):
    """A token.json for each account. Mail alone: no ID tokens, whose signatures are the sandbox's work."""
    for n in range(count):
        email = f"user{n}@gmail.com"
        issued = post(f"{bench.base}/sandbox/issue", {"email": email, "client": client["client_id"], "scopes": MAIL})
        file = folder / f"{n}.json"
        members = {name: client[name] for name in ("client_id", "client_secret")}
        members |= {"refresh_token": issued["refresh_token"], "scopes": [MAIL], "account": email}
        file.write_text(json.dumps(members))
        yield str(file)


def main():
    program = os.path.abspath(sys.argv[1] if len(sys.argv) > 1 else "target/release/gatepost")
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 1000
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        bench = Bench(program, folder)
        try:
            credentials = folder / "credentials.json"
            credentials.write_bytes(urllib.request.urlopen(f"{bench.base}/credentials.json").read())
            client = json.loads(credentials.read_text())["installed"]
            bench.run("client", "add", str(credentials))
            bench.run("import", *sign_ins(bench, client, folder, count))

            post(f"{bench.base}/sandbox/fault", {"endpoint": "token", "kind": {"latency": {"ms": int(LATENCY * 1000)}}})
            floor = count * LATENCY / CONCURRENCY
            for _ in range(3):
                begun = time.monotonic()
                bench.run("refresh", "--all", "--quiet")
                took = time.monotonic() - begun
                print(f"  {count} accounts, {LATENCY * 1000:.0f} ms away: {took:.2f} s, {took / floor:.2f} x {floor:.2f} s")
        finally:
            bench.close()


if __name__ == "__main__":
    main()
