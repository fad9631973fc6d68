"""Processes that the tests of running nodes need: foreign peers, `argosy run`, `argosy devnet`."""
import hashlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

from libp2p.pubsub.pb import rpc_pb2

HERE = os.path.dirname(os.path.abspath(__file__))
ARGOSY = os.environ.get("ARGOSY", "argosy")
# Of the accounts that `argosy devnet --stay` makes; its money is worth nothing.
PASSPHRASE = "local network"


class Failed(Exception):
    """What a test expected did not happen."""


def expect(holds, sentence):
    if not holds:
        raise Failed(sentence)


def until(seconds, sentence, holds, pause=0.1):
    """Looks again and again until something holds, and returns what it was."""
    end = time.monotonic() + seconds
    while True:
        found = holds()
        if found:
            return found
        expect(time.monotonic() < end, f"{sentence}, within {seconds} s")
        time.sleep(pause)


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


class Peer:
    """A foreign peer in a process of its own: lines in, JSON lines out."""

    running = []

    def __init__(self, program, seed, *options):
        self.process = subprocess.Popen(
            [sys.executable, f"{HERE}/{program}", "--seed", seed, *options], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        Peer.running.append(self)
        self.events, self.changed = [], threading.Condition()
        threading.Thread(target=self._read, daemon=True).start()
        first = self.next("listening")
        self.id, self.address = first["id"], first["addr"]

    @classmethod
    def gossip(cls, seed, topic, *options):
        """A peer with py-libp2p's own router, made anonymous."""
        return cls("peer.py", seed, "--mode", "anon", "--versions", "1.1.0", "--topic", topic, *options)

    @classmethod
    def raw(cls, seed, *options):
        """A peer without a router."""
        return cls("raw.py", seed, *options)

    def _read(self):
        for line in self.process.stdout:
            with self.changed:
                self.events.append(json.loads(line))
                self.changed.notify_all()

    def send(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def next(self, name, seconds=20, where=lambda event: True):
        """Waits for an event that was not taken yet."""
        end = time.monotonic() + seconds
        with self.changed:
            while True:
                for index, event in enumerate(self.events):
                    if event["event"] == "error" and name == "sent":
                        raise Failed(f"what was sent did not go: {self.events.pop(index)['error']}")
                    if event["event"] == name and where(event):
                        return self.events.pop(index)
                rest = end - time.monotonic()
                if rest <= 0:
                    seen = "\n".join(json.dumps(event)[:200] for event in self.events[-8:])
                    raise Failed(f"no event {name} in {seconds} s; seen:\n{seen}")
                self.changed.wait(rest)

    def none(self, name, seconds, sentence, where=lambda event: True):
        """Expects that something does not happen for so long."""
        time.sleep(seconds)
        expect(not self.seen(name, where), sentence)

    def seen(self, name, where=lambda event: True):
        with self.changed:
            return [event for event in self.events if event["event"] == name and where(event)]

    def forget(self):
        with self.changed:
            self.events.clear()

    def ask(self, line, name, seconds=20):
        self.send(line)
        return self.next(name, seconds)

    def dial(self, address):
        self.ask(f"dial {address}", "dialed")

    def rpc(self, peer, message, count=1):
        frame = message if isinstance(message, bytes) else message.SerializeToString()
        self.send(f"repeat {peer} {frame.hex() or '-'} {count}")
        return self.next("sent", 60)

    def signal(self, number):
        self.process.send_signal(number)

    def close(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGCONT)
            self.process.kill()
        self.process.wait()
        Peer.running.remove(self)

    @classmethod
    def close_all(cls):
        for peer in list(cls.running):
            peer.close()


def argosy(*arguments, home):
    """Runs a command on a node's home; what it answered, or what it complained of."""
    done = subprocess.run(
        [ARGOSY, *arguments, "--json", "--home", home], capture_output=True, text=True, timeout=120,
        env={"PATH": os.environ["PATH"], "HOME": "/nonexistent", "ARGOSY_PASSPHRASE": PASSPHRASE})
    if done.returncode != 0:
        raise Failed(f"argosy {arguments[0]}: {done.stderr.strip()}")
    return json.loads(done.stdout)


def process_of(home):
    """The process of `argosy run` on a home."""
    for name in os.listdir("/proc"):
        if not name.isdigit():
            continue
        try:
            with open(f"/proc/{name}/cmdline", "rb") as file:
                words = file.read().split(b"\0")
        except OSError:
            continue
        if b"run" in words and home.encode() in words:
            return int(name)
    raise Failed(f"no process runs on {home}")


class Node:
    """A running node, whoever started it."""

    def __init__(self, home):
        self.home = home
        with open(f"{home}/config") as file:
            settings = dict(line.split(" = ", 1) for line in file.read().splitlines() if " = " in line)
        self.listen = settings["listen"].strip().strip('"')
        self._id = None

    def status(self):
        return argosy("status", home=self.home)

    def is_up(self):
        try:
            return self.status()
        except Failed:
            return None

    @property
    def id(self):
        self._id = self._id or self.status()["peerID"]
        return self._id

    @property
    def address(self):
        return f"{self.listen}/p2p/{self.id}"

    @property
    def pid(self):
        return process_of(self.home)

    @property
    def memory(self):
        """- Unit: MiB that the process holds and does not share with files, also those that are swapped out."""
        with open(f"/proc/{self.pid}/status") as file:
            sizes = [int(line.split()[1]) for line in file if line.startswith(("RssAnon:", "VmSwap:"))]
        expect(sizes, "the kernel says how much memory a process has")
        return sum(sizes) / 1024

    @property
    def descriptors(self):
        """How many files and sockets the process has open."""
        return len(os.listdir(f"/proc/{self.pid}/fd"))

    @property
    def cpu(self):
        """- Unit: seconds of a processor, since the start."""
        with open(f"/proc/{self.pid}/stat") as file:
            fields = file.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def control(self, seconds=60):
        """The socket that commands come through, for many of them in a row."""
        return Control(f"{self.home}/control.sock", seconds)

    def submit(self, bytes_, wait=False):
        return argosy("submit", bytes_, *([] if wait else ["--no-wait"]), home=self.home)

    def text(self):
        with open(f"{self.home}/run.log") as file:
            return file.read()


class Control:
    """Requests and answers as JSON lines, without a process for each."""

    def __init__(self, path, seconds):
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.socket.settimeout(seconds)
        self.socket.connect(path)
        self.lines = self.socket.makefile("r")

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        self.lines.close()
        self.socket.close()

    def write(self, verb, **values):
        self.socket.sendall((json.dumps({verb: values}) + "\n").encode())

    def read(self):
        """The answer without its kind; a failure is raised."""
        (kind, answer), = json.loads(self.lines.readline()).items()
        expect(kind != "failure", f"the node refuses: {answer}")
        return answer.get("_0", answer)

    def ask(self, verb, **values):
        self.write(verb, **values)
        return self.read()


class Full(Node):
    """A full node that no validator talks to: what it is given, it keeps in its mempool."""

    running = []

    def __init__(self, home, genesis, bootstrap=()):
        port = free_port()
        argosy("init", "--role", "full", "--genesis", genesis, "--listen", f"/ip4/127.0.0.1/tcp/{port}",
               *(["--bootstrap", *bootstrap] if bootstrap else []), home=home)
        super().__init__(home)
        self.start()

    def start(self):
        with open(f"{self.home}/run.log", "a") as log:
            self.process = subprocess.Popen([ARGOSY, "run", "--home", self.home], stdout=log, stderr=log)
        Full.running.append(self)
        until(60, "the node answers", self.is_up)

    def gossip(self):
        """What gossip did, as the node says at its end."""
        self.close()
        lines = [line for line in self.text().splitlines() if " gossip " in line and "duplicates=" in line]
        expect(lines, "the node says at its end what gossip did")
        return {name: int(value) for name, value in
                (field.split("=") for field in lines[-1].split() if "=" in field)}

    def close(self):
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        Full.running.remove(self)

    @classmethod
    def close_all(cls):
        for node in list(cls.running):
            node.close()


class Network:
    """`argosy devnet --stay`: merchants who vote, a wallet with a buyer and a merchant in it."""

    def __init__(self, count=4):
        self.place = tempfile.mkdtemp(prefix="argosy-interop-")
        self.log = open(f"{self.place}/devnet.log", "w")
        self.process = subprocess.Popen(
            [ARGOSY, "devnet", "--stay", "--nodes", str(count), "--directory", f"{self.place}/net"],
            stdout=self.log, stderr=self.log)
        self.wallet = f"{self.place}/net/wallets"
        homes = [f"{self.place}/net/node-{number + 1}" for number in range(count)]
        until(60, "the network is founded", lambda: all(os.path.exists(f"{h}/control.sock") for h in homes))
        self.nodes = [Node(home) for home in homes]
        for node in self.nodes:
            until(60, "a merchant answers", node.is_up)
        accounts = until(60, "the wallet is made", self._accounts)
        self.merchant = accounts["merchant"]
        self.genesis = f"{homes[0]}/genesis.json"
        self.chain = self.nodes[0].status()["chain"]
        self.topic = f"/trade/{self.chain[:8]}/transactions/1"
        self.sequence = 0
        until(60, "the wallet finds the merchants", self._can_ask)

    def _can_ask(self):
        try:
            return argosy("balance", "--account", "merchant", home=self.wallet)
        except Failed:
            return None

    def _accounts(self):
        try:
            listed = argosy("key", "list", home=self.wallet)["accounts"]
        except (Failed, KeyError):
            return None
        accounts = {account["name"]: account["address"] for account in listed}
        return accounts if {"merchant", "buyer"} <= accounts.keys() else None

    def sign(self, amount="1.00", sequence=None, to=None, asset="GBP"):
        """A signed payment of the buyer that nobody has seen."""
        if sequence is None:
            self.sequence += 1
            sequence = self.sequence
        return argosy("pay", "--print", "--sequence", str(sequence), "--account", "buyer", "--to",
                      to or self.merchant, "--amount", amount, "--asset", asset, home=self.wallet)

    def balance(self):
        rows = argosy("balance", "--account", "merchant", home=self.wallet)["balances"]
        return sum(round(float(row["amount"]) * 100) for row in rows if row["asset"].startswith("GBP"))

    def full(self, name, bootstrap=()):
        return Full(f"{self.place}/{name}", self.genesis, bootstrap)

    def close(self, keeps=False):
        """Ends the network; its homes stay for a look when a test failed."""
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
        self.log.close()
        if not keeps:
            shutil.rmtree(self.place, ignore_errors=True)


# Bytes of gossip


def varint(number):
    out = b""
    while number >= 0x80:
        out += bytes([number & 0x7F | 0x80])
        number >>= 7
    return out + bytes([number])


def field(number, body):
    """A protobuf field: bytes with their length, or a number."""
    if isinstance(body, int):
        return varint(number << 3) + varint(body)
    return varint(number << 3 | 2) + varint(len(body)) + body


def fields(message):
    """The fields of a message as pairs of number and value, in their order."""
    place = 0

    def number():
        nonlocal place
        value = shift = 0
        while True:
            byte = message[place]
            place += 1
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return value

    while place < len(message):
        tag = number()
        value = number()
        if tag & 7 == 2:
            value, place = message[place:place + value], place + value
        yield tag >> 3, value


def batch(*transactions):
    """The data of a message: transactions in one batch, as `transaction_batch.proto` has it."""
    parts = [bytes.fromhex(each) if isinstance(each, str) else each for each in transactions]
    return b"".join(b"\x0a" + varint(len(part)) + part for part in parts)


def message_id(topic, data):
    name = topic.encode()
    return hashlib.sha256(len(name).to_bytes(4, "little") + name + data).digest()[:20]


def rpc(topic=None, join=None, data=(), have=(), want=(), graft=False, prune=None, unwanted=()):
    """One RPC with the parts that are named."""
    message = rpc_pb2.RPC()
    if join is not None:
        message.subscriptions.add(subscribe=join, topicid=topic)
    for each in data:
        message.publish.add(data=each, topicIDs=[topic])
    if have:
        message.control.ihave.add(topicID=topic, messageIDs=have)
    if want:
        message.control.iwant.add(messageIDs=want)
    if graft:
        message.control.graft.add(topicID=topic)
    if prune is not None:
        message.control.prune.add(topicID=topic, backoff=prune)
    if unwanted:
        message.control.idontwant.add(messageIDs=unwanted)
    return message
