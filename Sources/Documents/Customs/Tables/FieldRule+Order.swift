/// Fields of the order and of the payment (messages 311 and 411).
///
/// - Source: facts from the field list of GACC's interface specification, edition 202205.
extension FieldRule {
    /// The order, message 311.
    static let orderHead: [FieldRule] = [
        .required("guid", .exactly(36)),
        .required("appType", .oneOf(["1", "2", "3"])),
        .required("appTime", .moment),
        .required("appStatus", .oneOf(["1", "2"])),
        .required("orderType", .oneOf(["I"])),
        .required("orderNo", .text(60)),
        .required("ebpCode", .text(18)),
        .required("ebpName", .text(100)),
        .required("ebcCode", .text(18)),
        .required("ebcName", .text(100)),
        .required("goodsValue", .decimal),
        .required("freight", .decimal),
        .required("discount", .decimal),
        .required("taxTotal", .decimal),
        .required("acturalPaid", .decimal),
        .required("currency", .exactly(3)),
        .required("buyerRegNo", .text(60)),
        .required("buyerName", .text(60)),
        .required("buyerTelephone", .text(30)),
        .required("buyerIdType", .exactly(1)),
        .required("buyerIdNumber", .text(60)),
        .optional("payCode", .open(18)),
        .optional("payName", .open(100)),
        .optional("payTransactionId", .open(60)),
        .optional("batchNumbers", .open(100)),
        .required("consignee", .text(100)),
        .required("consigneeTelephone", .text(50)),
        .required("consigneeAddress", .text(200)),
        .optional("consigneeDistrict", .exactly(6)),
        .optional("note", .open(1000)),
    ]

    /// One line of goods of an order.
    static let orderLine: [FieldRule] = [
        .required("gnum", .integer),
        .optional("itemNo", .open(30)),
        .required("itemName", .text(250)),
        .required("gmodel", .text(510)),
        .optional("itemDescribe", .open(1000)),
        .optional("barCode", .open(50)),
        .required("unit", .exactly(3)),
        .required("qty", .decimal),
        .required("price", .decimal),
        .required("totalPrice", .decimal),
        .required("currency", .exactly(3)),
        .required("country", .exactly(3)),
        .optional("note", .open(1000)),
    ]

    /// The payment, message 411.
    static let paymentHead: [FieldRule] = [
        .required("guid", .exactly(36)),
        .required("appType", .oneOf(["1", "2", "3"])),
        .required("appTime", .moment),
        .required("appStatus", .oneOf(["1", "2"])),
        .required("payCode", .text(18)),
        .required("payName", .text(100)),
        .required("payTransactionId", .text(60)),
        .required("orderNo", .text(60)),
        .required("ebpCode", .text(18)),
        .required("ebpName", .text(100)),
        .required("payerIdType", .exactly(1)),
        .required("payerIdNumber", .text(60)),
        .required("payerName", .text(60)),
        .optional("telephone", .open(60)),
        .required("amountPaid", .decimal),
        .required("currency", .exactly(3)),
        .required("payTime", .moment),
        .optional("note", .open(1000)),
    ]
}
