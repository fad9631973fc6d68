public import Primitives

extension Draft {
    /// Checks that the keys which signed are enough for every account, and that each is needed.
    ///
    /// - Parameters:
    ///   - signers: Ascending, each once; their signatures are checked elsewhere.
    ///   - accounts: Ascending, each once.
    /// - Throws: ``Rejection`` when a signature is missing or not needed.
    /// - Source: rules L8 and L9: without the last check, somebody else could add or strip
    ///   signatures and so change the fee.
    public mutating func authorise(
        signers: [PublicKey], for accounts: [AccountID]
    ) throws(Rejection) {
        var needed = 0 as UInt32
        for account in accounts {
            let leaf = self.account(account)
            if let authority = leaf?.authority {
                let weights = signers.map { UInt64(authority.weight(of: $0)) }
                let total = weights.reduce(0, +)
                guard total >= UInt64(authority.threshold) else { throw .signatureMissing }
                for (index, weight) in weights.enumerated()
                where weight > 0 && total - weight < UInt64(authority.threshold) {
                    needed |= 1 << UInt32(index)
                }
            } else {
                let key = account.foundingKey
                guard let index = signers.firstIndex(of: key) else { throw .signatureMissing }
                // The key has not entered the state before its first transaction (design R3).
                if leaf == nil, !admissible.admits(key) { throw .keyNotAdmissible }
                needed |= 1 << UInt32(index)
            }
        }
        guard needed.nonzeroBitCount == signers.count else { throw .signatureSurplus }
    }
}
