import Documents
import Testing

@Suite("JSON")
struct JsonTests {
    static func read(
        _ text: String, _ limits: JsonReader.Limits = .standard
    ) throws(JsonFault) -> JsonValue {
        try JsonReader.read(Array(text.utf8), limits: limits)
    }

    @Test(
        "What RFC 8259 does not allow is refused with its reason",
        arguments: [
            ("", .truncated), ("[1,]", .notAValue), ("[1 2]", .noComma), ("{\"a\":1,}", .noName),
            ("{a:1}", .noName), ("{\"a\" 1}", .noColon), ("[01]", .notAValue),
            ("[+1]", .notAValue), ("[.5]", .notAValue), ("[1.]", .notAValue), ("[1e]", .notAValue),
            ("nul", .notAValue), ("NaN", .notAValue), ("[1] 2", .textAfterEnd),
            ("\"\u{1}\"", .controlCharacter), (#""\x""#, .badEscape),
            (#""\ud800""#, .halfSurrogate),
            (#""\ud800\u0041""#, .halfSurrogate), (#""\udc00""#, .halfSurrogate),
            (#""\u00g0""#, .badEscape), ("\"abc", .truncated), ("{", .truncated),
            ("\u{feff}1", .notAValue), ("'a'", .notAValue), ("// x\n1", .notAValue),
            (#"{"a":1,"\u0061":2}"#, .nameTwice("a")),
        ] as [(String, JsonFault.Reason)])
    func strictness(text: String, reason: JsonFault.Reason) {
        #expect { try Self.read(text) } throws: { ($0 as? JsonFault)?.reason == reason }
    }

    @Test("Bytes that are not UTF-8 are refused")
    func encoding() {
        for bytes: [UInt8] in [
            [0xff], [0xc0, 0xaf], [0xed, 0xa0, 0x80], [0xf5, 0x80, 0x80, 0x80],
        ] {
            let text = [UInt8(ascii: "\"")] + bytes + [UInt8(ascii: "\"")]
            #expect { try JsonReader.read(text) } throws: {
                ($0 as? JsonFault)?.reason == .notUTF8
            }
        }
    }

    @Test("Each limit is kept, and named when it is passed")
    func limits() throws {
        var limits = JsonReader.Limits()
        limits.byteLimit = 64
        limits.depthLimit = 3
        limits.memberLimit = 2
        limits.elementLimit = 3
        limits.valueLimit = 6
        limits.textByteLimit = 4
        let cases: [(fits: String, passes: String, JsonFault.Reason)] = [
            ("[[[1]]]", "[[[[1]]]]", .tooDeep(limit: 3)),
            (#"{"a":1,"b":2}"#, #"{"a":1,"b":2,"c":3}"#, .tooManyMembers(limit: 2)),
            ("[1,2,3]", "[1,2,3,4]", .tooManyElements(limit: 3)),
            ("[[1,2],[3]]", "[[1,2],[3,4]]", .tooManyValues(limit: 6)),
            (#""abcd""#, #""abcde""#, .textTooLong(limit: 4)),
            (
                "1" + String(repeating: " ", count: 63), "1" + String(repeating: " ", count: 64),
                .tooManyBytes(limit: 64)
            ),
        ]
        for (fits, passes, reason) in cases {
            _ = try Self.read(fits, limits)
            #expect { try Self.read(passes, limits) } throws: {
                ($0 as? JsonFault)?.reason == reason
            }
        }
        let digits = String(repeating: "1", count: JsonNumber.byteLimit)
        #expect(try Self.read(digits) == .number(try #require(JsonNumber(digits))))
        #expect { try Self.read(digits + "1") } throws: {
            ($0 as? JsonFault)?.reason == .numberTooLong(limit: JsonNumber.byteLimit)
        }
    }

    @Test("Numbers keep their text, members their order, and a fault says its line")
    func faithful() throws {
        let text = #"{"b":1.50,"a":[-0,1E+2,12345678901234567890],"c":"\u00e9\n\"\\"}"#
        let value = try Self.read(text)
        let same = #"{"b":1.50,"a":[-0,1E+2,12345678901234567890],"c":"é\n\"\\"}"#
        #expect(JsonWriter.text(of: value) == same)
        #expect(try Self.read(JsonWriter.text(of: value, indented: true)) == value)
        #expect { try Self.read("{\n\"a\": 1,\n\"b\": x}") } throws: {
            "\($0)" == "line 3: here is no value of JSON"
        }
    }

    @Test(
        "Numbers are canonical as ECMAScript prints them",
        arguments: [
            ("0", "0"), ("-0", "0"), ("5e-324", "5e-324"), ("-5e-324", "-5e-324"),
            ("1.7976931348623157e308", "1.7976931348623157e+308"),
            ("9007199254740992", "9007199254740992"), ("9007199254740994", "9007199254740994"),
            ("295147905179352830000e0", "295147905179352830000"),
            ("9.999999999999997e22", "9.999999999999997e+22"), ("1e23", "1e+23"),
            ("1.0000000000000001e23", "1.0000000000000001e+23"),
            ("999999999999999700000e0", "999999999999999700000"),
            ("999999999999999900000e0", "999999999999999900000"), ("1e21", "1e+21"),
            ("9.999999999999997e-7", "9.999999999999997e-7"), ("0.000001", "0.000001"),
            ("333333333.33333329", "333333333.3333333"), ("4.50", "4.5"), ("2e-3", "0.002"),
            ("0.000000000000000000000000001", "1e-27"), ("1E30", "1e+30"),
            ("-0.0000033333", "-0.0000033333"),
            ("1424953923781206.2", "1424953923781206.2"), ("100", "100"), ("1.0", "1"),
        ])
    func canonicalNumbers(text: String, expected: String) throws {
        #expect(try CanonicalJson.text(of: try #require(JsonNumber(text))) == expected)
    }

    @Test("A number that a double does not hold exactly is refused, not changed")
    func inexact() throws {
        for text in ["9007199254740993", "12345678901234567890", "-9007199254740993"] {
            #expect(throws: CanonicalJson.Fault.inexact(text)) {
                try CanonicalJson.text(of: try #require(JsonNumber(text)))
            }
        }
        #expect(throws: CanonicalJson.Fault.tooLarge("1e400")) {
            try CanonicalJson.bytes(of: try Self.read("1e400"))
        }
    }

    @Test("Members are sorted by UTF-16 units, and texts escaped as little as can be")
    func canonicalForm() throws {
        let text = #"""
            {"\u20ac":"Euro Sign","\r":"Carriage Return","\ufb33":"Hebrew Letter Dalet With Dagesh",
            "1":"One","\ud83d\ude00":"Emoji","\u0080":"Control","\u00f6":"Latin Small Letter O"}
            """#
        let bytes = try CanonicalJson.bytes(of: try Self.read(text))
        let expected =
            #"{"\r":"Carriage Return","1":"One","\#u{80}":"Control","ö":"Latin Small Letter O","#
            + #""€":"Euro Sign","😀":"Emoji","\#u{fb33}":"Hebrew Letter Dalet With Dagesh"}"#
        #expect(bytes == Array(expected.utf8))
        let literals = try Self.read(#"{"b":[null,true,false],"a":"\u000f\b\t/\"<é"}"#)
        #expect(
            try CanonicalJson.bytes(of: literals)
                == Array(#"{"a":"\u000f\b\t/\"<é","b":[null,true,false]}"#.utf8))
    }
}
