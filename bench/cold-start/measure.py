#!/usr/bin/python3
"""Measures cold starts by turns: from the start of a process to the first 200 it answers.

measure.py ROUNDS NAME=COMMAND...: {port} in a command becomes a free port. One line for each variant:
name, median wall ms, lowest, highest, median CPU ms (user and system, all threads), median resident MB; tabs between.
"""
import http.client
import os
import shlex
import signal
import socket
import statistics
import subprocess
import sys
import time

DEADLINE_SECONDS = 60
PATH = "/prediction/10"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def answers(port):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", PATH)
        response = connection.getresponse()
        body = response.read()
        if response.status != 200:
            raise SystemExit(f"GET {PATH}: status {response.status} (expected: 200): {body[:200]!r}")
        return True
    except (ConnectionRefusedError, ConnectionResetError):
        return False
    finally:
        connection.close()


def cpu_ms(pid):
    with open(f"/proc/{pid}/stat") as stat:
        fields = stat.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) * 1000 / os.sysconf("SC_CLK_TCK")


def resident_mb(pid):
    with open(f"/proc/{pid}/status") as status:
        return next(int(line.split()[1]) / 1024 for line in status if line.startswith("VmRSS:"))


def start(command):
    port = free_port()
    arguments = shlex.split(command.replace("{port}", str(port)))
    begin = time.monotonic()
    process = subprocess.Popen(arguments, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    try:
        while not answers(port):
            if process.poll() is not None:
                raise SystemExit(f"{command}: ended with {process.returncode}: {process.stderr.read().decode()}")
            if time.monotonic() - begin > DEADLINE_SECONDS:
                raise SystemExit(f"{command}: no answer after {DEADLINE_SECONDS} s")
            time.sleep(0.002)
        wall = (time.monotonic() - begin) * 1000
        return wall, cpu_ms(process.pid), resident_mb(process.pid)
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        try:
            process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            process.kill()
        process.stderr.close()


def main():
    rounds = int(sys.argv[1])
    variants = [argument.split("=", 1) for argument in sys.argv[2:]]
    taken = {name: [] for name, _ in variants}
    for name, command in variants:
        start(command)  # not counted: files come into the page cache
    for turn in range(rounds):
        for name, command in variants if turn % 2 == 0 else reversed(variants):
            taken[name].append(start(command))
    for name, _ in variants:
        wall, cpu, resident = zip(*taken[name])
        print(
            f"{name}\t{statistics.median(wall):.0f}\t{min(wall):.0f}\t{max(wall):.0f}"
            f"\t{statistics.median(cpu):.0f}\t{statistics.median(resident):.0f}"
        )


main()
