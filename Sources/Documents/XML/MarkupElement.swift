/// One element of an XML document, with what is inside it.
///
/// - Shape: either text or child elements. Text beside elements is refused when it is read, so a tree
///   that is here has none.
public struct MarkupElement: Equatable, Sendable {
    /// A name and the namespace that it belongs to, empty for none.
    public struct Name: Hashable, Sendable {
        public let namespace: String
        public let local: String

        public init(namespace: String = "", local: String) {
            self.namespace = namespace
            self.local = local
        }
    }

    public struct Attribute: Equatable, Sendable {
        /// As written, with its prefix.
        public let name: String
        public let value: String

        public init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    public enum Content: Equatable, Sendable {
        case text(String)
        case elements([MarkupElement])
    }

    public let name: Name
    /// Ascending by name; declarations of namespaces are not among them.
    public let attributes: [Attribute]
    public let content: Content
    /// The line of the document on which the element starts, counted from 1; 0 for one that was made here.
    public let line: Int

    public init(_ name: Name, attributes: [Attribute] = [], content: Content, line: Int = 0) {
        self.name = name
        self.attributes = attributes.sorted { $0.name < $1.name }
        self.content = content
        self.line = line
    }

    /// Two elements are equal wherever they stand in their documents.
    public static func == (left: Self, right: Self) -> Bool {
        left.name == right.name && left.attributes == right.attributes
            && left.content == right.content
    }

    /// The elements inside, none for one that holds text.
    public var children: [MarkupElement] {
        switch content {
        case .text: []
        case .elements(let elements): elements
        }
    }

    /// The text inside, empty for an element that holds others.
    public var text: String {
        switch content {
        case .text(let text): text
        case .elements: ""
        }
    }

    public subscript(attribute name: String) -> String? {
        attributes.first { $0.name == name }?.value
    }
}
