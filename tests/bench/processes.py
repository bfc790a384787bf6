#!/usr/bin/env python3
"""Whole processes, timed by hyperfine as ratios within one run, and counted.

    cargo build --release && python3 tests/bench/processes.py [target/release/gatepost]

Needs hyperfine, strace and rustc. Everything happens in a temporary folder against `gatepost sandbox`.
"""

import json
import os
import pathlib
import re
import socket
import socketserver
import ssl
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
import urllib.request

HERE = pathlib.Path(__file__).resolve().parent
CERTIFICATES = HERE.parent / "it/certificates"
ANA = "ana@gmail.com"


def post(url, body):
    request = urllib.request.Request(url, json.dumps(body).encode(), {"Content-Type": "application/json"})
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)


class Bench:
    def __init__(self, program, home):
        self.program, self.home = program, home
        words = [program, "sandbox", "--json", "--seed", "7"]
        self.sandbox = subprocess.Popen(words, stdout=subprocess.PIPE, text=True, env=self.environment())
        text = ""
        while "}" not in text:
            text += self.sandbox.stdout.readline()
        self.base = json.loads(text)["base_url"]

    def environment(self):
        kept = {"PATH": os.environ["PATH"], "HOME": str(self.home), "GATEPOST_VAULT_KEY": "file"}
        base = getattr(self, "base", None)
        return {**kept, "GATEPOST_ENDPOINTS": base} if base else kept

    def run(self, *words):
        words = [self.program, *words]
        return subprocess.run(words, env=self.environment(), check=True, capture_output=True, text=True)

    def sign_in(self, email):
        adding = subprocess.Popen(
            [self.program, "add", email, "--no-browser"],
            stdin=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            text=True,
            env=self.environment(),
        )
        for line in adding.stderr:
            if found := re.search(r"https?://\S+client_id=\S+", line):
                answer = post(f"{self.base}/sandbox/consent", {"url": found[0], "email": email})
                urllib.request.urlopen(answer["redirect"]).read()
                break
        assert adding.wait() == 0, "the sign-in failed"

    def close(self):
        self.sandbox.terminate()


def hyperfine(commands, environment, runs):
    with tempfile.NamedTemporaryFile(suffix=".json") as out:
        words = ["hyperfine", "-N", "--warmup", "20", "--runs", str(runs), "--export-json", out.name]
        for name, command in commands:
            words += ["-n", name, command]
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        subprocess.run(words, env={**os.environ, **environment}, check=True, **quiet)
        results = json.load(open(out.name))["results"]
    first = results[0]["median"]
    for one in results:
        print(f"  {one['command']:<48} {one['median'] * 1000:7.2f} ms   {one['median'] / first:5.2f}")


def count(commands, environment):
    """Page faults and system calls, which do not depend on how busy the machine is."""
    for name, command in commands:
        words = command.split()
        silent = [(os.POSIX_SPAWN_OPEN, 1, "/dev/null", os.O_WRONLY, 0)]
        process = os.posix_spawnp(words[0], words, environment, file_actions=silent)
        faults = os.wait4(process, 0)[2].ru_minflt
        with tempfile.NamedTemporaryFile("r") as trace:
            words = ["strace", "-f", "-o", trace.name, *words]
            subprocess.run(words, env=environment, check=True, stdout=subprocess.DEVNULL)
            calls = sum("(" in line for line in trace)
        print(f"  {name:<48} {faults:4} page faults, {calls:4} system calls")


def parallel(bench, callers):
    """That many processes on one expired token: how many requests, and how long for all."""
    # Too short-lived for anybody's default of 60 s.
    post(f"{bench.base}/sandbox/habits", {"access_life_seconds": 30})
    bench.run("token", ANA, "--force-refresh")
    post(f"{bench.base}/sandbox/habits", {"access_life_seconds": 3600})
    post(f"{bench.base}/sandbox/fault", {"endpoint": "token", "kind": {"latency": {"ms": 100}}})
    post(f"{bench.base}/sandbox/clear-requests", {})
    environment = bench.environment()
    begun = time.monotonic()
    words = [bench.program, "token", ANA]
    running = [subprocess.Popen(words, env=environment, stdout=subprocess.PIPE) for _ in range(callers)]
    served = sum(process.wait() == 0 for process in running)
    took = (time.monotonic() - begun) * 1000
    requests = json.load(urllib.request.urlopen(f"{bench.base}/sandbox/requests"))
    refreshes = sum(entry["grant_type"] == "refresh_token" for entry in requests)
    post(f"{bench.base}/sandbox/clear-faults", {})
    print(f"  {callers} callers, 100 ms away: {served} served, {refreshes} refresh(es), {took:.0f} ms")


