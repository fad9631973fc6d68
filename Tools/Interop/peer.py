"""A py-libp2p test peer for interop tests of another implementation. TCP + Noise (or --plaintext) + Yamux, Ed25519, gossipsub.

  peer.py --seed TAG [--port N] [--dial MULTIADDR ...] [--topic T ...] [--mode sign|anon] [--versions 1.1.0,1.2.0] [--plaintext] [--heartbeat S] [--lazy]

--lazy refuses every GRAFT and makes none, so that messages travel by IHAVE and IWANT only.

Events go to stdout as JSON lines. Commands come on stdin, one per line:
  pub TOPIC HEX | many TOPIC COUNT SIZE | ping PEERID COUNT | identify PEERID | mesh TOPIC | copies | dial MULTIADDR | quit
and those of streams.py: echo PEERID SIZE COUNT AT_ONCE | source PEERID COUNT SIZE | sink | half PEERID | speaks PEERID NAME |
  tiny PEERID COUNT | ids COUNT | session-ping PEERID VALUE | go-away PEERID CODE | hear-go-away PEERID

mode anon is StrictNoSign with message id = SHA256(topic length u32le, topic, data)[0..<20]. py-libp2p 0.8.1 needs three
repairs for it (see reference/libp2p.md 1.4): publish without from/seqno, message cache keyed by the real message id, no equivocation check."""
import argparse, collections, hashlib, json, struct, sys, trio, logging
from common import *
from streams import Streams
from libp2p.peer.peerinfo import info_from_p2p_addr
from libp2p.peer.id import ID
from libp2p.tools.anyio_service import background_trio_service
from libp2p.pubsub.mcache import MessageCache, CacheEntry
from libp2p.pubsub.pb import rpc_pb2
from libp2p.pubsub import pubsub as psmod
from libp2p.security.insecure.transport import PLAINTEXT_PROTOCOL_ID, InsecureTransport
from libp2p.host.ping import PingService
from libp2p.identity.identify.identify import ID as IDENTIFY, parse_identify_response

psmod.SUBSCRIPTION_CHANNEL_SIZE = 100000

def content_id(m):
    t = m.topicIDs[0].encode()
    return hashlib.sha256(struct.pack("<I", len(t)) + t + m.data).digest()[:20]

class ContentCache(MessageCache):
    def put(self, msg):
        mid = content_id(msg)
        if mid not in self.msgs:
            self.msgs[mid] = msg; self.history[0].append(CacheEntry(mid, msg.topicIDs))

def out(**kw): print(json.dumps(kw), flush=True)

