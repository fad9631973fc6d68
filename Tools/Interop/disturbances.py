"""Numbers 3 and 12 to 14 of the list of interop tests: peers that break off, flood, or are many."""
import os
import signal
import socket
import threading
import time

from nodes import joined, messages, settled, subscribed, test
from running import Failed, Peer, batch, expect, free_port, message_id, rpc, until, varint

# What an attack may add to the memory of a node.
GROWTH_MIB = 48


class Meddler:
    """A TCP proxy that changes one byte of one direction, the so many-th that passes."""

    def __init__(self, target, place, of_dialer):
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.target, self.place, self.of_dialer = target, place, of_dialer
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        while True:
            try:
                near, _ = self.listener.accept()
            except OSError:
                return
            far = socket.create_connection(self.target)
            threading.Thread(target=self._copy, args=(near, far, self.of_dialer), daemon=True).start()
            threading.Thread(target=self._copy, args=(far, near, not self.of_dialer), daemon=True).start()

    def _copy(self, source, sink, meddles):
        passed = 0
        try:
            while part := source.recv(65536):
                part = bytearray(part)
                if meddles and passed <= self.place < passed + len(part):
                    part[self.place - passed] ^= 0x40
                passed += len(part)
                sink.sendall(part)
        except OSError:
            pass
        for end in (source, sink):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def close(self):
        self.listener.close()


def endpoint(address):
    parts = address.split("/")
    return parts[2], int(parts[4])


# Number 3, with a running node


@test(3, "A byte changed in any message of the handshake ends it, whoever dials")
def meddled(network):
    node = network.nodes[0]
    peer = Peer.gossip("meddled", network.topic)
    # Of the dialer: its opening, the first message, the third. Of the listener: its opening and the second.
    for of_dialer, places in ((True, (5, 40, 60, 120, 200)), (False, (5, 45, 90, 150, 230))):
        for place in places:
            meddler = Meddler(endpoint(node.address), place, of_dialer)
            peer.send(f"dial /ip4/127.0.0.1/tcp/{meddler.port}/p2p/{node.id}")
            peer.next("dial-failed", 30)
            meddler.close()
    meddler = Meddler(endpoint(peer.address), 120, False)
    full = network.full("meddled", [f"/ip4/127.0.0.1/tcp/{meddler.port}/p2p/{peer.id}"])
    time.sleep(2)
    expect(full.status()["peers"] == 0, "nor does our dialer take it")
    meddler.close()
    Peer.gossip("unmeddled", network.topic).dial(node.address)


@test(3, "An identity that is not proved by its signature ends the handshake, whoever dials")
def unproved(network):
    node, peers = network.nodes[0], []
    for kind in ("another", "replayed", "flipped", "missing"):
        peers.append(Peer.raw(f"unproved-{kind}", "--unproved", kind))
        peers[-1].send(f"dial {node.address}")
    full = network.full("unproved", [peer.address for peer in peers])
    time.sleep(3)
    expect(full.status()["peers"] == 0, "our dialer takes none of them")

    def listed(at):
        return {peer["peer"] for peer in at.control().ask("peers")}
    expect(not listed(node) & {peer.id for peer in peers}, "nor does our listener")
    honest = Peer.raw("proved")
    honest.dial(node.address)
    until(5, "an honest one is taken", lambda: honest.id in listed(node))


@test(3, "A handshake that stalls, and frames that are too short or too long, end by themselves (attack 55)")
def stalled(network):
    where = endpoint(network.nodes[0].address)
    opening = b"\x13/multistream/1.0.0\n\x07/noise\n"
    cases = {
        "nothing": b"", "half an opening": opening[:9], "no Noise": opening,
        "a short frame": opening + b"\x00\x05hello", "a frame never finished": opening + b"\xff\xff" + b"\x01" * 400,
        "an endless line": b"\xff\xff\xff\xff\x0f", "a long line": b"\x80\x10" + b"a" * 2048,
        "endless proposals": b"\x13/multistream/1.0.0\n" + b"\x05/abc\n" * 200,
    }
    sockets = {}
    for name, bytes_ in cases.items():
        sockets[name] = socket.create_connection(where)
        sockets[name].sendall(bytes_)
    end = time.monotonic() + 12
    for name, each in sockets.items():
        each.settimeout(max(0.1, end - time.monotonic()))
        try:
            while each.recv(4096):
                pass
        except ConnectionError:
            pass
        except TimeoutError:
            raise Failed(f"{name}: the node keeps the socket")


# Number 12


