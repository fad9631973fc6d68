"""An outsider: makes transactions, addresses and peer records with code of its own, from the `.proto` files and the
specifications, and hands them to nodes as any stranger could."""
import hashlib

from libp2p.crypto.ed25519 import create_new_key_pair
from libp2p.peer.id import ID
from nacl.signing import SigningKey
from running import expect, field, fields, varint

BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"


def hashed(domain, data):
    """BLAKE2b-256 with a domain (design R2)."""
    return hashlib.blake2b(data, digest_size=32, person=domain.encode()).digest()


def address(public, prefix="argosyl"):
    """The text of an account, in bech32m (design R4)."""
    number, count, values = 0, 0, []
    for byte in b"\x01" + public:
        number, count = number << 8 | byte, count + 8
        while count >= 5:
            count -= 5
            values.append(number >> count & 31)
    if count:
        values.append(number << 5 - count & 31)
    sum_ = 1
    spread = [ord(c) >> 5 for c in prefix] + [0] + [ord(c) & 31 for c in prefix] + values + [0] * 6
    for value in spread:
        top, sum_ = sum_ >> 25, (sum_ & 0x1FFFFFF) << 5 ^ value
        for bit, generator in enumerate((0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)):
            sum_ ^= generator if top >> bit & 1 else 0
    sum_ ^= 0x2BC830A3
    values += [sum_ >> 5 * (5 - place) & 31 for place in range(6)]
    return prefix + "1" + "".join(BECH32[each] for each in values)


class Money:
    """What a transaction has to name, read from one that the node's own wallet signed."""

    def __init__(self, network):
        sample = bytes.fromhex(network.sign(sequence=1)["bytes"])
        body = dict(fields(dict(fields(sample))[1]))
        self.chain, self.fee = body[1], body[5]
        self.pounds = dict(fields(dict(fields(body[8]))[2]))[1]


class Account:
    """A key, and payments signed with it."""

    def __init__(self, money, name):
        self.money, self.sequence = money, 0
        self.key = SigningKey(hashlib.sha256(name.encode()).digest())
        self.public = bytes(self.key.verify_key)
        self.address = address(self.public)

    def body(self, outputs, sequence=None, asset=None, limit=400, expiry=100_000):
        """A payment to each (account, minor units); without a sequence the next one."""
        if sequence is None:
            self.sequence += 1
            sequence = self.sequence
        payment = field(1, asset or self.money.pounds) + b"".join(
            field(2, field(1, to) + field(2, amount)) for to, amount in outputs)
        return (field(1, self.money.chain) + field(2, self.public) + field(3, sequence) + field(4, expiry)
                + field(5, self.money.fee) + field(6, limit) + field(8, field(2, payment)))

    def signed(self, body, key=None):
        signature = (key or self.key).sign(hashed("argosy/body", body)).signature
        return field(1, body) + field(2, field(1, self.public) + field(2, signature))

    def pay(self, outputs, **terms):
        return self.signed(self.body(outputs, **terms))

    def holds(self, control, asset=None):
        """- Unit: minor units."""
        answer = control.ask("balance", account=self.public.hex(), asset=(asset or self.money.pounds).hex())
        return int(answer["amount"])


def funded(network, control, names, pounds, fees):
    """Accounts with money of the buyer: minor units of pounds and of what fees are paid in."""
    money = Money(network)
    accounts = [Account(money, f"{network.chain}/{name}") for name in names]
    expect(len(accounts) <= 60, "one payment pays them all")
    # The buyer pays the first, and the first the others.
    first = accounts[0]
    needs = {"GBP": (money.pounds, pounds, 0), "CREDIT": (money.fee, fees, 2_000)}
    for code, (_, amount, more) in needs.items():
        whole = amount * len(accounts) + more
        payment = network.sign(f"{whole // 100}.{whole % 100:02}", to=first.address, asset=code)
        final(control, payment["bytes"])
    for asset, amount, _ in needs.values():
        if accounts[1:]:
            final(control, first.pay([(each.public, amount) for each in accounts[1:]], asset=asset, limit=1_000))
    return accounts


def final(control, transaction):
    """Hands a transaction in and waits until it is final."""
    text = transaction if isinstance(transaction, str) else transaction.hex()
    answer = control.ask("submit", transaction=text, wait=True)
    expect(answer["outcome"] == "applied", f"a payment is applied: {answer}")


def record(name, addresses, sequence=1):
    """The name of a peer that somebody makes up, and its signed record."""
    pair = create_new_key_pair(hashlib.sha256(name.encode()).digest())
    peer = ID.from_pubkey(pair.public_key).to_bytes()
    payload = field(1, peer) + field(2, sequence) + b"".join(field(3, field(1, each)) for each in addresses)
    domain, kind = b"libp2p-peer-record", b"\x03\x01"
    covered = b"".join(varint(len(each)) + each for each in (domain, kind, payload))
    return peer, (field(1, pair.public_key.serialize()) + field(2, kind) + field(3, payload)
                  + field(5, pair.private_key.sign(covered)))

