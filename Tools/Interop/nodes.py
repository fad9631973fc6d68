"""Tests of running Argosy nodes with peers that others wrote: numbers 6 to 14 of the list of interop tests.

  nodes.py [NUMBER ...]

Number 8 needs a mode in which messages are signed; this network has none (design R13: StrictNoSign), and a signed
message is refused, which is what the test of that number shows.
"""
import signal
import sys
import time
import traceback

from running import Failed, Full, Network, Peer, batch, expect, message_id, rpc, until, varint

TESTS = []


def test(number, sentence):
    def note(body):
        TESTS.append((number, sentence, body))
        return body
    return note


def joined(network, node, *peers):
    """Connects raw peers to a node and subscribes them."""
    for peer in peers:
        peer.dial(node.address)
        peer.rpc(node.id, rpc(network.topic, join=True))
        peer.next("rpc", where=lambda event: event.get("subscriptions") == [[True, network.topic]])


def subscribed(network, node, *peers):
    """Connects peers with a router of their own to a node; waits until it is in their mesh."""
    for peer in peers:
        peer.dial(node.address)
        peer.next("peer", where=lambda event: event["id"] == node.id)
        until(20, "the mesh forms", lambda: node.id in peer.ask(f"mesh {network.topic}", "mesh")["peers"])


def messages(network, transaction):
    """Tells events with a message that holds a transaction."""
    return lambda event: transaction["bytes"] in (event["data"] or "")


def settled(network, transactions, before, amount=100):
    until(30, "the payment is settled", lambda: network.balance() == before + amount * transactions, 0.3)


# Number 6


@test(6, "A py peer on the transaction topic sees what a running devnet settles, once, under the same id")
def sees(network):
    peer = Peer.gossip("sees", network.topic)
    subscribed(network, network.nodes[0], peer)
    before = network.balance()
    payment = network.sign()
    network.nodes[1].submit(payment["bytes"])
    event = peer.next("message", where=messages(network, payment))
    expect(event["author"] is None and event["seqno"] is None and not event["signed"], "the message names nobody")
    expect(event["id"] == message_id(network.topic, bytes.fromhex(event["data"])).hex(), "the ids are equal")
    settled(network, 1, before)
    peer.none("message", 1, "it came once", messages(network, payment))


@test(6, "What a py peer publishes is settled by a running devnet")
def publishes(network):
    peer = Peer.gossip("publishes", network.topic)
    subscribed(network, network.nodes[0], peer)
    before = network.balance()
    peer.ask(f"pub {network.topic} {batch(network.sign()['bytes'], network.sign()['bytes']).hex()}", "published")
    settled(network, 2, before)


@test(6, "A message goes from a py peer through a node to another py peer, once")
def relayed_by_node(network):
    first, second = Peer.gossip("line-a", network.topic), Peer.gossip("line-b", network.topic)
    node = network.nodes[2]
    subscribed(network, node, first, second)
    before = network.balance()
    payment = network.sign()
    data = batch(payment["bytes"])
    first.ask(f"pub {network.topic} {data.hex()}", "published")
    event = second.next("message", where=messages(network, payment))
    expect(event["id"] == message_id(network.topic, data).hex(), "the ids are equal")
    settled(network, 1, before)
    second.none("message", 1, "it came once", messages(network, payment))
    expect(second.ask("copies", "copies")["copies"].get(event["id"]) == 1, "one copy came")


@test(6, "A message goes from a node through a py peer to another node, once", )
def relayed_by_py(network):
    left, right = network.full("line-left"), network.full("line-right")
    peer = Peer.gossip("line-middle", network.topic)
    subscribed(network, left, peer)
    subscribed(network, right, peer)
    payment = network.sign(sequence=1)
    left.submit(payment["bytes"])
    until(20, "the other node has it", lambda: right.status()["pending"] == 1)
    event = peer.next("message", where=messages(network, payment))
    expect(peer.ask("copies", "copies")["copies"].get(event["id"]) == 1, "no node sends it back")


# Number 7


