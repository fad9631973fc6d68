"""Writes state_tree.hex and ../LightClient/light.hex from the rules alone.

It follows the specifications of StateTree and LightClient in Python's own hashlib, and shares no
code with the node. Run it in its folder: python3 make.py
"""

import hashlib
import struct


def h(domain, data):
    return hashlib.blake2b(data, digest_size=32, person=b"argosy/" + domain).digest()


ZERO = bytes(32)

# --- Protobuf, canonical


def varint(n):
    out = b""
    while n >= 128:
        out += bytes([n & 127 | 128])
        n >>= 7
    return out + bytes([n])


def num(field, n):
    return varint(field << 3) + varint(n) if n else b""


def raw(field, data):
    return varint(field << 3 | 2) + varint(len(data)) + data


def blob(field, data):
    return raw(field, data) if data else b""


# --- State (rules S1 to S9)


def key(n):
    return h(b"key", b"\x01" + struct.pack("<Q", n))


def bit(k, depth):
    return k[depth // 8] >> (7 - depth % 8) & 1


def leaf(k, value):
    return h(b"leaf", k + value)


def root(leaves, depth=0):
    if not leaves:
        return ZERO
    if len(leaves) == 1:
        return leaf(*leaves[0])
    left = [x for x in leaves if not bit(x[0], depth)]
    right = [x for x in leaves if bit(x[0], depth)]
    return h(b"node", root(left, depth + 1) + root(right, depth + 1))


def state_proof(leaves, k):
    path = []
    while len(leaves) > 1:
        depth = len(path)
        beside = [x for x in leaves if bit(x[0], depth) != bit(k, depth)]
        leaves = [x for x in leaves if bit(x[0], depth) == bit(k, depth)]
        path.append(root(beside, depth + 1))
    bits = bytearray((len(path) + 7) // 8)
    for i, sibling in enumerate(path):
        if sibling != ZERO:
            bits[i // 8] |= 0x80 >> i % 8
    out = raw(1, k)
    if leaves:
        other, value = leaves[0]
        out += raw(2, (b"" if other == k else raw(1, other)) + blob(2, value))
    out += num(3, len(path)) + blob(4, bytes(bits))
    return out + b"".join(raw(5, s) for s in path if s != ZERO)


# --- Lists and histories (rules S10 to S14)


def split(n):
    half = 1
    while half * 2 < n:
        half *= 2
    return half


def top(items, domain):
    if not items:
        return ZERO
    if len(items) == 1:
        return items[0]
    k = split(len(items))
    return h(domain, top(items[:k], domain) + top(items[k:], domain))


def counted(items, inner, outer):
    return h(outer, struct.pack(">Q", len(items)) + top(items, inner))


def path(index, items, domain):
    if len(items) == 1:
        return []
    k = split(len(items))
    if index < k:
        return path(index, items[:k], domain) + [top(items[k:], domain)]
    return path(index - k, items[k:], domain) + [top(items[:k], domain)]


def merkle_path(index, items, domain):
    siblings = path(index, items, domain)
    return num(1, index) + num(2, len(items)) + b"".join(raw(3, s) for s in siblings)


def journal(events):
    head = ZERO
    for n, (event, height) in enumerate(events, 1):
        head = h(b"journal", head + struct.pack(">Q", n) + event + struct.pack(">Q", height))
    return num(1, len(events)) + raw(2, head)


def items(n):
    return [h(b"body", str(i).encode()) for i in range(n)]


def leaves(n):
    return [(key(i), bytes([i & 255, 9])) for i in range(n)]


vectors = {}
vectors["key 7"] = key(7)
vectors["leaf 7"] = leaf(*leaves(8)[7])
for n in (0, 1, 2, 9, 100):
    vectors[f"state root {n}"] = root(leaves(n))
for n, k in ((1, 0), (1, 5), (9, 3), (100, 7), (100, 1000), (100, 1003)):
    vectors[f"state proof {n} {k}"] = state_proof(leaves(n), key(k))
for n in (0, 1, 2, 3, 8, 21):
    vectors[f"list root {n}"] = counted(items(n), b"listnode", b"list")
    vectors[f"history root {n}"] = counted(items(n), b"histnode", b"history")
for n, i in ((1, 0), (21, 0), (21, 15), (21, 20)):
    vectors[f"list path {n} {i}"] = merkle_path(i, items(n), b"listnode")
    vectors[f"history path {n} {i}"] = merkle_path(i, items(n), b"histnode")
for n in (0, 1, 3):
    vectors[f"journal {n}"] = journal([(item, 10 + i) for i, item in enumerate(items(n))])

with open("state_tree.hex", "w") as file:
    for name, data in vectors.items():
        file.write(f"{name}: {data.hex()}\n")

# --- Light protocol


def fixed(byte):
    return bytes([byte]) * 32


members = b"".join(raw(1, raw(1, fixed(b)) + num(2, weight)) for b, weight in ((3, 10), (9, 300)))
anchor = (
    raw(1, fixed(1)) + num(2, 4) + raw(3, members) + raw(4, fixed(2)) + num(5, 1000) + num(6, 1 << 40)
)
light = {
    "request submit": raw(1, raw(1, b"\x01\x02") + raw(1, b"")),
    "request head": raw(2, b""),
    "request update": raw(3, num(1, 3) + num(2, 300)),
    "request leaf": raw(4, fixed(5)),
    "request journal": raw(5, raw(1, fixed(5)) + num(2, 1) + num(3, 256)),
    "request block": raw(6, num(1, 77)),
    "request status": raw(7, fixed(6)),
    "request ancestor": raw(8, num(2, 9)),
    "response submitted": raw(1, raw(1, varint(0) + varint(300))),
    "response journal": raw(5, num(1, 4) + raw(2, blob(1, b"\x07") + num(2, 8))),
    "response block": raw(6, blob(1, b"\x01\x02")),
    "response pending": raw(7, num(1, 1)),
    "response unknown": raw(7, b""),
    "response busy": num(15, 1),
    "anchor": anchor,
    "anchor digest": h(b"bootstrp", anchor),
    "set change": raw(1, varint(0)) + raw(2, raw(1, fixed(4)) + num(2, 5)),
}
with open("../LightClient/light.hex", "w") as file:
    for name, data in light.items():
        file.write(f"{name}: {data.hex()}\n")