@test(12, "A peer killed in the middle of a message leaves the others undisturbed, and is dialled again")
def killed(network):
    port = free_port()
    peer = Peer.gossip("killed", network.topic, "--port", str(port))
    full = network.full("redials", [peer.address])
    until(20, "the node has dialled it", lambda: full.status()["peers"] == 1)
    raw = Peer.raw("half-sent")
    raw.dial(full.address)
    raw.send(f"open {full.id} /meshsub/1.1.0 {(varint(500_000) + b'x' * 1000).hex()}")
    raw.next("sent")
    peer.signal(signal.SIGKILL)
    raw.signal(signal.SIGKILL)
    until(10, "both are gone", lambda: full.status()["peers"] == 0)
    full.submit(network.sign(sequence=1)["bytes"])
    again = Peer.gossip("killed", network.topic, "--port", str(port))
    expect(again.id == peer.id, "it is the same peer")
    until(20, "the node has dialled it again", lambda: full.status()["peers"] == 1)
    # What was published meanwhile is announced to it.
    until(20, "it gets what it missed", lambda: again.seen("message"))


@test(12, "A peer that stops reading for 30 s costs a bounded queue, disturbs nobody, and is let go")
def stopped(network):
    node = network.nodes[0]
    frozen, lively = Peer.gossip("frozen", network.topic), Peer.gossip("lively", network.topic)
    source = Peer.raw("fills")
    subscribed(network, node, frozen, lively)
    joined(network, node, source)
    before, memory = network.balance(), node.memory
    frozen.signal(signal.SIGSTOP)
    payments, start, count = 0, time.monotonic(), 0
    while time.monotonic() - start < 30:
        payment = network.sign()
        node.submit(payment["bytes"])
        payments += 1
        lively.next("message", where=messages(network, payment))
        # Asks again and again for all that there is; the answers are as large as the requests allow.
        source.rpc(node.id, rpc(network.topic, have=[os.urandom(20) for _ in range(500)]))
        count += 1
        time.sleep(1)
    settled(network, payments, before)
    expect(node.memory - memory < GROWTH_MIB, f"memory grew from {memory:.0f} to {node.memory:.0f} MiB")
    frozen.signal(signal.SIGCONT)
    frozen.next("gone", 20)
    frozen.dial(node.address)
    payment = network.sign()
    node.submit(payment["bytes"])
    frozen.next("message", where=messages(network, payment))


# Number 13


@test(13, "Floods of a peer change nothing: memory stays flat, and the network goes on (attacks 57, 59, 60)")
def floods(network):
    node, topic = network.nodes[0], network.topic
    memory, before = node.memory, network.balance()

    def flood(name, attack, ends=None):
        """`ends`: whether the node must let the peer go, or must not; None when both are right."""
        start, peer = time.monotonic(), Peer.raw(name)
        joined(network, node, peer)
        try:
            attack(peer)
        except Failed as failure:
            expect(ends is not False, f"{name}: the peer could not go on: {failure}")
            until(5, f"{name}: the connection is over", lambda: peer.seen("gone"))
        if ends and not peer.seen("gone"):
            peer.next("gone", 20)
        elif ends is False:
            peer.none("gone", 0.5, f"{name}: the connection stays")
        peer.close()
        expect(node.is_up(), f"{name}: the node stands")
        print(f"  13: {name}, {time.monotonic() - start:.1f} s, {node.memory:.0f} MiB", flush=True)

    subscriptions = rpc()
    for number in range(10_000):
        subscriptions.subscriptions.add(subscribe=True, topicid=f"/trade/none/{number}")
    flood("subscriptions", lambda peer: peer.rpc(node.id, subscriptions, 20), ends=False)
    known = rpc()
    for number in range(10_000):
        known.subscriptions.add(subscribe=number % 2 == 0, topicid=topic)
    flood("same-topic", lambda peer: peer.rpc(node.id, known, 20), ends=True)
    ids = [os.urandom(20) for _ in range(47_000)]
    flood("have", lambda peer: peer.rpc(node.id, rpc(topic, have=ids), 20), ends=True)
    flood("want", lambda peer: peer.rpc(node.id, rpc(want=ids), 20), ends=True)
    few = [os.urandom(20) for _ in range(2_500)]
    flood("wants", lambda peer: peer.rpc(node.id, rpc(want=few), 150))
    flood("haves", lambda peer: peer.rpc(node.id, rpc(topic, have=few), 150))
    flood("unwanted", lambda peer: peer.rpc(node.id, rpc(unwanted=few[:100]), 1200), ends=False)
    flood("backoff", lambda peer: peer.rpc(node.id, rpc(topic, prune=2 ** 64 - 1), 50), ends=False)
    unknown = b"\xfa\x3f" + varint(1000) + b"u" * 1000
    flood("unknown", lambda peer: peer.rpc(node.id, unknown * 100, 50), ends=False)
    flood("zero-length-data", lambda peer: peer.rpc(node.id, rpc(topic, data=[b""] * 1000), 3))
    flood("empty-frames", lambda peer: peer.rpc(node.id, b"", 8_000), ends=False)
    flood("updates", lambda peer: peer.ask(f"tiny {node.id} 100000", "tiny", 60), ends=False)
    flood("no-protobuf", lambda peer: peer.rpc(node.id, b"\xff" * 100), ends=True)
    too_long = varint(2 << 20) + b"x" * 100
    flood("too-long", lambda peer: (peer.send(f"open {node.id} /meshsub/1.1.0 {too_long.hex()}"),
                                    peer.next("sent")), ends=True)
    time.sleep(1)
    expect(node.memory - memory < GROWTH_MIB, f"memory grew from {memory:.0f} to {node.memory:.0f} MiB")
    node.submit(network.sign()["bytes"], wait=True)
    settled(network, 1, before)


