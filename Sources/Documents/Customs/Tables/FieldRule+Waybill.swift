/// Fields of the waybill, its status and the warehouse entry (messages 511, 513, 711).
///
/// - Source: facts from the field list of GACC's interface specification, edition 202205.
extension FieldRule {
    /// The waybill, message 511.
    static let waybillHead: [FieldRule] = [
        .required("guid", .exactly(36)),
        .required("appType", .oneOf(["1", "2", "3"])),
        .required("appTime", .moment),
        .required("appStatus", .oneOf(["1", "2"])),
        .required("logisticsCode", .text(18)),
        .required("logisticsName", .text(100)),
        .required("logisticsNo", .text(60)),
        .optional("billNo", .open(37)),
        .required("orderNo", .text(60)),
        .optional("freight", .decimal),
        .optional("insuredFee", .decimal),
        .required("currency", .exactly(3)),
        .required("weight", .decimal),
        .required("packNo", .count),
        .optional("goodsInfo", .open(200)),
        .required("consignee", .text(100)),
        .required("consigneeAddress", .text(200)),
        .required("consigneeTelephone", .text(50)),
        .optional("note", .open(1000)),
    ]

    /// The status of a waybill, message 513.
    static let waybillStatus: [FieldRule] = [
        .required("guid", .exactly(36)),
        .required("appType", .oneOf(["1", "2", "3"])),
        .required("appTime", .moment),
        .required("appStatus", .oneOf(["1", "2"])),
        .required("logisticsCode", .text(18)),
        .required("logisticsName", .text(100)),
        .required("logisticsNo", .text(60)),
        .required("logisticsStatus", .exactly(1)),
        .required("logisticsTime", .moment),
        .optional("note", .open(1000)),
    ]

    /// What enters the warehouse, message 711.
    static let entryHead: [FieldRule] = [
        .required("guid", .exactly(36)),
        .required("appType", .oneOf(["1", "2", "3"])),
        .required("appTime", .moment),
        .required("appStatus", .oneOf(["1", "2"])),
        .required("customsCode", .exactly(4)),
        .optional("copNo", .open(20)),
        .optional("preNo", .open(18)),
        .optional("rkdNo", .open(18)),
        .required("operatorCode", .text(18)),
        .required("operatorName", .text(100)),
        .required("ieFlag", .oneOf(["I", "E"])),
        .required("trafMode", .exactly(1)),
        .required("trafNo", .text(100)),
        .required("voyageNo", .text(32)),
        .required("billNo", .text(37)),
        .required("logisticsCode", .text(18)),
        .required("logisticsName", .text(100)),
        .optional("unloadLocation", .open(100)),
        .optional("note", .open(1000)),
    ]

    /// One waybill that enters.
    static let entryLine: [FieldRule] = [
        .required("gnum", .integer),
        .required("logisticsNo", .text(60)),
        .optional("note", .open(1000)),
    ]
}
