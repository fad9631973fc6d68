import Documents
import Testing

@Suite("Keys of GS1")
struct Gs1KeyTests {
    @Test(
        "A URN becomes its key, and the key becomes the URN",
        arguments: [
            (
                "urn:epc:id:sgtin:9521141.101234.2017",
                Gs1Key.item(gtin: "19521141012342", serial: "2017"),
                "https://id.gs1.org/01/19521141012342/21/2017"
            ),
            (
                "urn:epc:id:sgtin:9521141.001234.A!b",
                .item(gtin: "09521141012345", serial: "A%21b"),
                "https://id.gs1.org/01/09521141012345/21/A%21b"
            ),
            (
                "urn:epc:class:lgtin:9521141.001234.L(1)",
                .lot(gtin: "09521141012345", lot: "L%281%29"),
                "https://id.gs1.org/01/09521141012345/10/L%281%29"
            ),
            (
                "urn:epc:idpat:sgtin:9521141.001234.*", .product(gtin: "09521141012345"),
                "https://id.gs1.org/01/09521141012345"
            ),
            (
                "urn:epc:id:sscc:9521141.1111111111", .logisticUnit(sscc: "195211411111111115"),
                "https://id.gs1.org/00/195211411111111115"
            ),
            (
                "urn:epc:id:sgln:9521141.00001.0", .place(gln: "9521141000014", extension: nil),
                "https://id.gs1.org/414/9521141000014"
            ),
            (
                "urn:epc:id:sgln:9521141.00001.dock7",
                .place(gln: "9521141000014", extension: "dock7"),
                "https://id.gs1.org/414/9521141000014/254/dock7"
            ),
            (
                "urn:epc:id:pgln:9521141.00001", .party(gln: "9521141000014"),
                "https://id.gs1.org/417/9521141000014"
            ),
        ] as [(String, Gs1Key, String)])
    func urns(urn: String, key: Gs1Key, link: String) throws {
        #expect(try Gs1Key(urn) == key)
        #expect(try Gs1Key(link) == key)
        #expect(key.digitalLink == link)
        #expect(key.urn(prefixDigits: 7) == urn)
        #expect(EpcUrn.digitalLink(urn) == link)
    }

    @Test("The digit of a company prefix of any length finds its place")
    func prefixes() throws {
        let key = Gs1Key.item(gtin: "10614141073464", serial: "2017")
        for digits in 6...12 {
            let urn = try #require(key.urn(prefixDigits: digits))
            #expect(try Gs1Key(urn) == key, "\(urn)")
        }
        #expect(key.urn(prefixDigits: 5) == nil)
        #expect(key.urn(prefixDigits: 13) == nil)
    }

    @Test(
        "A link of any domain becomes the canonical one, with the finest key only",
        arguments: [
            (
                "https://shop.example/gtin/780345418913/cpv/2A/lot/L1/ser/765tz?x=1&y=2",
                "https://id.gs1.org/01/00780345418913/21/765tz"
            ),
            (
                "http://example.com/some/path/01/09780345418913/10/L1",
                "https://id.gs1.org/01/09780345418913/10/L1"
            ),
            (
                "https://example.com/sscc/095212340000000174",
                "https://id.gs1.org/00/095212340000000174"
            ),
            ("https://id.gs1.de/414/4012345000115", "https://id.gs1.org/414/4012345000115"),
            ("https://example.com/01/0978034541891", "https://id.gs1.org/01/00978034541891"),
            ("https://example.com/01/97803454189", nil), ("https://example.com/01/", nil),
            ("https://example.com/about/01", nil), ("https://example.com", nil),
            ("https://example.com/01/09780345418913/21/a/b", nil),
            ("https://example.com/01/09780345418913/99/x", nil),
            ("https://example.com/01/09780345418913/21/123456789012345678901", nil),
            ("ftp://example.com/01/09780345418913", nil), ("01/09780345418913", nil),
        ] as [(String, String?)])
    func links(text: String, expected: String?) {
        #expect(DigitalLink.normalized(text) == expected)
    }

    @Test("A wrong check digit is told with the right one")
    func checkDigits() {
        #expect(throws: Gs1Key.Fault.checkDigit("09521234700011", expected: "2")) {
            try Gs1Key("https://id.gs1.org/01/09521234700011/21/T101")
        }
        #expect(throws: Gs1Key.Fault.checkDigit("095212340000000179", expected: "4")) {
            try Gs1Key("https://id.gs1.org/00/095212340000000179")
        }
        #expect(throws: Gs1Key.Fault.notAKey("urn:uuid:1")) { try Gs1Key("urn:uuid:1") }
    }

    @Test(
        "An EPC that its scheme does not allow has no link",
        arguments: [
            "urn:epc:id:sgtin:95212.0700012.A", "urn:epc:id:sgtin:9521234.07000.A",
            "urn:epc:id:sgtin:9521234.070001.", "urn:epc:id:sgtin:9521234.070001.a b",
            "urn:epc:id:sgtin:9521234.070001.123456789012345678901",
            "urn:epc:id:sgtin:9521234.070001.%2", "urn:epc:id:sgtin:9521234.070001.%+1",
            "urn:epc:id:sgtin:9521234.070001.%20", "urn:epc:id:sscc:9521234.000000001",
            "urn:epc:id:sscc:9521234.00000000177", "urn:epc:id:unknown:9521234.1",
            "urn:epc:class:sgtin:9521234.070001.A", "urn:epc:idpat:sgtin:9521234.070001.A",
            "urn:epc:id:cpi:9521234.abc.1", "urn:epc:id:cpi:9521234.ABC.1234567890123",
            "urn:epc:id:sgcn:9521234.00001.A", "urn:epc:", "urn:epc:id", "urn:epc:id:sgtin:",
            "urn:epc:id:itip:9521234.070001.1.02.9", "urn:epc:id:giai:9521234",
        ])
    func malformed(text: String) { #expect(EpcUrn.digitalLink(text) == nil) }
}
