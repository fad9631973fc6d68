"""A py-libp2p host that speaks gossip without a router: every RPC is written by whoever drives it.

  raw.py --seed TAG [--port N] [--version 1.1.0] [--serve PREFIX] [--deaf] [--unproved KIND]

--serve makes it a full node of the network whose protocols begin like that: it reads what it is sent, as `heard`.
--deaf opens streams as others do and never reads from one.
--unproved names an identity in the handshake that it cannot prove: its signature is `another` key's, `replayed` from
another handshake, `flipped` in one bit, or `missing`.

Events go to stdout as JSON lines; commands come on stdin, one per line:
  dial MULTIADDR | repeat PEERID HEX COUNT | open PEERID PROTOCOL HEX | tiny PEERID COUNT |
  say PEERID PROTOCOL HEX COUNT | reflect PEERID PROTOCOL COUNT | trickle PEERID PROTOCOL HEX STREAMS SECONDS |
  pings PEERID COUNT | ping-streams PEERID STREAMS COUNT | quit

`repeat` writes one frame COUNT times, an empty one for `-`; `open` opens a stream of any protocol and writes bytes
as they are; `say` writes one message COUNT times on the one stream of its protocol; `reflect` says the largest message
that was heard on a protocol COUNT times; `trickle` opens streams and writes one byte a second to each after the first
bytes. What peers send comes as events `rpc`, with everything in it that is not empty.
"""
import argparse
import json
import struct

import multiaddr
import trio
from common import TProtocol, keypair, new_x25519, noise_yamux_host
from libp2p.network.exceptions import SwarmException
from libp2p.peer.id import ID
from libp2p.peer.peerinfo import info_from_p2p_addr
from libp2p.pubsub.pb import rpc_pb2
from libp2p.security.noise import patterns
from streams import read_message, varint


def out(**fields):
    print(json.dumps(fields), flush=True)


def described(rpc):
    control = rpc.control
    fields = {
        "subscriptions": [[s.subscribe, s.topicid] for s in rpc.subscriptions],
        "messages": [[list(m.topicIDs), m.data.hex()] for m in rpc.publish],
        "have": [i.hex() for have in control.ihave for i in have.messageIDs],
        "want": [i.hex() for want in control.iwant for i in want.messageIDs],
        "graft": [g.topicID for g in control.graft],
        "prune": [[p.topicID, p.backoff] for p in control.prune],
        "unwanted": [i.hex() for list_ in control.idontwant for i in list_.messageIDs],
    }
    return {name: value for name, value in fields.items() if value}


def unprove(kind):
    """Makes the handshake sign something else than it should."""
    sign = patterns.make_handshake_payload_sig

    def forged(identity, static):
        if kind == "another":
            return sign(keypair("another").private_key, static)
        if kind == "replayed":
            return sign(identity, new_x25519().public_key)
        if kind == "missing":
            return b""
        honest = bytearray(sign(identity, static))
        honest[40] ^= 1
        return bytes(honest)

    patterns.make_handshake_payload_sig = forged


