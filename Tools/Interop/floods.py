"""Rows 55, 57, 59, 61, 62, 65, 67 and 68 of the list of attacks: what a peer may make a running node keep."""
import json
import os
import signal
import socket
import time

from attacks import Attacker, Watch, field, sync
from disturbances import GROWTH_MIB, endpoint
from libp2p.peer.id import ID
from nodes import joined, test
from outsider import record
from running import Failed, Peer, expect, rpc, until, varint


def settles(seconds, node, base):
    """Waits until the node has let go of the sockets of an attack."""
    until(seconds, "its sockets are closed", lambda: node.descriptors <= base + 2)


@test(13, "Messages that come a byte a second, on many streams, hold nothing up and no memory (attack 55)")
def trickling(network):
    node = network.nodes[1]
    with Watch(network, node):
        attackers = [Attacker(network, node, f"trickles-{number}") for number in range(3)]
        for attacker in attackers:
            for channel, count in (("consensus", 1), ("sync", 1), ("repair", 1), ("light", 24)):
                opening = varint(200_000) + b"x" * 100
                attacker.peer.send(
                    f"trickle {node.id} {attacker.prefix}/{channel}/1 {opening.hex()} {count} 1")
        for attacker in attackers:
            for _ in range(4):
                attacker.peer.next("trickled", 20)
        expect(node.is_up(), "the node answers meanwhile")


@test(13, "Fifty thousand requests whose answers nobody reads hold one queue, and nobody else up (attack 57)")
def unread_answers(network):
    node, seller = network.nodes[2], network.nodes[1]
    payments = [network.sign()["bytes"] for _ in range(4)]
    for payment in payments:
        seller.submit(payment, wait=True)
    with Watch(network, node):
        deaf = Attacker(network, node, "deaf", "--deaf")
        joined_rpc = rpc(network.topic, join=True)
        deaf.peer.rpc(node.id, joined_rpc)
        highest = 2 ** 32 - 1
        run, bodies = sync(7, 2, field(1, 1) + field(2, highest)), sync(8, 3, os.urandom(32))
        most = 0
        for _ in range(10):
            deaf.say("sync", run, 2_500)
            deaf.say("sync", bodies, 2_500)
            deaf.peer.rpc(node.id, rpc(want=[os.urandom(20) for _ in range(500)]))
            most = max(most, node.memory)
        # Nor does its socket read any more.
        deaf.say("sync", run, 2_500)
        deaf.peer.signal(signal.SIGSTOP)
        for _ in range(6):
            time.sleep(0.5)
            most = max(most, node.memory)
        deaf.peer.signal(signal.SIGCONT)
        deaf.close()
    print(f"  57: at most {most:.0f} MiB", flush=True)


@test(13, "Pings without end, of the session and on streams, read and unread, cost nothing that stays (attack 59)")
def pings(network):
    node = network.nodes[3]
    with Watch(network, node):
        reader, sleeper = Attacker(network, node, "pings"), Attacker(network, node, "pings-unread")
        most = 0
        for attacker in (reader, sleeper):
            attacker.peer.send(f"pings {node.id} 100000")
        sleeper.peer.signal(signal.SIGSTOP)
        end = time.monotonic() + 60
        while not reader.peer.seen("sent") and not reader.is_gone():
            expect(time.monotonic() < end, "a hundred thousand pings are read")
            most = max(most, node.memory)
            time.sleep(0.1)
        reader.peer.send(f"ping-streams {node.id} 40 200")
        reader.peer.next("pinged", 60)
        sleeper.peer.signal(signal.SIGCONT)
        print(f"  59: at most {most:.0f} MiB; the reader {'went' if reader.is_gone() else 'stayed'}", flush=True)
        for attacker in (reader, sleeper):
            attacker.close()


def loopback(port):
    return bytes([4, 127, 0, 0, 1, 6]) + port.to_bytes(2, "big")


