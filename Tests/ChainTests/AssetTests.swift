import Chain
import Ledger
import Primitives
import Testing

@Suite("Assets and their powers")
struct AssetTests {
    typealias Net = TestNetwork

    private static let yen = AssetID(
        issuer: TestNetwork.alice.account, code: TestNetwork.code("JPY"))

    private func founded(powers: Powers) throws -> Net {
        var net = try Net()
        let create = CreateAsset(
            code: Net.code("JPY"), decimals: 0, powers: powers, supply: units(500))
        #expect(try net.send(Net.alice, .createAsset(create)).succeeded)
        return net
    }

    @Test("An asset is made once, and its first supply goes to the issuer")
    func create() throws {
        var net = try founded(powers: [])
        #expect(try net.balance(Net.alice, Self.yen) == 500)
        let again = CreateAsset(code: Net.code("JPY"), decimals: 2, powers: .all)
        #expect(try net.send(Net.alice, .createAsset(again)).rejection == .assetExists)
        let mint = Mint(asset: Self.yen, recipient: Net.alice.account, amount: units(1))
        #expect(try net.send(Net.alice, .mint(mint)).rejection == .powerAbsent)
        #expect(try net.send(Net.bob, .mint(mint)).rejection == .notIssuer)
    }

    @Test("A power that was given up is gone, and another cannot be added")
    func givingUp() throws {
        var net = try founded(powers: [.mint, .freeze])
        let mint = Action.Kind.mint(
            Mint(asset: Self.yen, recipient: Net.bob.account, amount: units(9)))
        #expect(try net.send(Net.alice, mint).succeeded)
        let give = Action.Kind.giveUpPower(GiveUpPower(asset: Self.yen, powers: .mint))
        #expect(try net.send(Net.alice, give).succeeded)
        #expect(try net.send(Net.alice, mint).rejection == .powerAbsent)
        #expect(try net.send(Net.alice, give).rejection == .powerAbsent)
    }

    @Test("Giving up the power to freeze frees what was frozen")
    func thaw() throws {
        var net = try founded(powers: .freeze)
        try net.send(Net.alice, Net.pay(Net.bob, 100, Self.yen))
        let freeze = Freeze(asset: Self.yen, holder: Net.bob.account, isFrozen: true)
        #expect(try net.send(Net.alice, .freeze(freeze)).succeeded)
        #expect(
            try net.send(Net.bob, Net.pay(Net.alice, 1, Self.yen)).rejection == .balanceFrozen)
        try net.send(
            Net.alice, .giveUpPower(GiveUpPower(asset: Self.yen, powers: .freeze)))
        #expect(try net.send(Net.bob, Net.pay(Net.alice, 1, Self.yen)).succeeded)
    }

    @Test("An asset that needs consent reaches nobody without it")
    func authorise() throws {
        var net = try founded(powers: .authorise)
        let pay = Net.pay(Net.bob, 10, Self.yen)
        #expect(try net.send(Net.alice, pay).rejection == .holderNotAuthorised)
        let consent = Action.Kind.authorise(
            Authorise(asset: Self.yen, holder: Net.bob.account, isAuthorised: true))
        #expect(try net.send(Net.bob, consent).rejection == .notIssuer)
        #expect(try net.send(Net.alice, consent, pay).succeeded)
        let revoke = Authorise(asset: Self.yen, holder: Net.bob.account, isAuthorised: false)
        try net.send(Net.alice, .authorise(revoke))
        #expect(
            try net.send(Net.bob, Net.pay(Net.alice, 1, Self.yen)).rejection
                == .holderNotAuthorised)
    }

    @Test("Clawback takes from a frozen balance and shrinks the supply; without the power nothing")
    func clawback() throws {
        var net = try founded(powers: [.clawback, .freeze])
        try net.send(Net.alice, Net.pay(Net.bob, 100, Self.yen))
        let freeze = Freeze(asset: Self.yen, holder: Net.bob.account, isFrozen: true)
        try net.send(Net.alice, .freeze(freeze))
        let claw = Clawback(asset: Self.yen, holder: Net.bob.account, amount: units(60))
        #expect(try net.send(Net.alice, .clawback(claw)).succeeded)
        #expect(try net.balance(Net.bob, Self.yen) == 40)
        var draft = try net.draft
        #expect(draft.asset(Self.yen)?.supply == units(440))
        #expect(try net.send(Net.alice, .clawback(claw)).rejection == .balanceShort)
    }

    @Test("A holder burns a frozen balance to zero and closes it, and the mark stays")
    func burnFrozen() throws {
        var net = try Net()
        let freeze = Freeze(asset: Net.dollar, holder: Net.bob.account, isFrozen: true)
        try net.send(Net.issuer, .freeze(freeze))
        let part = Action.Kind.burn(Burn(asset: Net.dollar, amount: units(5)))
        #expect(try net.send(Net.bob, part).rejection == .balanceFrozen)
        let all = Action.Kind.burn(Burn(asset: Net.dollar, amount: units(1_000_000)))
        #expect(
            try net.send(Net.bob, all, .closeBalance(CloseBalance(asset: Net.dollar))).succeeded)
        #expect(try net.leaf(Net.bob, Net.dollar)?.isFrozen == true)
        #expect(
            try net.send(Net.alice, Net.pay(Net.bob, 1, Net.dollar)).rejection == .balanceFrozen)
    }

    @Test("The supply cannot pass 64 bits")
    func supplyOverflow() throws {
        var net = try founded(powers: .mint)
        let mint = Mint(
            asset: Self.yen, recipient: Net.bob.account, amount: units(.max - 499))
        #expect(try net.send(Net.alice, .mint(mint)).rejection == .amountOverflow)
        let last = Mint(
            asset: Self.yen, recipient: Net.bob.account, amount: units(.max - 500))
        #expect(try net.send(Net.alice, .mint(last)).succeeded)
        #expect(
            try net.send(Net.bob, Net.pay(Net.alice, .max - 500, Self.yen)).succeeded)
        #expect(try net.balance(Net.alice, Self.yen) == .max)
    }
}