@test(7, "IDONTWANT of a py peer for every message is tolerated, and stops the copy that it names")
def unwanted(network):
    peer = Peer("peer.py", "unwanted", "--mode", "anon", "--versions", "1.1.0,1.2.0", "--topic", network.topic)
    node = network.nodes[0]
    subscribed(network, node, peer)
    before = network.balance()
    # Its router says IDONTWANT for each of these, to the sender too.
    for _ in range(3):
        node.submit(network.sign()["bytes"])
    settled(network, 3, before)
    for _ in range(3):
        peer.next("message")
    expect(node.id in peer.ask(f"mesh {network.topic}", "mesh")["peers"], "it stays in the mesh")

    raw, source = Peer.raw("unwanted-raw", "--version", "1.2.0"), Peer.raw("unwanted-source")
    joined(network, node, raw, source)
    # Two batches of over a kilobyte; of one the peer says beforehand that it does not want it.
    filler = [network.sign()["bytes"] for _ in range(8)]
    named, other = batch(*filler[:4]), batch(*filler[4:])
    expect(min(len(named), len(other)) >= 1024, "the messages are above the threshold")
    raw.rpc(node.id, rpc(unwanted=[message_id(network.topic, named)]))
    time.sleep(0.3)
    source.rpc(node.id, rpc(network.topic, data=[named, other]))
    # To whom a message is not sent whole, it is announced.
    def brings(data):
        name = message_id(network.topic, data).hex()
        return lambda event: ([[network.topic], data.hex()] in event.get("messages", [])
                              or name in event.get("have", []))
    raw.next("rpc", where=brings(other))
    raw.none("rpc", 2, "the named one is neither sent nor announced", brings(named))
    settled(network, 11, before)


# Number 8


@test(8, "There is no signing mode: messages with an author are refused, and end the connection")
def signed(network):
    peer = Peer.raw("signed")
    node = network.nodes[0]
    joined(network, node, peer)
    for number in range(3):
        message = rpc(network.topic, data=[batch(bytes([number]))])
        message.publish[0].from_id = b"\x00" * 38
        message.publish[0].seqno = number.to_bytes(8, "big")
        peer.rpc(node.id, message)
    peer.next("gone", 10)


# Number 9


@test(9, "A node outside the mesh of a py peer gets the message by IHAVE and IWANT")
def fetched_by_node(network):
    peer = Peer.gossip("lazy", network.topic, "--lazy")
    peer.dial(network.nodes[3].address)
    peer.next("peer", where=lambda event: event["id"] == network.nodes[3].id)
    time.sleep(1)
    before = network.balance()
    peer.ask(f"pub {network.topic} {batch(network.sign()['bytes']).hex()}", "published")
    settled(network, 1, before)
    expect(peer.ask(f"mesh {network.topic}", "mesh")["peers"] == [], "nobody is in its mesh")


@test(9, "A py peer gets a node's message by IHAVE and IWANT, three times, and nothing for an unknown id")
def fetched_by_py(network):
    node = network.nodes[1]
    payment = network.sign()
    node.submit(payment["bytes"], wait=True)
    peer = Peer.raw("fetches")
    # Whoever joins is told of the node's own messages of the last two minutes.
    joined(network, node, peer)
    ids = peer.next("rpc", where=lambda event: "have" in event)["have"]
    wanted = message_id(network.topic, batch(payment["bytes"]))
    expect(wanted.hex() in ids, "the node announces its own messages")

    def answers(event):
        return any(payment["bytes"] in data for _, data in event.get("messages", []))
    for _ in range(3):
        peer.rpc(node.id, rpc(want=[wanted]))
        peer.next("rpc", where=answers)
    peer.rpc(node.id, rpc(want=[wanted]))
    peer.none("rpc", 2, "a fourth time gets no answer", answers)
    # Another that nobody has: the answer would have its id.
    unknown = rpc(want=[b"\x77" * 20])
    peer.rpc(node.id, unknown)
    peer.none("rpc", 2, "an unknown id gets no answer",
              lambda event: any(message_id(network.topic, bytes.fromhex(data)).hex() not in ids
                                for _, data in event.get("messages", [])))
    peer.none("gone", 0, "the connection stays")


@test(9, "A node that is told of a message asks another when the first withholds it (attack 63)")
def withheld(network):
    first, second = Peer.raw("withholds"), Peer.raw("has-it")
    node = network.nodes[2]
    joined(network, node, first, second)
    before = network.balance()
    data = batch(network.sign()["bytes"])
    name = message_id(network.topic, data)
    first.rpc(node.id, rpc(network.topic, have=[name]))
    first.next("rpc", where=lambda event: name.hex() in event.get("want", []))
    second.rpc(node.id, rpc(network.topic, have=[name]))
    second.next("rpc", 4, where=lambda event: name.hex() in event.get("want", []))
    second.rpc(node.id, rpc(network.topic, data=[data]))
    settled(network, 1, before)


# Number 10


