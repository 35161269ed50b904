"""Replace this process by a command that is killed as soon as the process that started it is gone.

`python tether.py PARENT_PID COMMAND ...`. On Linux the kernel is asked to do the killing (PR_SET_PDEATHSIG), because
only that holds when the parent dies of kill -9; it survives the exec, costs no process, and needs no code between fork
and exec of a program with threads. Elsewhere nothing is asked, and the pid files clean up at the next start.
The signal is SIGKILL: a stopped (SIGSTOP) child obeys nothing less, and every child is built to survive it.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1  # <sys/prctl.h>


def main() -> None:
    """Tie, look whether the parent died meanwhile, and become the command."""
    parent, command = int(sys.argv[1]), sys.argv[2:]
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            sys.exit("The process that started this one is gone.")
    os.execv(command[0], command)  # noqa: S606 - no shell is wanted


if __name__ == "__main__":
    main()
