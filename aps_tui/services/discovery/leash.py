"""Runs a command that ends when whoever started it ends, in whatever way; run as a program, never imported.

Its standard input is a pipe that nobody writes to: it closes when the other end is closed or its process dies. The
kernel's own way, a death signal, is dropped for a program that has capabilities of its own, as nmap may have.
It leads its own process group, so that group is all there is to end.
"""

import os
import select
import signal
import sys


def main(command: list[str]) -> int:
    """Run the command until it ends or standard input does; the exit status."""
    ended, held = os.pipe()
    os.set_inheritable(held, True)
    nothing = (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0)
    pid = os.posix_spawn(command[0], command, os.environ, file_actions=[nothing])
    os.close(held)  # the command alone has it now, so it closes when the command ends
    if ended not in select.select([0, ended], [], [])[0]:
        os.killpg(0, signal.SIGKILL)
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    return code if code >= 0 else 128 - code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