@test(10, "A node that was pruned does not GRAFT before the backoff is over, and does then")
def backoff_of_node(network):
    peer = Peer.raw("prunes")
    node = network.nodes[0]
    joined(network, node, peer)
    peer.next("rpc", where=lambda event: network.topic in event.get("graft", []))
    peer.rpc(node.id, rpc(network.topic, prune=5))
    start = time.monotonic()
    peer.none("rpc", 5, "no GRAFT within the backoff", lambda event: "graft" in event)
    peer.next("rpc", 8, where=lambda event: network.topic in event.get("graft", []))
    expect(time.monotonic() - start >= 5, "the backoff was kept")


@test(10, "A GRAFT within the backoff is answered with PRUNE and counts against the peer")
def backoff_of_peer(network):
    peer = Peer.raw("grafts")
    node = network.nodes[0]
    joined(network, node, peer)
    peer.next("rpc", where=lambda event: network.topic in event.get("graft", []))
    peer.rpc(node.id, rpc(network.topic, prune=60))
    for _ in range(3):
        peer.rpc(node.id, rpc(network.topic, graft=True))
        pruned = peer.next("rpc", where=lambda event: "prune" in event)
        expect(pruned["prune"] == [[network.topic, 60]], "the PRUNE names a backoff of a minute")
    # Two faults each, as they came at once: the fourth crosses the line.
    peer.rpc(node.id, rpc(network.topic, graft=True))
    peer.next("gone", 10)


@test(10, "GRAFT of an unknown topic is ignored")
def unknown_topic(network):
    peer = Peer.raw("unknown")
    node = network.nodes[0]
    joined(network, node, peer)
    peer.next("rpc", where=lambda event: "graft" in event)
    for number in range(20):
        peer.rpc(node.id, rpc(f"/trade/none/{number}", join=True, graft=True))
    peer.none("rpc", 1.5, "nothing is answered", lambda event: "prune" in event or "graft" in event)
    peer.none("gone", 0, "the connection stays")


# Number 11


@test(11, "Three invalid messages end the connection; fifty known ones do not (attack 76)")
def verdicts(network):
    liar, bore = Peer.raw("liar"), Peer.raw("bore")
    node = network.nodes[1]
    joined(network, node, liar, bore)
    for number in range(2):
        liar.rpc(node.id, rpc(network.topic, data=[batch(bytes([number] * 40))]))
    liar.none("gone", 1, "two invalid messages are borne")
    liar.rpc(node.id, rpc(network.topic, data=[batch(b"\x05" * 40)]))
    liar.next("gone", 10)
    payment = network.sign()
    node.submit(payment["bytes"], wait=True)
    known = bytes.fromhex(payment["bytes"])
    for count in range(1, 51):
        bore.rpc(node.id, rpc(network.topic, data=[batch(*[known] * count)]))
    bore.none("gone", 2, "known messages cost nothing")


@test(11, "A payment with a wrong signature is rejected after one check, and three end the connection")
def forged(network):
    peer = Peer.raw("forges")
    node = network.nodes[2]
    joined(network, node, peer)
    before = network.balance()
    honest = bytes.fromhex(network.sign(sequence=network.sequence + 1)["bytes"])
    for number in range(3):
        wrong = bytearray(honest)
        wrong[-1 - number] ^= 1
        peer.rpc(node.id, rpc(network.topic, data=[batch(bytes(wrong))]))
    peer.next("gone", 15)
    expect(network.balance() == before, "nothing moved")


def main():
    chosen = {int(each) for each in sys.argv[1:]}
    import attacks, floods, spending  # noqa: E401, F401  (these add their tests, as does what they import)
    wanted = [each for each in TESTS if not chosen or each[0] in chosen]
    wanted.sort(key=lambda each: each[0])
    network, failed = Network(), 0
    try:
        for number, sentence, body in wanted:
            start = time.monotonic()
            try:
                body(network)
                mark, how = "✔", "passed"
            except (Failed, Exception) as error:  # noqa: B014
                mark, how, failed = "✘", "failed", failed + 1
                print(f"  {number}: {error!r}" if not isinstance(error, Failed) else f"  {number}: {error}")
                if not isinstance(error, Failed):
                    traceback.print_exc()
            print(f'{mark} Test "{number}: {sentence}" {how} after {time.monotonic() - start:.1f} seconds', flush=True)
            Peer.close_all()
            Full.close_all()
    finally:
        Peer.close_all()
        Full.close_all()
        network.close(keeps=failed > 0)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    sys.modules["nodes"] = sys.modules["__main__"]
    main()
