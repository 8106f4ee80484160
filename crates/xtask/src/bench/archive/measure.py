"""Runs commands one after another; tells what they took together, with all they left behind.

Input: JSON, {"env": {...}, "commands": [[word, ...], ...]}.
"""

import ctypes
import json
import os
import resource
import subprocess
import sys
import time

PR_SET_CHILD_SUBREAPER = 36

task = json.load(sys.stdin)
os.environ.update(task["env"])
# What a command leaves running in the background becomes a child of this program.
ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
began = time.monotonic()
each = []
for words in task["commands"]:
    at = time.monotonic()
    done = subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    each.append(time.monotonic() - at)
    if done.returncode != 0:
        sys.exit(f"{words}: {done.returncode}: {done.stdout}")
while True:
    try:
        os.wait()
    except ChildProcessError:
        break
seconds = time.monotonic() - began
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(json.dumps({
    "seconds": seconds,
    "cpu": used.ru_utime + used.ru_stime,
    "megabytes": used.ru_maxrss / 1000,
    "each": each,
}))
