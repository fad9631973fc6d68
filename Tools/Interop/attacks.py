"""Rows 56, 58, 64, 69, 72 and 77 of the list of attacks, by a py peer on a running node whose memory is watched."""
import os
import time

from disturbances import GROWTH_MIB
from nodes import settled, test
from running import Failed, Peer, batch, expect, field, until, varint

CHANNELS = ("consensus", "status", "sync", "repair", "peers")


def sync(number, kind, body):
    """A frame of the sync channel: requests are 2 to 4, answers 5 to 7."""
    return field(1, number) + field(kind, body)


class Attacker:
    """A py peer that calls itself a full node of the network, and says what it likes."""

    def __init__(self, network, node, name, *options):
        self.prefix = f"/argosy/{network.chain[:8]}"
        self.node, self.peer = node, Peer.raw(name, "--serve", self.prefix, *options)
        self.peer.dial(node.address)

    def say(self, channel, frame, count=1):
        """Frames on the one stream of a channel; `False` when the node has ended the connection."""
        try:
            self.peer.send(f"say {self.node.id} {self.prefix}/{channel}/1 {frame.hex() or '-'} {count}")
            self.peer.next("sent", 60)
            return True
        except Failed:
            return False

    def hears(self, channel, seconds=10):
        event = self.peer.next("heard", seconds, where=lambda event: event["protocol"].endswith(f"/{channel}/1"))
        return bytes.fromhex(event["data"])

    def heard(self, channel):
        return [bytes.fromhex(event["data"]) for event in
                self.peer.seen("heard", lambda event: event["protocol"].endswith(f"/{channel}/1"))]

    def is_gone(self):
        return bool(self.peer.seen("gone"))

    def ends(self, sentence, seconds=15):
        until(seconds, sentence, self.is_gone)

    def close(self):
        self.peer.close()


class Watch:
    """The node stands, settles a payment, and has not grown, once the attack is over."""

    def __init__(self, network, node):
        self.network, self.node, self.payments = network, node, 1
        self.memory, self.before = node.memory, network.balance()

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        if kind:
            return
        start = time.monotonic()
        self.node.submit(self.network.sign()["bytes"], wait=True)
        expect(time.monotonic() - start < 10, "a payment waits less than ten seconds")
        settled(self.network, self.payments, self.before)
        grown = self.node.memory - self.memory
        expect(grown < GROWTH_MIB, f"memory grew by {grown:.0f} MiB")


@test(13, "A gigabyte that is announced on any channel ends connection or request before it is stored (attack 56)")
def announced_gigabyte(network):
    node = network.nodes[1]
    with Watch(network, node):
        for channel in CHANNELS + ("light",):
            attacker = Attacker(network, node, f"gigabyte-{channel}")
            opening = varint(1 << 30) + b"\x0a" * 1000
            attacker.peer.send(f"open {node.id} {attacker.prefix}/{channel}/1 {opening.hex()}")
            if channel == "light":
                # A request is a stream of its own, and only that is lost.
                attacker.peer.none("gone", 1, "the connection stays")
            else:
                attacker.ends(f"{channel}: the connection ends")
            attacker.close()


@test(13, "Requests for nothing, for everything and for no height that is are answered in bounds (attack 58)")
def extreme_requests(network):
    node = network.nodes[2]
    most, highest = 2 ** 32 - 1, 2 ** 64 - 1
    with Watch(network, node):
        attacker = Attacker(network, node, "extremes")
        requests = [
            (2, b""), (2, field(1, highest) + field(2, most)), (2, field(1, 1) + field(2, most)), (2, field(1, highest)),
            (3, b"\x01" * 32), (4, field(1, b"\x01" * 32)),
            (4, field(1, b"\x01" * 32) + b"".join(field(2, os.urandom(32)) for _ in range(8192))),
        ]
        for number, (kind, body) in enumerate(requests):
            expect(attacker.say("sync", sync(number + 1, kind, body)), "the node reads it")
        # What there is none of is answered with none.
        until(10, "requests are answered", lambda: len(attacker.heard("sync")) >= 4)
        for _ in range(20):
            attacker.say("sync", sync(99, 2, field(1, 1) + field(2, most)), 1_000)
        expect(not attacker.is_gone(), "the connection stays")
        # One more than may be named is no message.
        attacker.say("sync", sync(8, 4, field(1, b"\x01" * 32) + b"".join(field(2, b"\x02" * 32) for _ in range(8193))))
        attacker.ends("a list over its limit ends the connection")
        attacker.close()