@test(13, "Copies of one message without end do not hold up payments, nor come out again (attacks 66, 67)")
def copies(network):
    node, before = network.nodes[0], network.balance()
    payment = network.sign()
    node.submit(payment["bytes"], wait=True)
    flooder, other, memory = Peer.raw("copies"), Peer.raw("beside"), node.memory
    joined(network, node, flooder, other)
    # As large as a batch may be, of a transaction that is final: no reason to blame anybody.
    data = batch(*[bytes.fromhex(payment["bytes"])] * (60_000 // (len(payment["bytes"]) // 2 + 3)))
    frame = rpc(network.topic, data=[data]).SerializeToString()
    flooder.send(f"repeat {node.id} {frame.hex()} 1500")
    for count in range(5):
        start = time.monotonic()
        node.submit(network.sign()["bytes"], wait=True)
        expect(time.monotonic() - start < 10, "a payment waits less than ten seconds")
    flooder.next("sent", 60)
    settled(network, 6, before)
    expect(node.memory - memory < GROWTH_MIB, f"memory grew from {memory:.0f} to {node.memory:.0f} MiB")
    expect(not other.seen("rpc", lambda event: [[network.topic], data.hex()] in event.get("messages", [])),
           "what nobody needs is not passed on")


# Number 14


@test(14, "In a network of 20 nodes and 2 py peers every transaction comes everywhere")
def everywhere(network):
    nodes = []
    for number in range(20):
        nodes.append(network.full(f"crowd-{number}", [node.address for node in nodes[-3:]]))
    first, second = Peer.gossip("crowd-a", network.topic), Peer.gossip("crowd-b", network.topic)
    # The nodes know of each other and dial; one whose mesh is full may refuse a GRAFT, as it should. So a peer
    # needs some node in its mesh, not a certain one.
    for peer, indexes in ((first, (4, 9)), (second, (15, 9))):
        for index in indexes:
            peer.dial(nodes[index].address)
            peer.next("peer", where=lambda event, index=index: event["id"] == nodes[index].id)
    for peer in (first, second):
        until(20, "some mesh forms", lambda: peer.ask(f"mesh {network.topic}", "mesh")["peers"])
    payments = [network.sign(sequence=number + 1) for number in range(14)]
    for number, payment in enumerate(payments[:12]):
        nodes[number * 5 % 20].submit(payment["bytes"])
    for number, peer in ((12, first), (13, second)):
        peer.ask(f"pub {network.topic} {batch(payments[number]['bytes']).hex()}", "published")
    for number, node in enumerate(nodes):
        until(60, f"node {number} has all", lambda: node.status()["pending"] == len(payments), 0.3)
    for peer in (first, second):
        for payment in payments:
            peer.next("message", where=messages(network, payment))
    totals = [peer.ask("copies", "copies")["copies"] for peer in (first, second)]
    copies = sum(sum(each.values()) for each in totals) / sum(len(each) for each in totals)
    print(f"  14: a py peer got {copies:.2f} copies of a message on average")
    counts = [node.gossip() for node in nodes]
    received, duplicates = sum(each["received"] for each in counts), sum(each["duplicates"] for each in counts)
    print(f"  14: a node got {(received + duplicates) / received:.2f} copies of a message on average")
