"""Runs a program where there is no network: in a namespace of its own, without interfaces.

usage: no_network.py [--loopback] [--must-fail TEST] PROGRAM [ARG...]

Whatever the program sends anywhere then fails, and its tests with it. --loopback leaves 127.0.0.1. Where namespaces are not
allowed the program runs as it is, except with --must-fail, which shows that the run would notice, by a test that reaches
out: that is skipped (77).
"""

import argparse
import ctypes
import fcntl
import os
import re
import socket
import struct
import subprocess
import sys

CLONE_NEWUSER = 0x10000000
CLONE_NEWNET = 0x40000000
SIOCGIFFLAGS, SIOCSIFFLAGS, IFF_UP = 0x8913, 0x8914, 1


def leave_network():
    """Whether it worked: as root, or as anybody in a namespace of users."""
    libc = ctypes.CDLL(None, use_errno=True)
    return libc.unshare(CLONE_NEWNET) == 0 or libc.unshare(CLONE_NEWUSER | CLONE_NEWNET) == 0


def interfaces_up():
    names = [name for _, name in socket.if_nameindex()]
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        flags = {
            name: struct.unpack("16xH", fcntl.ioctl(any_socket, SIOCGIFFLAGS, struct.pack("16sH", name.encode(), 0)))[0]
            for name in names
        }
    return [name for name in names if flags[name] & IFF_UP]


def raise_loopback():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, SIOCSIFFLAGS, struct.pack("16sH", b"lo", IFF_UP))


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("--loopback", action="store_true")
    parser.add_argument("--must-fail", metavar="TEST")
    parser.add_argument("command", nargs=argparse.REMAINDER)
    options = parser.parse_args()

    if leave_network():
        if interfaces_up():
            sys.exit(f"no_network: there still is {interfaces_up()}")
        if options.loopback:
            raise_loopback()
    elif options.must_fail:
        print("skipped: this machine allows no namespaces of the network")
        sys.exit(77)
    else:
        print("no_network: this machine allows no namespaces: run with what network there is", flush=True)
    if not options.must_fail:
        os.execv(options.command[0], options.command)
    result = subprocess.run(options.command, check=False, stdout=subprocess.PIPE, text=True)
    print(result.stdout)
    failed = re.findall(r"^\[  FAILED  \] (\S+) \(", result.stdout, re.MULTILINE)
    if result.returncode == 0 or failed != [options.must_fail]:
        sys.exit(f"no_network: {options.must_fail} should have failed, alone; {failed} did")


if __name__ == "__main__":
    main()
