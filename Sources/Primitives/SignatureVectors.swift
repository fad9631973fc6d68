/// Fixed signatures on which libraries are known to differ.
///
/// - Source: `edges` from ed25519-speccheck (Chalkias, Garillot, Nikolaenko, "Taming the many
///   EdDSAs"), cases 0 to 11; `shifted` made by us from one key pair, see the comment there.
enum SignatureVectors {
    struct Edge: Sendable {
        let message: String
        let key: String
        let signature: String
    }

    /// Signed by the owner of `shiftedKeys[0]`, whose seed is the bytes 0 to 31, with k times a
    /// point of order 8 added to R; k = 0 is an ordinary signature.
    static let shiftedMessage = Array("argosy torsion self-test".utf8)

    static let shifted = [
        "6466477f1d559adaf0a56e6d950366a9305fe3a728dbbb8df0f6bca82c967a45"
            + "052109cc2556ccb1182ca796ddc83d14f4cccde12b8d4e2c988c32494990920e",
        "7d37f8fbbaedbd094a78af83a9a0ada1a4992b5ca0564740b56d38c401ccbe3d"
            + "549a3f266ffaa953fe5883345d3c631215c5d964ef65c1107b883ec97ae23906",
        "d42e3a5243506bdc167dcfd28d305c1cc3ab89435cd6c81b1ba64f5967daccc9"
            + "f84e85b1b27373a7a848500ff7e98ca19f747200892e15490570ee9cf412830d",
        "b58d9e2484ef5836f987197ca59f6ad66ca7e77664b237d45e0b1ed09579fc69"
            + "da1e1d702a084ca71c09ac31166eb621fad8fab48b63eabe345feeb115ea790a",
        "8999b880e2aa65250f5a91926afc9956cfa01c58d72444720f094357d36985ba"
            + "5f3f69e5a2a962146a7fd827bd8f400f1db90f232e3e43c73c2f70c7b805ad0e",
        "70c80704451242f6b587507c565f525e5b66d4a35fa9b8bf4a92c73bfe3341c2"
            + "0eb3c8ba0a1abfca47998b6618e688971a201d82de26e33968d659419dda6001",
        "19d1c5adbcaf9423e982302d72cfa3e33c5476bca32937e4e459b0a698253336"
            + "d92969a60337f9c37a95f357b6902d2cce7482698216f13ab6769bedd0f2580a",
        "387261db7b10a7c90678e6835a609529935818899b4dc82ba1f4e12f6a860396"
            + "b1ab36b26790c0e1a4f509a745ccfffc743e702bba8ec65a9b42273721e8ba01",
    ]

    /// One key with k times a point of order 8 added; only k = 0 is in the prime-order subgroup.
    static let shiftedKeys = [
        "03a107bff3ce10be1d70dd18e74bc09967e4d6309ba50d5f1ddc8664125531b8",
        "b502ff3d92e31d8190b4aa4ea0414005167fad089c4de9dac8a2fc850fed4f58",
        "8b2a59ac4324b312dd8d7e5480f0d2e11412b04eeb4e515268a730a951142b6c",
        "b154bd62188ae283dd187fefe8c31f5e276edf083b4cff11c9d5cff856c74440",
        "ea5ef8400c31ef41e28f22e718b43f66981b29cf645af2a0e223799bedaace47",
        "38fd00c26d1ce27e6f4b55b15fbebffae98052f763b21625375d037af012b0a7",
        "62d5a653bcdb4ced227281ab7f0f2d1eebed4fb114b1aead9758cf56aeebd493",
        "3cab429de7751d7c22e78010173ce0a1d89120f7c4b300ee362a3007a938bbbf",
    ]