async def main(a):
    kp = keypair(a.seed); addr = multiaddr.Multiaddr(f"/ip4/127.0.0.1/tcp/{a.port}")
    sec = {TProtocol(PLAINTEXT_PROTOCOL_ID): InsecureTransport(kp, peerstore=None)} if a.plaintext else \
          {TProtocol(NOISE_ID): Noise(libp2p_keypair=kp, noise_privkey=new_x25519().private_key)}
    host = new_host(key_pair=kp, sec_opt=sec, muxer_opt={TProtocol(YAMUX_ID): Yamux}, listen_addrs=[addr])
    streams = Streams(host, out, a.seed)
    vers = [TProtocol("/meshsub/" + v) for v in sorted(a.versions.split(","), reverse=True)]
    anon = a.mode == "anon"
    router, ps = gossip(host, protocols=vers, strict=not anon, heartbeat=a.heartbeat,
                         **(dict(msg_id=content_id) if anon else {}), **(dict(degree=0, degree_low=0) if a.lazy else {}))
    if anon:
        c = ContentCache(router.mcache.window_size, router.mcache.history_size); router.mcache = c
        router._check_equivocation = lambda m: True
    if a.lazy:
        async def refuse(message, sender): await router.emit_prune(message.topicID, sender, False, False)
        router.handle_graft = refuse
    # Every copy that comes, also those that the router drops as seen before; and the ids that peers announce.
    copies, push, have = collections.Counter(), ps.push_msg, router.handle_ihave
    async def count(sender, message):
        if sender != host.get_id(): copies[content_id(message).hex()] += 1
        await push(sender, message)
    async def note(message, sender):
        out(event="have", peer=str(sender), ids=[bytes(i).hex() for i in message.messageIDs])
        await have(message, sender)
    ps.push_msg, router.handle_ihave = count, note
    async def publish(topic, data):
        if anon: await ps.push_msg(host.get_id(), rpc_pb2.Message(data=data, topicIDs=[topic]))
        else: await ps.publish(topic, data)
    async with host.run(listen_addrs=[addr]), background_trio_service(ps), background_trio_service(router), trio.open_nursery() as n:
        await ps.wait_until_ready()
        async def listen(topic, sub):
            while True:
                m = await sub.get()
                out(event="message", topic=topic, id=content_id(m).hex(), data=m.data.hex() if len(m.data) <= 65536 else None, size=len(m.data), sha256=hashlib.sha256(m.data).hexdigest(),
                    author=ID(m.from_id).to_base58() if m.from_id else None, seqno=m.seqno.hex() or None, signed=bool(m.signature))
        for t in a.topic: n.start_soon(listen, t, await ps.subscribe(t))
        async def watch():
            seen = {}
            while True:
                for p, v in list(router.peer_protocol.items()):
                    if p not in seen: seen[p] = v; out(event="peer", id=str(p), protocol=v)
                for p in [p for p in seen if p not in router.peer_protocol]: del seen[p]; out(event="gone", id=str(p))
                await trio.sleep(0.05)
        n.start_soon(watch)
        out(event="listening", id=str(host.get_id()), addr=str(host.get_addrs()[0]))
        async def dial(x):
            try: await host.connect(info_from_p2p_addr(multiaddr.Multiaddr(x))); out(event="dialed", addr=x)
            except Exception as e: out(event="dial-failed", addr=x, error=repr(e), cause=repr(e.__cause__))
        for d in a.dial: await dial(d)
        async def command(line):
            c, *r = line.split()
            if c == "pub": await publish(r[0], bytes.fromhex(r[1])); out(event="published")
            elif c == "many":
                for i in range(int(r[1])):
                    while any(len(q) > 20 for q in ps.peer_queues.values()): await trio.sleep(0)
                    await publish(r[0], struct.pack("<Q", i) + b"x" * (int(r[2]) - 8))
                out(event="published", count=int(r[1]))
            elif c == "ping": out(event="ping", rtt_us=await PingService(host).ping(ID.from_base58(r[0]), int(r[1])))
            elif c == "mesh": out(event="mesh", peers=[str(p) for p in router.mesh.get(r[0], ())])
            elif c == "copies": out(event="copies", copies=copies)
            elif c == "dial": await dial(r[0])
            elif c == "identify":
                st = await host.new_stream(ID.from_base58(r[0]), [IDENTIFY]); b = b""
                while True:
                    try: x = await st.read(65536)
                    except Exception: break
                    if not x: break
                    b += x
                i = parse_identify_response(b)
                out(event="identify", agent=i.agent_version, protocol_version=i.protocol_version, public_key=i.public_key.hex(), protocols=list(i.protocols),
                    listen=[str(multiaddr.Multiaddr(x)) for x in i.listen_addrs], observed=str(multiaddr.Multiaddr(i.observed_addr)) if i.observed_addr else None, signed_record=len(i.signedPeerRecord))
            elif c == "quit": n.cancel_scope.cancel()
            elif not await streams.command(c, r): out(event="unknown-command", command=c)
        async def safely(line):
            try: await command(line)
            except Exception as e: out(event="error", command=line[:80], error=repr(e), cause=repr(getattr(e, "exceptions", e.__cause__)))
        buf = b""
        stdin = trio.lowlevel.FdStream(0)
        async for chunk in stdin:
            buf += chunk
            while b"\n" in buf:
                line, buf = buf.split(b"\n", 1)
                if line.strip():
                    n.start_soon(safely, line.decode())
        n.cancel_scope.cancel()

p = argparse.ArgumentParser()
p.add_argument("--seed", default="py"); p.add_argument("--port", type=int, default=0); p.add_argument("--dial", action="append", default=[])
p.add_argument("--topic", action="append", default=[]); p.add_argument("--mode", choices=["sign", "anon"], default="sign")
p.add_argument("--versions", default="1.1.0,1.2.0"); p.add_argument("--plaintext", action="store_true"); p.add_argument("--heartbeat", type=float, default=1.0); p.add_argument("--lazy", action="store_true")
trio.run(main, p.parse_args())
