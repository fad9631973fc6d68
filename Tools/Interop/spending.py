"""Rows 63, 66 and 74 to 76 of the list of attacks: an outsider's transactions, sent over gossip to a network."""
import os
import random
import threading
import time

from attacks import Watch
from disturbances import GROWTH_MIB
from nodes import joined, test
from outsider import final, funded
from running import Failed, Peer, batch, expect, message_id, rpc, until

# What a payment of an honest account may wait while an attack runs.
# - Unit: seconds.
PATIENCE = 4.0
# Under a flood of dust, as the list of attacks has it.
DUST_PATIENCE = 2.0


class Honest:
    """An account that pays again and again, over the socket of a node, and says how long it waited."""

    def __init__(self, account, node):
        self.account, self.control, self.waits = account, node.control(), []

    def pay(self, count=1):
        for _ in range(count):
            start = time.monotonic()
            final(self.control, self.account.pay([(self.account.public[::-1], 1)]))
            self.waits.append(time.monotonic() - start)

    def pay_until(self, seconds, done):
        """Pays until something is done, and a few times more."""
        end = time.monotonic() + seconds
        while not done():
            expect(time.monotonic() < end, f"the attack is over within {seconds} s")
            self.pay()
        self.pay(3)

    def waited(self, what, patience=PATIENCE):
        longest = max(self.waits)
        print(f"  {what}: {len(self.waits)} payments, the longest wait {longest:.2f} s", flush=True)
        expect(longest < patience, f"a payment waited {longest:.1f} s")


def sequence(control, account):
    """Of the last transaction of an account that is final."""
    return int(control.ask("account", account=account.public.hex())["sequence"])


def dust(seed, count):
    """Accounts that nobody has."""
    chance = random.Random(seed)
    return [(chance.randbytes(32), 1) for _ in range(count)]


@test(13, "A flood of dust accounts pays a deposit for each, ends with its money, and delays no payment (attack 74)")
def dust_accounts(network):
    node, control = network.nodes[1], network.nodes[0].control()
    spenders = funded(network, control, ["honest-74"] + [f"dust-{number}" for number in range(6)], 2_000, 60_000)
    honest, flooders = Honest(spenders[0], network.nodes[2]), spenders[1:]
    poor = funded(network, control, ["poor-74"], 100, 100)[0]
    fee = honest.account.money.fee
    before = [(each.holds(control), each.holds(control, fee)) for each in flooders]
    peer, memory, start = Peer.raw("dust"), node.memory, time.monotonic()
    joined(network, node, peer)
    for each in flooders:
        # Together about a thousand accounts a second.
        peer.rpc(node.id, rpc(network.topic, data=[batch(*[
            each.pay(dust(f"{each.address}/{number}", 64), limit=3_000) for number in range(14)])]))
        end = time.monotonic() + 0.9
        while time.monotonic() < end:
            honest.pay()
    honest.pay_until(60, lambda: all(sequence(control, each) == each.sequence for each in flooders))
    seconds = time.monotonic() - start
    entries, spent = 0, 0
    for each, (pounds, credit) in zip(flooders, before):
        entries += pounds - each.holds(control)
        spent += credit - each.holds(control, fee)
    print(f"  74: {entries} accounts in {seconds:.0f} s cost {spent} minor units, memory grew by "
          f"{node.memory - memory:.0f} MiB", flush=True)
    expect(entries == 14 * 64 * len(flooders), f"{entries} accounts were made")
    # Two for each entry, and the fee of what carried it.
    expect(spent >= 2 * entries, "each account cost its deposit")
    # Who cannot pay the deposits makes no account, and has paid for the try.
    peer.rpc(node.id, rpc(network.topic, data=[batch(poor.pay(dust("poor", 64), limit=100))]))
    until(20, "the poor one's try is final",
          lambda: sequence(control, poor) == 1)
    expect(poor.holds(control) == 100, "the poor one's money did not move")
    expect(node.memory - memory < GROWTH_MIB, f"memory grew by {node.memory - memory:.0f} MiB")
    honest.waited("74", DUST_PATIENCE)


@test(13, "Sequences of the future, second ones and more than there is neither fill nor empty a pool (attack 75)")
def pool_rules(network):
    node, control = network.nodes[1], network.nodes[0].control()
    flooder, second, third, waiting = funded(network, control, [f"pool-{number}" for number in range(4)], 1_000, 20_000)
    honest = Honest(funded(network, control, ["honest-75"], 1_000, 20_000)[0], network.nodes[2])
    target, other = os.urandom(32), os.urandom(32)
    peer, memory = Peer.raw("pool"), node.memory
    joined(network, node, peer)

    def send(*transactions):
        peer.rpc(node.id, rpc(network.topic, data=[batch(*transactions)]))

    def pending():
        return node.status()["pending"]
    until(20, "the pool is empty", lambda: pending() == 0)
    # A payment that waits for the one before it: nothing that comes later may push it out.
    send(waiting.pay([(target, 7)], sequence=2))
    until(10, "it waits", lambda: pending() == 1)
    # Two thousand of the future, of which sixteen may wait at most, and the first is missing.
    for first in range(2, 2_002, 100):
        send(*[flooder.pay([(target, 1)], sequence=number) for number in range(first, first + 100)])
    # Twice the same sequence: the first one stands.
    send(second.pay([(target, 900)], sequence=2))
    send(*[second.pay([(other, amount)], sequence=2, limit=limit) for amount in (1, 1_000) for limit in (400, 19_000)])
    # Each for itself covered, all together not; then children of what is not covered.
    send(*[third.pay([(target, 400)], sequence=number) for number in range(2, 17)])
    honest.pay(5)
    held = pending()
    expect(1 + 1 + 1 <= held <= 1 + 15 + 1 + 2, f"{held} transactions wait")
    # The missing ones come: what waited is final, and nothing else.
    for each in (waiting, flooder, second, third):
        send(each.pay([(other, 50)], sequence=1))
    until(30, "what waited is final", lambda: pending() == 0)
    made = [sequence(control, each) for each in (waiting, flooder, second, third)]
    expect(made[0] == 2 and made[1] >= 16 and made[2] == 2, f"sequences are {made}")
    expect(waiting.holds(control) == 1_000 - 50 - 7, "what was pushed at is paid")
    expect(second.holds(control) == 1_000 - 50 - 900, "the second one of a sequence did not replace the first")
    expect(third.holds(control) == 1_000 - 50 - 400 * (made[3] - 1), "no balance was overdrawn")
    expect(node.memory - memory < GROWTH_MIB, f"memory grew by {node.memory - memory:.0f} MiB")
    honest.waited("75")