@test(13, "Peers that somebody makes up fill a bounded book, are not passed on, and end who pushes (attacks 61, 65)")
def invented_peers(network):
    node = network.full("told", [network.nodes[0].address])
    until(20, "the node has peers", lambda: node.status()["peers"] >= 1)
    memory, made, number = node.memory, set(), 0
    nowhere = [bytes([4, 0, 0, 0, 0, 6, 15, 161]), bytes([4, 224, 0, 0, 1, 6, 15, 161]), loopback(0),
               bytes([4, 127, 0, 0, 1]), bytes([54, 3, 97, 46, 98, 6, 15, 161])]
    for identity in range(6):
        attacker = Attacker(network, node, f"invents-{identity}")
        # The node asks whoever it meets; the answer is as large as it may be.
        attacker.say("peers", field(1, b""))
        records = []
        for _ in range(64):
            number += 1
            name, envelope = record(f"invented-{number}", [loopback(1), nowhere[number % len(nowhere)]])
            made.add(name)
            records.append(envelope)
        answer = field(2, b"".join(field(1, each) for each in records))
        try:
            attacker.hears("peers", 5)
            attacker.say("peers", answer)
        except Failed:
            pass
        # Recommendations in PRUNE, from one whom nobody has a reason to believe.
        prune = b"".join(field(2, field(1, name) + field(2, envelope)) for name, envelope in
                         (record(f"pruned-{identity}-{each}", [loopback(1)]) for each in range(64)))
        attacker.peer.rpc(node.id, rpc(network.topic, join=True))
        attacker.peer.rpc(node.id, field(3, field(4, field(1, network.topic.encode()) + prune + field(3, 60))), 20)
        for _ in range(200):
            if not attacker.say("peers", answer):
                break
        attacker.ends("answers that nobody asked for end the connection")
        attacker.close()
    asker = Attacker(network, node, "asks")
    asker.say("peers", field(1, b""), 40)
    answers = []
    try:
        while True:
            answers.append(asker.hears("peers", 3))
    except Failed:
        pass
    expect(not any(name in answer for answer in answers for name in made), "who was made up is not passed on")
    asker.close()
    expect(node.memory - memory < GROWTH_MIB, f"memory grew by {node.memory - memory:.0f} MiB")
    until(20, "the others stay", lambda: node.status()["peers"] >= 1)


@test(13, "Three thousand bans leave a list of 2,048, in memory and on the disk (attack 62)")
def endless_bans(network):
    node = network.full("bans")
    memory = node.memory
    names = [ID(record(f"ban-{number}", [])[0]).to_base58() for number in range(3_000)]
    with node.control() as control:
        for number, name in enumerate(names):
            control.ask("banPeer", peer=name, seconds=3600 + number)
        bans = control.ask("bans")
    expect(len(bans) == 2048, f"{len(bans)} bans")
    expect(node.memory - memory < GROWTH_MIB, f"memory grew by {node.memory - memory:.0f} MiB")
    node.close()
    expect(os.path.getsize(f"{node.home}/data/peers") < 256 << 10, "the file is bounded")


@test(13, "The largest frames of agreement, sent back again and again, go no further (attack 67)")
def reflected(network):
    node = network.nodes[0]
    with Watch(network, node) as watch:
        watch.payments += 4
        mirror, witness = Attacker(network, node, "mirror"), Attacker(network, node, "witness")
        for each in (mirror, witness):
            each.say("status", field(1, bytes.fromhex(network.chain)))
        until(20, "frames of agreement come", lambda: mirror.heard("consensus"))
        for _ in range(3):
            network.nodes[1].submit(network.sign()["bytes"], wait=True)
        network_height = node.status()["height"]
        mirror.peer.send(f"reflect {node.id} {mirror.prefix}/consensus/1 3000")
        frame = mirror.peer.next("reflecting")
        mirror.peer.next("sent", 60)
        copies = witness.peer.seen("heard", lambda event: event["size"] == frame["size"]
                                   and event["data"] == frame["data"])
        print(f"  67: {frame['size']} bytes, 3,000 times; another peer saw it {len(copies)} times", flush=True)
        expect(len(copies) <= 2, "it is not passed on again")
        network.nodes[1].submit(network.sign()["bytes"], wait=True)
        expect(node.status()["height"] > network_height, "blocks go on")
        for each in (mirror, witness):
            each.close()


@test(13, "Sockets that say nothing, half a handshake or nonsense leave neither memory nor sockets behind (attack 68)")
def silent_sockets(network):
    node = network.nodes[3]
    base = node.descriptors
    with Watch(network, node):
        opening = b"\x13/multistream/1.0.0\n\x07/noise\n"
        says = (b"", opening, opening + b"\x00\x20" + bytes(32), opening + b"\x00\x20" + os.urandom(32), b"\xff" * 64)
        sockets, most = [], base
        for number in range(600):
            each = socket.create_connection(endpoint(node.address))
            try:
                each.sendall(says[number % len(says)])
            except OSError:
                pass
            sockets.append(each)
            if number % 50 == 0:
                most = max(most, node.descriptors)
        expect(most <= base + 160, f"{most - base} sockets at once")
        # A handshake by one who says nothing more.
        idlers = [Peer.raw(f"idle-{number}") for number in range(4)]
        until(15, "silent handshakes are over", lambda: node.descriptors <= base + len(idlers) + 4)
        for idler in idlers:
            idler.dial(node.address)
        for idler in idlers:
            idler.close()
        for each in sockets:
            each.close()
        settles(15, node, base)
    print(f"  68: at most {most - base} sockets of 600", flush=True)
