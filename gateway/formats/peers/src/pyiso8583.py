"""Reads a message from standard input, then reads and writes it for some seconds with pyiso8583.

Prints messages a second, or what is wrong.
"""

import copy
import sys
import time

import iso8583
from iso8583.specs import default_ascii


def main() -> None:
    sent = sys.stdin.buffer.read()
    seconds = float(sys.argv[1])
    # The same bytes for everybody: eight bytes of bitmap.
    spec = copy.deepcopy(default_ascii)
    spec["p"].update(data_enc="b", max_len=8)
    spec["1"].update(data_enc="b", max_len=8)
    decoded, _ = iso8583.decode(sent, spec)
    written, _ = iso8583.encode(decoded, spec)
    if bytes(written) != sent:
        print("writes other bytes than it read")
        return
    done = 0
    start = time.perf_counter()
    while time.perf_counter() - start < seconds:
        for _ in range(100):
            decoded, _ = iso8583.decode(sent, spec)
            iso8583.encode(decoded, spec)
        done += 100
    print(done / (time.perf_counter() - start))


main()