def refresh_form(bench, folder):
    exported = json.loads(bench.run("export", ANA, "--format", "token-json", "-o", "-").stdout)
    members = {name: exported[name] for name in ("refresh_token", "client_id", "client_secret")}
    form = folder / "form"
    form.write_text(urllib.parse.urlencode({"grant_type": "refresh_token", **members}))
    return form


class Front(socketserver.ThreadingTCPServer):
    """TLS for `localhost` before the sandbox: one request a connection, passed on as it came."""

    daemon_threads = True

    def __init__(self, base):
        super().__init__(("127.0.0.1", 0), FrontDoor)
        self.base = urllib.parse.urlsplit(base)
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(CERTIFICATES / "good.pem")
        threading.Thread(target=self.serve_forever, daemon=True).start()


class FrontDoor(socketserver.BaseRequestHandler):
    def handle(self):
        with self.server.context.wrap_socket(self.request, server_side=True) as stream:
            request = b""
            while b"\r\n\r\n" not in request:
                request += stream.recv(65536)
            head, _, body = request.partition(b"\r\n\r\n")
            length = int(re.search(rb"(?i)content-length: *(\d+)", head)[1])
            while len(body) < length:
                body += stream.recv(65536)
            head = re.sub(rb"(?i)host: [^\r]+", b"Host: " + self.server.base.netloc.encode(), head)
            head = re.sub(rb"(?i)\r\nconnection: [^\r]+", b"", head) + b"\r\nConnection: close"
            with socket.create_connection((self.server.base.hostname, self.server.base.port)) as back:
                back.sendall(head + b"\r\n\r\n" + body)
                while answer := back.recv(65536):
                    stream.sendall(answer)


def over_tls(bench, program, form, folder):
    floor = ["cargo", "build", "--release", "--quiet", "--example", "tls_floor"]
    subprocess.run(floor, cwd=HERE.parent.parent, check=True)
    floor = HERE.parent.parent / "target/release/examples/tls_floor"
    front = Front(bench.base)
    port = front.server_address[1]
    config = folder / "tls.toml"
    authority = CERTIFICATES / "ca.pem"
    config.write_text(f'[endpoints]\nca_file = "{authority}"\n')
    environment = {**bench.environment(), "GATEPOST_ENDPOINTS": f"https://localhost:{port}"}
    print("refresh over TLS, whole process")
    commands = [
        ("rustls alone, stores the answer", f"{floor} {port} {authority} {form} {folder}/answer"),
        ("gatepost token --force-refresh", f"{program} --config {config} token {ANA} --force-refresh"),
    ]
    hyperfine(commands, environment, 100)
    front.shutdown()


def main():
    built = sys.argv[1] if len(sys.argv) > 1 else "target/release/gatepost"
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        subprocess.run(["rustc", "-O", "--edition", "2024", "-o", folder / "linked", HERE / "baseline.rs"], check=True)
        # Both as an installer leaves them: copied in one go, a file lies in larger pieces in the page cache.
        baseline = shutil.copy(folder / "linked", folder / "baseline")
        program = shutil.copy(built, folder / "gatepost")
        bench = Bench(program, folder)
        try:
            credentials = folder / "credentials.json"
            credentials.write_bytes(urllib.request.urlopen(f"{bench.base}/credentials.json").read())
            bench.run("client", "add", str(credentials))
            bench.sign_in(ANA)
            token = folder / "token"
            token.write_text(bench.run("token", ANA).stdout)
            token.chmod(0o600)

            print("cached token, whole process (median; ratio to the first line)")
            commands = [
                ("a Rust program that prints a 0600 file", f"{baseline} file {token}"),
                ("gatepost token", f"{program} token {ANA}"),
                ("cat", f"cat {token}"),
            ]
            # As in daily use: nothing but the platform's places.
            daily = {"PATH": os.environ["PATH"], "HOME": str(folder), "GATEPOST_VAULT_KEY": "file"}
            hyperfine(commands, daily, 400)
            count(commands, daily)

            form, address = refresh_form(bench, folder), bench.base.removeprefix("http://")
            print("refresh over plain http, whole process")
            commands = [
                (
                    "a bare HTTP/1.1 client that stores the answer",
                    f"{baseline} refresh {address} {form} {folder}/answer",
                ),
                ("gatepost token --force-refresh", f"{program} token {ANA} --force-refresh"),
            ]
            hyperfine(commands, bench.environment(), 100)
            over_tls(bench, program, form, folder)

            print("single flight across processes")
            for callers in (1, 20, 100):
                parallel(bench, callers)
        finally:
            bench.close()


if __name__ == "__main__":
    main()
