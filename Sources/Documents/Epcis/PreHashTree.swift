/// An event as a tree of names and texts: what the hash is made from.
///
/// - Source: CBV 2.0, section 8.9.3: the tree is that of the XML form, so that both forms of an event
///   hash alike.
struct PreHashNode {
    var name: String
    var text: String
    var children: [PreHashNode]

    init(_ name: String, _ text: String = "", _ children: [PreHashNode] = []) {
        self.name = name
        self.text = text
        self.children = children
    }
}

/// Makes the tree from the JSON of an event.
struct PreHashTree {
    let context: LinkedContext
    let ignored: Set<String>

    /// Where in an event a member stands: this says which words are short for addresses.
    private enum Place {
        case event, persistence, transactions, parties, sensors, report, other
    }

    func event(_ object: JsonObject) -> PreHashNode {
        let left = ["type", "eventID", "recordTime", "errorDeclaration"]
        let members = object.members.filter {
            !left.contains($0.name) && !ignored.contains($0.name)
        }
        return PreHashNode("", "", children(of: members, .event))
    }

    private func children(of members: [JsonObject.Member], _ place: Place) -> [PreHashNode] {
        let left = ["#text", "rdfs:comment", "comment", "@context"]
        var nodes: [PreHashNode] = []
        for member in members where !left.contains(member.name) {
            let name =
                context.expanded(member.name).map { "{\($0.namespace)}\($0.local)" }
                ?? member.name
            let inner = self.inner(member.name, place)
            let vocabulary = self.vocabulary(member.name, place)
            let values = member.value.array ?? [member.value]
            let found = values.map { node(name, $0, inner, vocabulary) }
            if found.isEmpty { continue }
            if name == "childEPCs" {
                nodes.append(PreHashNode(name, "", found.map { PreHashNode("epc", $0.text) }))
            } else if name.hasSuffix("List") {
                nodes.append(PreHashNode(name, "", found.map { element($0, of: name) }))
            } else {
                nodes += found.map(renamed)
            }
        }
        return nodes
    }

    /// An element of a list: XML has a name for it, JSON has none.
    private func element(_ node: PreHashNode, of list: String) -> PreHashNode {
        var node = node
        if ["bizTransactionList", "sourceList", "destinationList"].contains(list) {
            node.name = ""
            node.children =
                node.children.filter { $0.name == "type" }
                + node.children.filter { $0.name != "type" }
            return node
        }
        node.name = String(list.dropLast(4))
        return renamed(node)
    }

    private func renamed(_ node: PreHashNode) -> PreHashNode {
        var node = node
        switch node.name {
        case "inputEPC", "outputEPC": node.name = "epc"
        case "inputQuantity", "outputQuantity", "childQuantity": node.name = "quantityElement"
        case "quantity" where !node.children.isEmpty: node.name = "quantityElement"
        default: break
        }
        return node
    }

    private func node(
        _ name: String, _ value: JsonValue, _ place: Place, _ vocabulary: Vocabulary?
    ) -> PreHashNode {
        switch value {
        case .null: return PreHashNode(name)
        case .bool(let flag): return PreHashNode(name, flag ? "true" : "false")
        case .number(let number): return PreHashNode(name, number.text)
        case .string(let text): return PreHashNode(name, full(text, vocabulary))
        case .array(let values):
            return PreHashNode(name, "", values.map { node("", $0, place, vocabulary) })
        case .object(let object):
            let text = object["#text"]?.string ?? ""
            return PreHashNode(name, text, children(of: object.members, place))
        }
    }

    /// A word or a name with a prefix as the address that it stands for.
    private func full(_ text: String, _ vocabulary: Vocabulary?) -> String {
        if let address = vocabulary?.address(of: text) { return address }
        return context.expanded(text).map { $0.namespace + $0.local } ?? text
    }

    private func inner(_ name: String, _ place: Place) -> Place {
        switch (place, name) {
        case (.event, "persistentDisposition"): .persistence
        case (.event, "bizTransactionList"): .transactions
        case (.event, "sourceList"), (.event, "destinationList"): .parties
        case (.event, "sensorElementList"): .sensors
        case (.sensors, "sensorReport"): .report
        default: .other
        }
    }

    private func vocabulary(_ name: String, _ place: Place) -> Vocabulary? {
        switch (place, name) {
        case (.event, "bizStep"): .bizStep
        case (.event, "disposition"), (.persistence, "set"), (.persistence, "unset"): .disposition
        case (.transactions, "type"): .bizTransactionType
        case (.parties, "type"): .sourceDestinationType
        case (.report, "type"): .measurementType
        case (.report, "exception"): .alertType
        case (.report, "component"): .component
        default: nil
        }
    }
}
