"""A viewer as others write it, with Debian's python3-zmq, for the tests. What it saw goes out as one line of JSON."""
import json
import sys
import time

import zmq

PATIENCE = 50  # s; it only ends what fails


def subscribe(address, topics, curve=None):
    s = zmq.Context.instance().socket(zmq.SUB)
    s.setsockopt(zmq.RCVHWM, 2)
    s.setsockopt(zmq.RCVBUF, 32768)
    s.setsockopt(zmq.LINGER, 0)
    if curve:
        s.curve_serverkey, s.curve_publickey, s.curve_secretkey = (k.encode() for k in curve)
    s.connect(address)
    for t in topics:
        s.setsockopt_string(zmq.SUBSCRIBE, t)
    return s


def strict(address, count):
    """The strict topics, unpacked as strictly: the sets of keys that they came with, and what is wrong with them."""
    s = subscribe(address, ("frame", "detection", "state"))
    seen, wrong = {}, []
    deadline = time.monotonic() + PATIENCE
    while min([len(seen.get(t, ())) for t in ("frame", "detection", "state")]) < count and time.monotonic() < deadline:
        if not s.poll(1000):
            continue
        topic, text, *more = s.recv_multipart()
        topic, m = topic.decode(), json.loads(text)
        seen.setdefault(topic, []).append(sorted(m))
        if topic == "frame":
            if len(more) != 1 or len(more[0]) != m["jpeg_size"] or more[0][:2] != b"\xff\xd8" or more[0][-2:] != b"\xff\xd9":
                wrong.append("a frame without its picture")
            if not (isinstance(m["timestamp"], float) and abs(time.time() - m["timestamp"]) < 60):
                wrong.append("timestamp %r" % m["timestamp"])
        elif more:
            wrong.append("%d parts of %s" % (2 + len(more), topic))
        if topic == "detection":
            for lane in (m["left_lane"], m["right_lane"]):
                if lane is not None and sorted(lane) != ["confidence", "x1", "x2", "y1", "y2"]:
                    wrong.append("a lane with %s" % sorted(lane))
    return {"keys": {t: sorted({" ".join(k) for k in keys}) for t, keys in seen.items()}, "wrong": wrong[:5]}


def known(address, server, public, secret, count):
    """How many messages come to a known key, an unknown one, none, and one that takes another server for ours."""
    other = [k.decode() for k in zmq.curve_keypair()]
    sockets = {
        "known": subscribe(address, ("",), (server, public, secret)),
        "unknown": subscribe(address, ("",), (server, *other)),
        "none": subscribe(address, ("",)),
        "wrong server": subscribe(address, ("",), (other[0], public, secret)),
    }
    got = dict.fromkeys(sockets, 0)
    deadline = time.monotonic() + PATIENCE
    while got["known"] < count and time.monotonic() < deadline:
        for name, s in sockets.items():
            if s.poll(10):
                s.recv_multipart()
                got[name] += 1
    return got


def stalled(address, stall):
    """How many old frames a viewer reads that stood still, before it reads one that was captured afterwards."""
    s = subscribe(address, ("frame",))
    if not s.poll(PATIENCE * 1000):
        return {"old": -1}
    size = len(s.recv_multipart()[2])
    time.sleep(stall)  # this is the stall
    began, old = time.time(), 0
    while s.poll(PATIENCE * 1000):
        if json.loads(s.recv_multipart()[1])["timestamp"] >= began:
            return {"old": old, "bytes": size}
        old += 1
    return {"old": -1}


def watch(address, viewers, seconds):
    """So many viewers read all that comes."""
    sockets = [subscribe(address, ("",)) for _ in range(viewers)]
    deadline, n = time.monotonic() + seconds, 0
    while time.monotonic() < deadline:
        for s in sockets:
            if s.poll(0 if viewers > 1 else 20):
                s.recv_multipart()
                n += 1
        if viewers > 1:
            time.sleep(0.002)
    return {"messages": n}


def flood(address, seconds):
    """Subscribes to nonsense, again and again."""
    deadline, n = time.monotonic() + seconds, 0
    s = subscribe(address, ())
    while time.monotonic() < deadline:
        s.setsockopt_string(zmq.SUBSCRIBE, "nonsense %d" % n)
        n += 1
    return {"subscriptions": n}


if __name__ == "__main__":
    job = {"strict": strict, "known": known, "stalled": stalled, "watch": watch, "flood": flood}[sys.argv[1]]
    print(json.dumps(job(*(json.loads(a) for a in sys.argv[2:]))))
