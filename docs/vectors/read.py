#!/usr/bin/env python3
"""Reads the newest records of a lanekeeper segment, as docs/shared-memory.md describes them, and prints them as JSON.

    read.py [--count N] [--kind N] /dev/shm/NAME

Needs nothing but the standard library. To be read as an example, and used to test the description: Python has no memory
barriers, so no vehicle should be steered with it.
"""

import argparse
import hashlib
import json
import math
import mmap
import os
import pwd
import stat
import struct
import sys
import time

MAGIC = b"LANESHM\n"
VERSION = 1
HEADER_BYTES = 4096
SLOT_HEADER_BYTES = 64
MIN_SLOTS = 4
TRIES = 32
LOOK_EVERY_S = 0.05

KIND_FRAME, KIND_DETECTION = 1, 2


class Refused(Exception):
    """Why there is no record: the word in docs/vectors/vectors.json."""


class Segment:
    """A segment, mapped read-only."""

    def __init__(self, path, kind=0):
        self.path = path
        try:
            fd = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK)
        except FileNotFoundError:
            raise Refused("no segment") from None
        try:
            self.stat = os.fstat(fd)
            self._trust()
            self._parse(os.pread(fd, HEADER_BYTES, 0), kind)
            self.map = mmap.mmap(fd, self.stat.st_size, mmap.MAP_SHARED, mmap.PROT_READ)
        finally:
            os.close(fd)

    def _trust(self):
        trusted = {0, os.geteuid()}
        try:
            trusted.add(pwd.getpwnam("lanekeeper").pw_uid)
        except KeyError:
            pass
        mode = self.stat.st_mode
        if not stat.S_ISREG(mode) or mode & 0o022 or self.stat.st_uid not in trusted:
            raise Refused("foreign")

    def _parse(self, page, kind):
        if page[:8] != MAGIC:
            raise Refused("foreign")
        if len(page) < HEADER_BYTES:
            raise Refused("truncated")
        version, header_bytes, self.kind, self.slots = struct.unpack_from("<IIII", page, 8)
        if version != VERSION:
            raise Refused("version")
        self.stride, self.payload_bytes, self.epoch = struct.unpack_from("<QQQ", page, 24)
        (self.owner_pid,) = struct.unpack_from("<I", page, 48)
        (self.created_ns,) = struct.unpack_from("<q", page, 56)
        if (header_bytes != HEADER_BYTES or self.slots < MIN_SLOTS or self.stride % 64 or self.payload_bytes < 1
                or self.stride < SLOT_HEADER_BYTES + self.payload_bytes):
            raise Refused("foreign")
        if self.stat.st_size != HEADER_BYTES + self.slots * self.stride:
            raise Refused("truncated")
        if kind and self.kind != kind:
            raise Refused("kind")

    def u64(self, offset):
        return struct.unpack_from("<Q", self.map, offset)[0]

    def closed(self):
        return struct.unpack_from("<I", self.map, 140)[0] != 0

    def current(self):
        """Whether the name still leads here, to the whole file."""
        try:
            now = os.lstat(self.path)
        except FileNotFoundError:
            return False
        return (now.st_dev, now.st_ino, now.st_size) == (self.stat.st_dev, self.stat.st_ino, self.stat.st_size)

    def newest(self):
        """The newest record: its number, its time, and a copy of its payload."""
        if self.closed():
            raise Refused("closed")
        for _ in range(TRIES):
            n = self.u64(128)
            if n == 0:
                raise Refused("no record")
            slot = HEADER_BYTES + n % self.slots * self.stride
            if self.u64(slot) != 2 * n:
                continue
            length, publish_ns = struct.unpack_from("<Qq", self.map, slot + 8)
            begin = slot + SLOT_HEADER_BYTES
            payload = self.map[begin:begin + min(length, self.payload_bytes)]
            if self.u64(slot) == 2 * n:
                return n, publish_ns, payload
        raise Refused("overrun")

    def close(self):
        self.map.close()


def known(value):
    return None if math.isnan(value) else value


def decode_frame(payload):
    keys = ("frame_id", "timestamp", "width", "height", "channels", "ready", "pixel_format", "stride", "data_bytes", "flags",
            "capture_ns", "source_ns", "source_id")
    frame = dict(zip(keys, struct.unpack_from("<qdiiiiIIIIqqQ", payload)))
    pixels = payload[128:128 + frame["data_bytes"]]
    frame["pixels_sha256"] = hashlib.sha256(pixels).hexdigest()
    return frame


def decode_detection(payload):
    head = struct.unpack_from("<qddiii4x", payload)
    keys = ("frame_id", "timestamp", "processing_time_ms", "has_left_lane", "has_right_lane", "ready")
    detection = dict(zip(keys, head))
    detection["left_lane"] = list(struct.unpack_from("<iiiid", payload, 40))
    detection["right_lane"] = list(struct.unpack_from("<iiiid", payload, 64))
    keys = ("capture_ns", "source_ns", "source_id", "method", "flags", "width", "height")
    detection.update(zip(keys, struct.unpack_from("<qqQIIii", payload, 88)))
    keys = ("offset_m", "heading_rad", "curvature_per_m", "lane_width_m")
    detection.update(zip(keys, map(known, struct.unpack_from("<dddd", payload, 128))))
    (detection["departure"],) = struct.unpack_from("<I", payload, 160)
    return detection


def describe(segment, n, publish_ns, payload):
    out = {
        "header": {
            "kind": segment.kind, "slots": segment.slots, "stride": segment.stride, "payload_bytes": segment.payload_bytes,
            "epoch": "%016x" % segment.epoch, "owner_pid": segment.owner_pid, "created_ns": str(segment.created_ns),
        },
        "record": {"n": n, "publish_ns": publish_ns, "length": len(payload), "sha256": hashlib.sha256(payload).hexdigest()},
    }
    if segment.kind == KIND_FRAME:
        out["record"]["frame"] = decode_frame(payload)
    elif segment.kind == KIND_DETECTION:
        out["record"]["detection"] = decode_detection(payload)
    return out


def follow(path, count, kind):
    """Prints count records, each newer than the one before, from whatever segment has the name."""
    segment, last, looked = None, 0, 0.0
    while count:
        try:
            if segment is None:
                segment, last, looked = Segment(path, kind), 0, time.monotonic()
            n, publish_ns, payload = segment.newest()
        except Refused as why:
            if segment is not None and str(why) == "closed":
                segment.close()
                segment = None
            elif str(why) not in ("no segment", "no record", "overrun"):
                raise
            n = last
            time.sleep(0.001)
        if n != last:
            print(json.dumps(describe(segment, n, publish_ns, payload)), flush=True)
            last, count = n, count - 1
        elif segment is not None and time.monotonic() - looked > LOOK_EVERY_S:
            looked = time.monotonic()
            if not segment.current():
                segment.close()
                segment = None


def main():
    parser = argparse.ArgumentParser(description="Prints the newest record of a lanekeeper segment as JSON.")
    parser.add_argument("path")
    parser.add_argument("--count", type=int, default=0, help="wait for that many records, one line each")
    parser.add_argument("--kind", type=int, default=0, help="refuse other kinds: 1 frame, 2 detection, 3 command")
    args = parser.parse_args()
    try:
        if args.count:
            follow(args.path, args.count, args.kind)
        else:
            segment = Segment(args.path, args.kind)
            print(json.dumps(describe(segment, *segment.newest())))
    except Refused as why:
        print(json.dumps({"result": str(why)}))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
