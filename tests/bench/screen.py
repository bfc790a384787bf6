#!/usr/bin/env python3
"""The screen in a 120x32 pseudo-terminal: first frame, idle cost, key to paint, bytes written.

    cargo build --release && python3 tests/bench/screen.py [target/release/gatepost [ACCOUNTS]]

ACCOUNTS is how many there are while 200 refreshes are in flight: 10,000 unless told.

Everything happens in a temporary folder against `gatepost sandbox`. The vault is filled in /dev/shm, where
storing durably costs nothing, and moved to the disk before anything is measured. Linux only: the cost is
read from /proc.
"""

import json
import os
import pathlib
import pty
import select
import shutil
import signal
import statistics
import struct
import subprocess
import sys
import tempfile
import termios
import time
import fcntl
import urllib.request

MAIL = "https://mail.google.com/"
IN_FLIGHT = 200
CURSOR = "\u25b8".encode()


def post(url, body):
    request = urllib.request.Request(url, json.dumps(body).encode(), {"Content-Type": "application/json"})
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)


def get(url):
    return urllib.request.urlopen(url).read()


class World:
    """A sandbox, and a vault with that many accounts; `crowd.rs` puts them there."""

    def __init__(self, program, folder, accounts, access_seconds=3600):
        self.program = program
        home = pathlib.Path(tempfile.mkdtemp(dir="/dev/shm"))
        self.environment = {"PATH": os.environ["PATH"], "HOME": str(home), "TERM": "xterm-256color", "LANG": "C.UTF-8",
                            "GATEPOST_VAULT_KEY": "file"}
        words = [program, "sandbox", "--json", "--seed", "7"]
        self.sandbox = subprocess.Popen(words, stdout=subprocess.PIPE, text=True, env=self.environment)
        text = ""
        while "}" not in text:
            text += self.sandbox.stdout.readline()
        self.base = json.loads(text)["base_url"]
        self.environment["GATEPOST_ENDPOINTS"] = self.base
        post(f"{self.base}/sandbox/habits", {"access_life_seconds": access_seconds})
        config = home / ".config/gatepost/config.toml"
        config.parent.mkdir(parents=True)
        config.write_text(f"[refresh]\nconcurrency = {IN_FLIGHT}\n")
        client = json.loads(get(f"{self.base}/credentials.json"))["installed"]
        lines = [json.dumps(client)]
        for n in range(accounts):
            email = f"person{n:05}@example.com"
            order = {"email": email, "client": client["client_id"], "scopes": f"{MAIL} openid email"}
            lines.append(json.dumps(post(f"{self.base}/sandbox/issue", order)))
        words = ["cargo", "run", "--quiet", "--example", "crowd", "--", str(home), self.base]
        subprocess.run(words, input="\n".join(lines), text=True, check=True)
        shutil.copytree(home, folder, dirs_exist_ok=True)
        shutil.rmtree(home)
        self.environment["HOME"] = str(folder)

    def close(self):
        self.sandbox.terminate()


class Screen:
    def __init__(self, world):
        self.begun = time.monotonic()
        self.pid, self.tty = pty.fork()
        if self.pid == 0:
            os.execve(world.program, [world.program], world.environment)
        fcntl.ioctl(self.tty, termios.TIOCSWINSZ, struct.pack("HHHH", 32, 120, 0, 0))

    def read(self, seconds):
        ready, _, _ = select.select([self.tty], [], [], seconds)
        seen = os.read(self.tty, 65536) if ready else b""
        if b"\x1b[c" in seen:
            # As any terminal does that is asked for its colours and for what it is.
            os.write(self.tty, b"\x1b]10;rgb:e6e6/e6e6/e6e6\x07\x1b]11;rgb:1616/1818/1d1d\x07\x1b[?62;c")
        return seen

    def until(self, wanted, seconds=10):
        seen, end = b"", time.monotonic() + seconds
        while wanted not in seen and time.monotonic() < end:
            seen += self.read(0.5)
        return time.monotonic() if wanted in seen else None

    def quiet(self):
        """Until nothing came for a moment; something always ticks, so not for long."""
        end = time.monotonic() + 0.2
        while self.read(0.03) and time.monotonic() < end:
            pass

    def cost(self):
        """CPU seconds and context switches so far."""
        stat = pathlib.Path(f"/proc/{self.pid}/stat").read_text().rsplit(")", 1)[1].split()
        ticks = os.sysconf("SC_CLK_TCK")
        switches = 0
        for task in pathlib.Path(f"/proc/{self.pid}/task").iterdir():
            status = (task / "status").read_text()
            switches += int(status.split("voluntary_ctxt_switches:")[1].split()[0])
        return (int(stat[11]) + int(stat[12])) / ticks, switches

    def end(self):
        os.write(self.tty, b"q")
        end = time.monotonic() + 3
        while time.monotonic() < end and os.waitpid(self.pid, os.WNOHANG)[0] == 0:
            try:
                self.read(0.05)
            except OSError:
                pass
        else:
            return
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)


