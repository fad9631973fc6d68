import Primitives

/// What libsodium alone verifies: the limit of everything that checks each signature once.
struct RawVerify {
    let one: Stopwatch.Reading
    let two: Stopwatch.Reading
    let long: Stopwatch.Reading
    let sign: Stopwatch.Reading
    let count: Int
    private let jobs: [Job]

    private struct Job: Sendable {
        let key: PublicKey
        let message: [UInt8]
        let signature: Signature
    }

    init(_ count: Int) async {
        self.count = count
        let keys = (0..<64).map { SigningKey.numbered($0) }
        var random = Chance(seed: 1)
        func jobs(_ byteCount: Int) -> [Job] {
            (0..<1_024).map { place in
                let message = random.bytes(byteCount)
                let key = keys[place % keys.count]
                return Job(key: key.publicKey, message: message, signature: key.sign(message))
            }
        }
        let (short, longer) = (jobs(32), jobs(200))
        self.jobs = short
        let half = count / 2
        long = (0..<3).map { _ in Stopwatch.measure { Self.check(longer, half) } }.median
        one = (0..<3).map { _ in Stopwatch.measure { Self.check(short, half) } }.median
        var readings: [Stopwatch.Reading] = []
        for _ in 0..<3 {
            readings.append(await Stopwatch.measure { await Self.checkTwice(short, half) })
        }
        two = readings.median
        sign = Stopwatch.measure {
            for place in 0..<half {
                _ = keys[place % keys.count].sign(short[place % short.count].message)
            }
        }
    }

    /// Repeats something, each time between two measurements of libsodium on both cores, so that
    /// the ratio holds when what else runs on the machine changes.
    ///
    /// - Returns: the reading in the middle by ratio.
    func beside(
        _ work: () async throws -> Stopwatch.Reading, count workCount: Int
    ) async rethrows -> Beside {
        var pairs: [Beside] = []
        for _ in 0..<3 {
            let half = 4_000
            let before = await Stopwatch.measure { await Self.checkTwice(jobs, half) }
            let reading = try await work()
            let after = await Stopwatch.measure { await Self.checkTwice(jobs, half) }
            let limit = Double(4 * half) / (before.wall + after.wall)
            let coreLimit = Double(4 * half) / (before.cpu + after.cpu)
            pairs.append(
                Beside(
                    reading: reading, ratio: reading.rate(workCount) / limit,
                    coreRatio: reading.coreRate(workCount) / coreLimit))
        }
        return pairs.sorted { $0.ratio < $1.ratio }[1]
    }

    /// What libsodium verifies at this moment, with two threads.
    func now() async -> Now {
        let half = 8_000
        return Now(
            reading: await Stopwatch.measure { await Self.checkTwice(jobs, half) },
            count: 2 * half)
    }

    struct Now {
        let reading: Stopwatch.Reading
        let count: Int
    }

    /// A measurement, and how it stands to libsodium just before and after.
    struct Beside {
        let reading: Stopwatch.Reading
        /// To both cores, by the clock.
        let ratio: Double
        /// To one core, by processor time.
        let coreRatio: Double
    }

    private static func check(_ jobs: [Job], _ count: Int) {
        for place in 0..<count {
            let job = jobs[place % jobs.count]
            precondition(job.signature.isValid(for: job.message, by: job.key), "it was just signed")
        }
    }

    private static func checkTwice(_ jobs: [Job], _ half: Int) async {
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<2 { group.addTask { check(jobs, half) } }
        }
    }

    /// By the clock, with both cores.
    var rate: Double { two.rate(count) }
    /// On one core, by processor time.
    var coreRate: Double { two.coreRate(count) }
    /// Signatures made on one core, by processor time.
    var signCoreRate: Double { sign.coreRate(count / 2) }

    var figures: [Figure] {
        [
            Figure(
                name: "verify_one_thread", value: one.rate(count / 2), unit: "1/s",
                note: "32-byte id; \(Int(one.coreRate(count / 2))) by cpu"),
            Figure(
                name: "verify_one_thread_200_bytes", value: long.rate(count / 2), unit: "1/s",
                note: "\(Int(long.coreRate(count / 2))) by cpu"),
            Figure(
                name: "verify_two_threads", value: rate, unit: "1/s",
                note: "the limit below; \(Int(coreRate)) a core by cpu"),
            Figure(
                name: "sign_one_thread", value: sign.rate(count / 2), unit: "1/s",
                note: "\(Int(signCoreRate)) by cpu"),
        ]
    }
}
