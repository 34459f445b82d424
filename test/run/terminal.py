"""Runs a command at a terminal: terminal.py CONSOLE KEYS COMMAND ... types KEYS once CONSOLE holds "ready"."""

import fcntl
import os
import pty
import select
import struct
import sys
import termios

log, keys, command = sys.argv[1], sys.argv[2], sys.argv[3:]
pid, terminal = pty.fork()
if pid == 0:
    fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 100, 0, 0))
    os.execvp(command[0], command)

typed = keys == ""
while True:
    ready, _, _ = select.select([terminal], [], [], 0.05)
    if ready:
        try:
            shown = os.read(terminal, 65536)
        except OSError:
            break
        if not shown:
            break
        sys.stdout.buffer.write(shown)
    if not typed and b"ready" in open(log, "rb").read():
        os.write(terminal, keys.encode())
        typed = True
os.waitpid(pid, 0)