    static let edges = [
        Edge(
            message: "8c93255d71dcab10e8f379c26200f3c7bd5f09d9bc3068d3ef4edeb4853022b6",
            key: "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
            signature: "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"
                + "0000000000000000000000000000000000000000000000000000000000000000"),
        Edge(
            message: "9bd9f44f4dcc75bd531b56b2cd280b0bb38fc1cd6d1230e14861d861de092e79",
            key: "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
            signature: "f7badec5b8abeaf699583992219b7b223f1df3fbbea919844e3f7c554a43dd43"
                + "a5bb704786be79fc476f91d3f3f89b03984d8068dcf1bb7dfc6637b45450ac04"),
        Edge(
            message: "aebf3f2601a0c8c5d39cc7d8911642f740b78168218da8471772b35f9d35b9ab",
            key: "f7badec5b8abeaf699583992219b7b223f1df3fbbea919844e3f7c554a43dd43",
            signature: "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa"
                + "8c4bd45aecaca5b24fb97bc10ac27ac8751a7dfe1baff8b953ec9f5833ca260e"),
        Edge(
            message: "9bd9f44f4dcc75bd531b56b2cd280b0bb38fc1cd6d1230e14861d861de092e79",
            key: "cdb267ce40c5cd45306fa5d2f29731459387dbf9eb933b7bd5aed9a765b88d4d",
            signature: "9046a64750444938de19f227bb80485e92b83fdb4b6506c160484c016cc1852f"
                + "87909e14428a7a1d62e9f22f3d3ad7802db02eb2e688b6c52fcd6648a98bd009"),
        Edge(
            message: "e47d62c63f830dc7a6851a0b1f33ae4bb2f507fb6cffec4011eaccd55b53f56c",
            key: "cdb267ce40c5cd45306fa5d2f29731459387dbf9eb933b7bd5aed9a765b88d4d",
            signature: "160a1cb0dc9c0258cd0a7d23e94d8fa878bcb1925f2c64246b2dee1796bed512"
                + "5ec6bc982a269b723e0668e540911a9a6a58921d6925e434ab10aa7940551a09"),
        Edge(
            message: "e47d62c63f830dc7a6851a0b1f33ae4bb2f507fb6cffec4011eaccd55b53f56c",
            key: "cdb267ce40c5cd45306fa5d2f29731459387dbf9eb933b7bd5aed9a765b88d4d",
            signature: "21122a84e0b5fca4052f5b1235c80a537878b38f3142356b2c2384ebad4668b7"
                + "e40bc836dac0f71076f9abe3a53f9c03c1ceeeddb658d0030494ace586687405"),
        Edge(
            message: "85e241a07d148b41e47d62c63f830dc7a6851a0b1f33ae4bb2f507fb6cffec40",
            key: "442aad9f089ad9e14647b1ef9099a1ff4798d78589e66f28eca69c11f582a623",
            signature: "e96f66be976d82e60150baecff9906684aebb1ef181f67a7189ac78ea23b6c0e"
                + "547f7690a0e2ddcd04d87dbc3490dc19b3b3052f7ff0538cb68afb369ba3a514"),
        Edge(
            message: "85e241a07d148b41e47d62c63f830dc7a6851a0b1f33ae4bb2f507fb6cffec40",
            key: "442aad9f089ad9e14647b1ef9099a1ff4798d78589e66f28eca69c11f582a623",
            signature: "8ce5b96c8f26d0ab6c47958c9e68b937104cd36e13c33566acd2fe8d38aa1942"
                + "7e71f98a473474f2f13f06f97c20d58cc3f54b8bd0d272f42b695dd7e89a8c22"),
        Edge(
            message: "9bedc267423725d473888631ebf45988bad3db83851ee85c85e241a07d148b41",
            key: "f7badec5b8abeaf699583992219b7b223f1df3fbbea919844e3f7c554a43dd43",
            signature: "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"
                + "03be9678ac102edcd92b0210bb34d7428d12ffc5df5f37e359941266a4e35f0f"),
        Edge(
            message: "9bedc267423725d473888631ebf45988bad3db83851ee85c85e241a07d148b41",
            key: "f7badec5b8abeaf699583992219b7b223f1df3fbbea919844e3f7c554a43dd43",
            signature: "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"
                + "ca8c5b64cd208982aa38d4936621a4775aa233aa0505711d8fdcfdaa943d4908"),
        Edge(
            message: "e96b7021eb39c1a163b6da4e3093dcd3f21387da4cc4572be588fafae23c155b",
            key: "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
            signature: "a9d55260f765261eb9b84e106f665e00b867287a761990d7135963ee0a7d59dc"
                + "a5bb704786be79fc476f91d3f3f89b03984d8068dcf1bb7dfc6637b45450ac04"),
        Edge(
            message: "39a591f5321bbe07fd5a23dc2f39d025d74526615746727ceefd6e82ae65c06f",
            key: "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
            signature: "a9d55260f765261eb9b84e106f665e00b867287a761990d7135963ee0a7d59dc"
                + "a5bb704786be79fc476f91d3f3f89b03984d8068dcf1bb7dfc6637b45450ac04"),
    ]
}