def first_frame(world, runs=20):
    times = []
    for _ in range(runs):
        screen = Screen(world)
        at = screen.until(b"person")
        times.append((at - screen.begun) * 1000)
        screen.end()
    print(f"exec to first frame with the vault opened: median {statistics.median(times):.1f} ms of {runs}")


def idle(world, seconds=30):
    """With fourteen accounts: whose seconds tick, or which have more than an hour left."""
    screen = Screen(world)
    screen.until(b"person")
    # For a minute the age of the last refresh is told in seconds.
    end = time.monotonic() + 65
    while time.monotonic() < end:
        screen.read(0.2)
    before, begun, count = screen.cost(), time.monotonic(), 0
    while time.monotonic() - begun < seconds:
        count += len(screen.read(0.5))
    after, took = screen.cost(), time.monotonic() - begun
    screen.end()
    cpu = (after[0] - before[0]) / took * 100
    print(
        f"idle over {took:.0f} s: {cpu:.3f} % of a core (in steps of {1 / took:.3f}), "
        f"{count / took:.0f} bytes/s, {(after[1] - before[1]) / took:.1f} wake-ups/s"
    )


def key_to_paint(world, keys=200):
    """From a key to the bytes that draw the cursor in its new row, while answers come and go."""
    slow = {"endpoint": "token", "kind": {"latency": {"ms": 2000}}}
    post(f"{world.base}/sandbox/fault", slow)
    screen = Screen(world)
    screen.until(b"person")
    for key in b"Ry":
        os.write(screen.tty, bytes([key]))
        time.sleep(0.5)
    screen.quiet()
    times = []
    for n in range(keys):
        begun = time.monotonic()
        os.write(screen.tty, b"j" if n % 2 == 0 else b"k")
        painted = screen.until(CURSOR, 2)
        times.append((painted - begun) * 1000 if painted else float("inf"))
        screen.quiet()
    log = json.loads(get(f"{world.base}/sandbox/requests"))
    post(f"{world.base}/sandbox/clear-faults", {})
    screen.end()
    times.sort()
    p99 = times[int(len(times) * 0.99) - 1]
    print(
        f"key to paint while {IN_FLIGHT} refreshes are in flight: median {statistics.median(times):.2f} ms, "
        f"99th percentile {p99:.2f} ms, worst {times[-1]:.2f} ms ({len(log)} requests in the log)"
    )


def main():
    program = os.path.abspath(sys.argv[1] if len(sys.argv) > 1 else "target/release/gatepost")
    crowd = int(sys.argv[2]) if len(sys.argv) > 2 else 10_000
    runs = (
        ("14 accounts, seconds tick", 14, 3600, (first_frame, idle)),
        ("14 accounts, nothing ticks", 14, 7200, (idle,)),
        (f"{crowd} accounts", crowd, 3600, (key_to_paint,)),
    )
    for name, accounts, access_seconds, tests in runs:
        with tempfile.TemporaryDirectory() as folder:
            world = World(program, pathlib.Path(folder), accounts, access_seconds)
            print(name, flush=True)
            try:
                for test in tests:
                    test(world)
            finally:
                world.close()


if __name__ == "__main__":
    main()
