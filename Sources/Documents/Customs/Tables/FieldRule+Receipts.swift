/// Fields of what customs answers (messages 312, 412, 512, 622, 624, 626), and of the envelope.
///
/// - Source: facts from the field list of GACC's interface specification, edition 202205.
extension FieldRule {
    /// Answer to an order, message 312.
    static let orderReceipt: [FieldRule] = [
        .required("guid", .exactly(36)),
        .required("ebpCode", .text(18)),
        .required("ebcCode", .text(18)),
        .required("orderNo", .text(60)),
        .required("returnStatus", .text(10)),
        .required("returnTime", .instant),
        .required("returnInfo", .text(1000)),
    ]

    /// Answer to a payment, message 412.
    static let paymentReceipt: [FieldRule] = [
        .required("guid", .exactly(36)),
        .required("payCode", .text(18)),
        .required("payTransactionId", .text(60)),
        .required("returnStatus", .text(10)),
        .required("returnTime", .instant),
        .required("returnInfo", .text(1000)),
    ]

    /// Answer to a waybill, message 512.
    static let waybillReceipt: [FieldRule] = [
        .required("guid", .exactly(36)),
        .required("logisticsCode", .text(18)),
        .required("logisticsNo", .text(60)),
        .required("returnStatus", .text(10)),
        .required("returnTime", .instant),
        .required("returnInfo", .text(1000)),
    ]

    /// Answer to a list, message 622.
    static let listReceipt: [FieldRule] = [
        .required("guid", .exactly(36)),
        .optional("customsCode", .exactly(4)),
        .optional("ebpCode", .text(18)),
        .optional("ebcCode", .text(18)),
        .optional("agentCode", .text(18)),
        .required("copNo", .text(20)),
        .required("preNo", .exactly(18)),
        .optional("invtNo", .exactly(18)),
        .required("returnStatus", .text(10)),
        .required("returnTime", .instant),
        .required("returnInfo", .text(1000)),
    ]

    /// Answer to a cancellation, message 624.
    static let cancellationReceipt: [FieldRule] = [
        .required("guid", .exactly(36)),
        .optional("customsCode", .exactly(4)),
        .optional("agentCode", .text(18)),
        .optional("ebpCode", .text(18)),
        .optional("ebcCode", .text(18)),
        .required("copNo", .text(20)),
        .required("preNo", .exactly(18)),
        .optional("invtNo", .exactly(18)),
        .required("returnStatus", .text(10)),
        .required("returnTime", .instant),
        .required("returnInfo", .text(1000)),
    ]

    /// Answer to a return of goods, message 626.
    static let returnReceipt: [FieldRule] = [
        .required("guid", .exactly(36)),
        .optional("customsCode", .exactly(4)),
        .optional("agentCode", .text(18)),
        .optional("ebpCode", .text(18)),
        .optional("ebcCode", .text(18)),
        .required("copNo", .text(20)),
        .required("preNo", .exactly(18)),
        .optional("invtNo", .exactly(18)),
        .required("returnStatus", .text(10)),
        .required("returnTime", .instant),
        .required("returnInfo", .text(1000)),
    ]

    /// Who hands the message in.
    static let transfer: [FieldRule] = [
        .required("copCode", .text(18)),
        .required("copName", .open(100)),
        .required("dxpMode", .exactly(3)),
        .required("dxpId", .open(30)),
        .optional("note", .open(1000)),
    ]

    /// Who else gets the answers.
    static let subscription: [FieldRule] = [
        .required("status", .open(100)),
        .required("dxpMode", .exactly(3)),
        .required("dxpAddress", .open(100)),
        .optional("note", .open(1000)),
    ]

    /// Data of the sender's own, without its content.
    static let extensionHead: [FieldRule] = [
        .required("name", .open(30)),
        .required("version", .open(30)),
    ]
}
