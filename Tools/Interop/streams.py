"""Stream protocols that the connection tests speak, on the side of py-libp2p.

A message is a varint length and that many bytes, as in every stream of ours.

  echo   one message there, the same message back, one stream each
  sink   messages in one direction until the writer closes
"""
import hashlib
import struct

import trio
from libp2p.custom_types import TProtocol
from libp2p.identity.identify.identify import ID as IDENTIFY, parse_identify_response
from libp2p.peer.envelope import consume_envelope
from libp2p.peer.id import ID

ECHO = TProtocol("/argosy/interop/echo/1")
SINK = TProtocol("/argosy/interop/sink/1")


def varint(number):
    out = b""
    while number >= 0x80:
        out += bytes([number & 0x7F | 0x80])
        number >>= 7
    return out + bytes([number])


async def read_exactly(stream, count):
    parts = []
    while count:
        part = await stream.read(count)
        if not part:
            raise EOFError
        parts.append(part)
        count -= len(part)
    return b"".join(parts)


async def read_message(stream):
    length = shift = 0
    while True:
        byte = (await read_exactly(stream, 1))[0]
        length |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            return await read_exactly(stream, length)


async def read_framed(stream):
    """A message with the length that stood before it, as identify's parser takes it."""
    message = await read_message(stream)
    return varint(len(message)) + message


class Streams:
    """Handlers on a host, and the commands that use the same protocols as a dialer."""

    def __init__(self, host, out, seed):
        self.host, self.out, self.seed = host, out, seed
        self.total, self.frames, self.sum = 0, 0, b""
        host.set_stream_handler(ECHO, self.answer_echo)
        host.set_stream_handler(SINK, self.read_sink)

    async def answer_echo(self, stream):
        message = await read_message(stream)
        await stream.write(varint(len(message)) + message)
        await stream.close_write()

    async def read_sink(self, stream):
        try:
            while True:
                message = await read_message(stream)
                self.total += len(message)
                self.frames += 1
                self.sum = hashlib.sha256(self.sum + message).digest()
        except Exception:
            self.out(event="sink-ended")

    async def echo(self, peer, size, count, at_once):
        """COUNT streams, AT_ONCE of them open together."""
        ok, limiter = [0], trio.CapacityLimiter(at_once)

        async def one(index):
            async with limiter:
                message = hashlib.sha256(b"%d" % index).digest() * (size // 32 + 1)
                message = message[:size]
                stream = await self.host.new_stream(ID.from_base58(peer), [ECHO])
                await stream.write(varint(size) + message)
                await stream.close_write()
                if await read_message(stream) == message:
                    ok[0] += 1
                await stream.close()

        async with trio.open_nursery() as nursery:
            for index in range(count):
                nursery.start_soon(one, index)
        self.out(event="echo", ok=ok[0])

    async def source(self, peer, count, size):
        stream = await self.host.new_stream(ID.from_base58(peer), [SINK])
        digest = b""
        for index in range(count):
            message = (hashlib.sha256(b"%d" % index).digest() * (size // 32 + 1))[:size]
            digest = hashlib.sha256(digest + message).digest()
            await stream.write(varint(size) + message)
        await stream.close_write()
        self.out(event="sourced", sha256=digest.hex())

    async def half(self, peer):
        """A request that is never finished by us still gets its answer; then a reset."""
        stream = await self.host.new_stream(ID.from_base58(peer), [ECHO])
        await stream.write(varint(5) + b"hello")
        answer = await read_message(stream)
        await stream.reset()
        self.out(event="half", answer=answer.decode())

    async def speaks(self, peer, name):
        try:
            stream = await self.host.new_stream(ID.from_base58(peer), [TProtocol(name)])
            await stream.reset()
            self.out(event="speaks", name=name, ok=True)
        except Exception as error:
            self.out(event="speaks", name=name, ok=False, error=repr(error))

    async def tiny(self, peer, count):
        """A flood of window updates by one byte and of data frames of no bytes."""
        stream = await self.host.new_stream(ID.from_base58(peer), [SINK])
        muxed = stream.muxed_stream
        update = struct.pack(">BBHII", 0, 1, 0, muxed.stream_id, 1)
        data = struct.pack(">BBHII", 0, 0, 0, muxed.stream_id, 0)
        for _ in range(count // 1000):
            await muxed.conn._write_frame((update + data) * 1000)
        await stream.write(varint(4) + b"done")
        await stream.close()
        self.out(event="tiny")

    async def session(self, peer):
        """The Yamux session with a peer."""
        stream = await self.host.new_stream(ID.from_base58(peer), [ECHO])
        await stream.reset()
        return stream.muxed_stream.conn

    async def session_ping(self, peer, value):
        session = await self.session(peer)
        session._ping_event = trio.Event()
        await session._write_frame(struct.pack(">BBHII", 0, 2, 1, 0, value))
        with trio.move_on_after(5):
            await session._ping_event.wait()
        self.out(event="session-ping", ok=session._ping_event.is_set())

    async def go_away(self, peer, code):
        await (await self.session(peer))._write_frame(struct.pack(">BBHII", 0, 3, 0, 0, code))
        self.out(event="went-away")

    async def hear_go_away(self, peer):
        """Nothing but a go-away ends a session whose connection stands."""
        session = await self.session(peer)
        self.out(event="listening-for-go-away")
        await session.event_shutting_down.wait()
        self.out(event="go-away")

    async def record(self, peer):
        """Asks for identify and verifies the signed peer record in it."""
        stream = await self.host.new_stream(ID.from_base58(peer), [IDENTIFY])
        info = parse_identify_response(await read_framed(stream))
        envelope, record = consume_envelope(info.signedPeerRecord, "libp2p-peer-record")
        self.out(event="record", peer=str(record.peer_id), seq=record.seq,
                 addrs=[str(addr) for addr in record.addrs])

    async def command(self, name, rest):
        """Carries out a command of this file; false when it is not one."""
        if name == "echo":
            await self.echo(rest[0], int(rest[1]), int(rest[2]), int(rest[3]))
        elif name == "source":
            await self.source(rest[0], int(rest[1]), int(rest[2]))
        elif name == "half":
            await self.half(rest[0])
        elif name == "speaks":
            await self.speaks(rest[0], rest[1])
        elif name == "tiny":
            await self.tiny(rest[0], int(rest[1]))
        elif name == "session-ping":
            await self.session_ping(rest[0], int(rest[1]))
        elif name == "go-away":
            await self.go_away(rest[0], int(rest[1]))
        elif name == "hear-go-away":
            await self.hear_go_away(rest[0])
        elif name == "sink":
            self.out(event="sink", bytes=self.total, frames=self.frames, sha256=self.sum.hex())
        elif name == "record":
            await self.record(rest[0])
        elif name == "ids":
            for index in range(int(rest[0])):
                from common import keypair
                key = keypair(f"{self.seed}-{index}")
                self.out(event="id", seed=hashlib.sha256(f"{self.seed}-{index}".encode()).hexdigest(),
                         id=ID.from_pubkey(key.public_key).to_base58())
        else:
            return False
        return True