class Raw:
    def __init__(self, host, protocol, prefix=None, deaf=False):
        self.host, self.protocol, self.streams, self.said = host, protocol, {}, {}
        self.deaf, self.largest = deaf, {}
        for version in ("1.1.0", "1.2.0"):
            host.set_stream_handler(TProtocol(f"/meshsub/{version}"), self.read)
        for channel in ("consensus", "status", "sync", "repair", "peers") if prefix else ():
            host.set_stream_handler(TProtocol(f"{prefix}/{channel}/1"), self.hear(f"{prefix}/{channel}/1"))

    def hear(self, protocol):
        async def read(stream):
            if self.deaf:
                return
            try:
                while True:
                    message = await read_message(stream)
                    if len(message) > len(self.largest.get(protocol, b"")):
                        self.largest[protocol] = message
                    out(event="heard", protocol=protocol, size=len(message), data=message[:512].hex())
            except Exception:
                out(event="stream-ended", protocol=protocol)
        return read

    async def say(self, peer, protocol, message, count):
        key = (peer, protocol)
        if key not in self.said:
            self.said[key] = await self.host.new_stream(ID.from_base58(peer), [TProtocol(protocol)])
        for _ in range(count):
            await self.said[key].write(varint(len(message)) + message)
        out(event="sent")

    async def trickle(self, peer, protocol, opening, count, seconds):
        """Streams whose one message comes a byte a second."""
        streams = [await self.host.new_stream(ID.from_base58(peer), [TProtocol(protocol)]) for _ in range(count)]
        for stream in streams:
            await stream.write(opening)
        for _ in range(seconds):
            await trio.sleep(1)
            for stream in streams:
                await stream.write(b"x")
        out(event="trickled")

    async def pings(self, peer, count):
        """Pings of the session, a thousand in one write."""
        session = (await self.stream(peer)).muxed_stream.conn
        for first in range(0, count, 1000):
            await session._write_frame(
                b"".join(struct.pack(">BBHII", 0, 2, 1, 0, first + index) for index in range(1000)))
        out(event="sent")

    async def ping_streams(self, peer, streams, count):
        """Streams of ping with as many pings in each; how many of them the node carried to the end."""
        whole = 0
        for _ in range(streams):
            try:
                stream = await self.host.new_stream(ID.from_base58(peer), [TProtocol("/ipfs/ping/1.0.0")])
                await stream.write(b"p" * 32 * count)
                whole += 1
            except Exception:
                pass
        out(event="pinged", streams=whole)

    async def read(self, stream):
        peer = str(stream.muxed_conn.peer_id)
        if self.deaf:
            return
        out(event="stream", peer=peer)
        try:
            while True:
                rpc = rpc_pb2.RPC()
                rpc.ParseFromString(await read_message(stream))
                out(event="rpc", peer=peer, **described(rpc))
        except Exception:
            out(event="stream-ended", peer=peer)

    async def stream(self, peer):
        if peer not in self.streams:
            self.streams[peer] = await self.host.new_stream(ID.from_base58(peer), [self.protocol])
        return self.streams[peer]

    async def watch(self):
        """Says when a connection is gone."""
        known = set()
        while True:
            now = {str(peer) for peer in self.host.get_connected_peers()}
            for peer in known - now:
                self.streams.pop(peer, None)
                self.said = {key: stream for key, stream in self.said.items() if key[0] != peer}
                out(event="gone", peer=peer)
            known = now
            await trio.sleep(0.05)

    async def tiny(self, peer, count):
        """A flood of window updates by one byte and of data frames of no bytes, on the gossip stream."""
        muxed = (await self.stream(peer)).muxed_stream
        update = struct.pack(">BBHII", 0, 1, 0, muxed.stream_id, 1)
        data = struct.pack(">BBHII", 0, 0, 0, muxed.stream_id, 0)
        for _ in range(count // 1000):
            await muxed.conn._write_frame((update + data) * 1000)
        out(event="tiny")

    async def command(self, line):
        name, *rest = line.split()
        if name == "dial":
            try:
                await self.host.connect(info_from_p2p_addr(multiaddr.Multiaddr(rest[0])))
                out(event="dialed", addr=rest[0])
            except (SwarmException, OSError) as error:
                out(event="dial-failed", addr=rest[0], error=repr(error))
        elif name == "repeat":
            frame = b"" if rest[1] == "-" else bytes.fromhex(rest[1])
            frame = varint(len(frame)) + frame
            stream = await self.stream(rest[0])
            for _ in range(int(rest[2])):
                await stream.write(frame)
            out(event="sent")
        elif name == "open":
            stream = await self.host.new_stream(ID.from_base58(rest[0]), [TProtocol(rest[1])])
            await stream.write(bytes.fromhex(rest[2]))
            out(event="sent")
        elif name == "say":
            await self.say(rest[0], rest[1], b"" if rest[2] == "-" else bytes.fromhex(rest[2]), int(rest[3]))
        elif name == "reflect":
            largest = self.largest[rest[1]]
            out(event="reflecting", size=len(largest), data=largest[:512].hex())
            await self.say(rest[0], rest[1], largest, int(rest[2]))
        elif name == "trickle":
            await self.trickle(rest[0], rest[1], bytes.fromhex(rest[2]), int(rest[3]), int(rest[4]))
        elif name == "pings":
            await self.pings(rest[0], int(rest[1]))
        elif name == "ping-streams":
            await self.ping_streams(rest[0], int(rest[1]), int(rest[2]))
        elif name == "tiny":
            await self.tiny(rest[0], int(rest[1]))

    async def safely(self, line):
        try:
            await self.command(line)
        except Exception as error:
            out(event="error", command=line[:80], error=repr(error))


async def main(arguments):
    if arguments.unproved:
        unprove(arguments.unproved)
    host, address = noise_yamux_host(arguments.seed, arguments.port)
    raw = Raw(host, TProtocol(f"/meshsub/{arguments.version}"), arguments.serve, arguments.deaf)
    async with host.run(listen_addrs=[address]), trio.open_nursery() as nursery:
        nursery.start_soon(raw.watch)
        out(event="listening", id=str(host.get_id()), addr=str(host.get_addrs()[0]))
        rest = b""
        async for chunk in trio.lowlevel.FdStream(0):
            rest += chunk
            while b"\n" in rest:
                line, rest = rest.split(b"\n", 1)
                if line.strip() == b"quit":
                    nursery.cancel_scope.cancel()
                elif line.strip():
                    # One after the other: frames of one peer keep their order.
                    await raw.safely(line.decode())
        nursery.cancel_scope.cancel()


parser = argparse.ArgumentParser()
parser.add_argument("--seed", default="raw")
parser.add_argument("--port", type=int, default=0)
parser.add_argument("--version", default="1.1.0")
parser.add_argument("--serve")
parser.add_argument("--deaf", action="store_true")
parser.add_argument("--unproved", choices=("another", "replayed", "flipped", "missing"))
trio.run(main, parser.parse_args())