@test(13, "What is costly to check and invalid costs a node little, and its sender the connection (attack 76)")
def costly_and_invalid(network):
    node, control = network.nodes[3], network.nodes[0].control()
    honest_account, forger = funded(network, control, ["honest-76", "forger"], 1_000, 20_000)
    honest, stranger = Honest(honest_account, network.nodes[2]), os.urandom(32)
    memory, cpu, start, names = node.memory, node.cpu, time.monotonic(), 4
    for name in range(names):
        peer = Peer.raw(f"costly-{name}")
        joined(network, node, peer)
        try:
            for count in range(10):
                # Each with 64 outputs, and signed with the wrong key; the sequence is the right one.
                heavy = [forger.signed(forger.body(dust(f"{name}/{count}/{each}", 64), sequence=1, limit=5_000),
                                       honest.account.key) for each in range(20)]
                peer.rpc(node.id, rpc(network.topic, data=[batch(*heavy)]))
                time.sleep(0.05)
        except Failed:
            pass
        until(10, "it is let go", lambda: peer.seen("gone"))
        honest.pay()
        peer.close()
    used = node.cpu - cpu
    seconds = time.monotonic() - start
    print(f"  76: {used:.1f} s of a processor in {seconds:.1f} s", flush=True)
    expect(used < 0.5 * names + 0.5 * seconds, f"the node used {used:.1f} s")
    expect(forger.holds(control) == 1_000, "nothing moved")
    expect(node.memory - memory < GROWTH_MIB, f"memory grew by {node.memory - memory:.0f} MiB")
    honest.waited("76")


@test(13, "Transactions that fill each peer's share hold up neither blocks nor payments (attack 66)")
def filled_shares(network):
    node, control = network.nodes[1], network.nodes[0].control()
    known, honest_account = funded(network, control, ["known-66", "honest-66"], 1_000, 40_000)
    honest = Honest(honest_account, node)
    settled = [known.pay([(known.public[::-1], 1)]) for _ in range(16)]
    for each in settled:
        final(control, each)
    flooders, memory = [Peer.raw(f"fills-{number}") for number in range(3)], node.memory
    joined(network, node, *flooders)
    count = 60_000 // (len(settled[0]) + 3)
    frames = 120

    def fill(flooder, chance):
        # Every one another message, as large as a batch may be, of what is final: nobody is to blame.
        for _ in range(frames):
            frame = rpc(network.topic, data=[batch(*chance.choices(settled, k=count))]).SerializeToString()
            flooder.send(f"repeat {node.id} {frame.hex()} 1")
    before, start = node.status(), time.monotonic()
    for number, flooder in enumerate(flooders):
        threading.Thread(target=fill, args=(flooder, random.Random(number)), daemon=True).start()
    honest.pay_until(90, lambda: all(len(each.seen("sent")) >= frames for each in flooders))
    after, seconds = node.status(), time.monotonic() - start
    print(f"  66: {3 * frames} batches in {seconds:.1f} s, {after['height'] - before['height']} blocks in "
          f"{after['view'] - before['view']} views", flush=True)
    views, blocks = after["view"] - before["view"], after["height"] - before["height"]
    expect(views - blocks <= 2 + views // 10, "leaders keep their turns")
    expect(node.memory - memory < GROWTH_MIB, f"memory grew by {node.memory - memory:.0f} MiB")
    honest.waited("66")


@test(13, "Five peers that announce a payment to every node and withhold it delay it by seconds only (attack 63)")
def announced_and_withheld(network):
    control = network.nodes[0].control()
    payer, honest_account = funded(network, control, ["withheld", "honest-63"], 1_000, 20_000)
    honest, node = Honest(honest_account, network.nodes[2]), network.nodes[1]
    withholders, publisher = [Peer.raw(f"withholder-{number}") for number in range(5)], Peer.raw("publisher")
    for each in network.nodes:
        joined(network, each, *withholders)
    joined(network, node, publisher)
    with Watch(network, node):
        transaction = payer.pay([(payer.public[::-1], 5)])
        data = batch(transaction)
        name = message_id(network.topic, data)
        for each in network.nodes:
            for peer in withholders:
                # Among many that nobody has ever seen.
                peer.rpc(each.id, rpc(network.topic, have=[name] + [os.urandom(20) for _ in range(400)]))
        time.sleep(0.2)
        start = time.monotonic()
        publisher.rpc(node.id, rpc(network.topic, data=[data]))
        honest.pay(2)
        until(20, "the payment is final", lambda: payer.holds(control) == 995)
        delay = time.monotonic() - start
        # One second until another is asked, and some heartbeats.
        expect(delay < 6, f"the payment waited {delay:.1f} s")
        honest.waited(f"63: the withheld one {delay:.1f} s")