@test(13, "Ids that begin alike, sketches and fetches without end do not hold up repair (attack 64)")
def alike_ids(network):
    node = network.nodes[3]
    with Watch(network, node):
        attacker = Attacker(network, node, "alike")
        alike = [b"\x07" * 24 + os.urandom(8) for _ in range(512)]
        fetch = field(3, b"".join(field(1, each) for each in alike))
        have = field(2, b"".join(field(1, each) for each in alike * 4))
        sketch = field(1, field(1, 7) + field(2, 9) + field(3, b"".join(varint(1 << 63) for _ in range(1024))))
        start = time.monotonic()
        for _ in range(20):
            attacker.say("repair", fetch, 20)
            attacker.say("repair", have, 20)
            attacker.say("repair", sketch, 20)
        seconds = time.monotonic() - start
        answers = len(attacker.heard("repair"))
        # One sketch and one fetch in 0.8 s, and the node's own questions.
        expect(answers <= 4 * (seconds + 3), f"{answers} answers in {seconds:.1f} s")
        attacker.close()


@test(13, "Whoever sends what is no message is let go, kept out, and leaves one line of log each (attack 69)")
def repeated_nonsense(network):
    node = network.full("nonsense", [network.nodes[0].address])
    until(20, "the node has peers", lambda: node.status()["peers"] >= 1)
    memory = node.memory
    for number in range(4):
        attacker = Attacker(network, node, f"nonsense-{number}")
        attacker.say("consensus", b"\xff" * 400)
        attacker.ends("it is let go")
        attacker.peer.forget()
        for _ in range(10):
            attacker.peer.send(f"dial {node.address}")
            attacker.peer.send(f"say {node.id} {attacker.prefix}/consensus/1 {'ff' * 400} 1")
        time.sleep(1)
        attacker.close()
    until(10, "the others stay", lambda: node.status()["peers"] >= 1)
    lines = [line for line in node.text().splitlines() if "peer dropped" in line]
    expect(1 <= len(lines) <= 8, f"{len(lines)} lines of four peers, forty tries")
    expect(node.memory - memory < GROWTH_MIB, "memory is flat")


@test(13, "Claims of heights that go up and down, empty and wrong answers: the peer goes, nobody waits (attack 72)")
def false_heights(network):
    node = network.full("catches-up", [network.nodes[0].address])
    height = network.nodes[0].status()["height"]
    until(30, "the node has caught up", lambda: node.status()["height"] >= height)
    chain = bytes.fromhex(network.chain)

    def status(claimed):
        return field(1, chain) + (field(3, claimed) if claimed else b"")

    with Watch(network, network.nodes[0]):
        memory = node.memory
        for name, answer in (("empty", b""), ("garbage", field(1, b"\x0a\x01\x00")), ("unproved", None)):
            attacker = Attacker(network, node, f"heights-{name}")
            asked, end = 0, time.monotonic() + 40
            while not attacker.is_gone() and time.monotonic() < end:
                attacker.say("status", status(1_000_000 if asked % 2 == 0 else 2))
                try:
                    request = attacker.hears("sync", 3)
                except Failed:
                    asked += 1
                    continue
                asked += 1
                number = request[1:2] if request[1] < 0x80 else request[1:3]
                if answer is None:
                    # Transactions, to a question for blocks.
                    data = batch(network.sign(sequence=network.sequence + 1)["bytes"])
                    attacker.say("sync", b"\x08" + number + field(7, data))
                else:
                    attacker.say("sync", b"\x08" + number + field(5, answer))
            expect(attacker.is_gone() or name == "unproved", f"{name}: the peer is let go")
            attacker.close()
    height = network.nodes[0].status()["height"]
    until(20, "the node follows the others", lambda: node.status()["height"] >= height)
    expect(node.memory - memory < GROWTH_MIB, "memory is flat")


@test(13, "Answers that nobody asked for, as large as they may be, are thrown away (attack 77)")
def unasked_answers(network):
    node = network.nodes[3]
    with Watch(network, node):
        attacker = Attacker(network, node, "unasked")
        one = network.sign(sequence=network.sequence + 1)["bytes"]
        many = batch(*[one] * 8192)
        for number in range(10):
            expect(attacker.say("sync", sync(number + 1, 7, many)), "the node reads it")
        delivery = field(4, b"".join(field(1, os.urandom(1000)) for _ in range(500)))
        for _ in range(20):
            attacker.say("repair", delivery)
        expect(not attacker.is_gone(), "they cost the peer nothing")
        attacker.say("sync", sync(1, 7, batch(*[one] * 8193)))
        attacker.ends("a list over its limit ends the connection")
        attacker.close()
