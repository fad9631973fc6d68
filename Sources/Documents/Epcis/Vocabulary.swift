/// The words that CBV 2.0 and the GS1 Web Vocabulary define for the fields of an event.
///
/// - Source: CBV 2.0, section 7; EPCIS 2.0 JSON-LD context.
public enum Vocabulary: Sendable, CaseIterable {
    case bizStep
    case disposition
    case bizTransactionType
    case sourceDestinationType
    case errorReason
    case measurementType
    case alertType
    case component

    /// What a bare word is short for begins with this.
    public var root: String {
        switch self {
        case .bizStep: "https://ref.gs1.org/cbv/BizStep-"
        case .disposition: "https://ref.gs1.org/cbv/Disp-"
        case .bizTransactionType: "https://ref.gs1.org/cbv/BTT-"
        case .sourceDestinationType: "https://ref.gs1.org/cbv/SDT-"
        case .errorReason: "https://ref.gs1.org/cbv/ER-"
        case .component: "https://ref.gs1.org/cbv/Comp-"
        case .measurementType, .alertType: "https://gs1.org/voc/"
        }
    }

    /// The rule that a wrong word breaks.
    var rule: EpcisRule {
        switch self {
        case .bizStep: .bizStep
        case .disposition: .disposition
        case .bizTransactionType: .bizTransactionType
        case .sourceDestinationType: .sourceDestinationType
        case .errorReason: .errorReason
        case .measurementType: .measurementType
        case .alertType: .alertType
        case .component: .component
        }
    }

    public var words: Set<String> {
        switch self {
        case .bizStep: Self.bizSteps
        case .disposition: Self.dispositions
        case .bizTransactionType: Self.bizTransactionTypes
        case .sourceDestinationType: Self.sourceDestinationTypes
        case .errorReason: Self.errorReasons
        case .measurementType: Self.measurementTypes
        case .alertType: Self.alertTypes
        case .component: Self.components
        }
    }

    /// Whether a text begins with what looks like a prefix that nothing declares.
    static func hasUnknownPrefix(_ text: String, in context: LinkedContext) -> Bool {
        guard let (prefix, _) = LinkedContext.parts(of: text), !prefix.contains(".") else {
            return false
        }
        return !context.hasUnknown && !Uri.schemes.contains(prefix)
            && LinkedContext.builtIn[prefix] == nil && context.expanded(text) == nil
    }

    /// The address that a word stands for; `nil` for one that the vocabulary does not have.
    public func address(of word: String) -> String? {
        words.contains(word) ? root + word : nil
    }

    /// Whether a text may stand in a field of this vocabulary: one of its words, or an address of
    /// somebody else's.
    func accepts(_ text: String) -> Bool {
        guard text.contains(":") else { return words.contains(text) }
        guard Uri.isValid(text) else { return false }
        // The older spellings of the same words have no place in JSON-LD.
        let old = ["urn:epcglobal:cbv:", "http://ns.gs1.org/cbv/", "https://ns.gs1.org/cbv/"]
        guard !old.contains(where: { text.hasPrefix($0) }) else { return false }
        switch self {
        case .measurementType, .alertType:
            return !text.hasPrefix(root) && !text.hasPrefix("https://www.gs1.org/voc/")
                && !text.hasPrefix("http://gs1.org/voc/")
        case .bizStep, .disposition, .bizTransactionType, .sourceDestinationType, .errorReason,
            .component:
            return !text.hasPrefix(root) || words.contains(String(text.dropFirst(root.count)))
        }
    }

    private static func list(_ text: String) -> Set<String> {
        Set(text.split(whereSeparator: \.isWhitespace).map(String.init))
    }

    private static let bizSteps = list(
        """
        accepting arriving assembling collecting commissioning consigning creating_class_instance
        cycle_counting decommissioning departing destroying disassembling dispensing encoding
        entering_exiting holding inspecting installing killing loading other packing picking
        receiving removing repackaging repairing replacing reserving retail_selling sampling
        sensor_reporting shipping staging_outbound stock_taking stocking storing transporting
        unloading unpacking void_shipping
        """)

    private static let dispositions = list(
        """
        active available completeness_inferred completeness_verified conformant container_closed
        container_open damaged destroyed dispensed disposed encoded expired in_progress in_transit
        inactive mismatch_class mismatch_instance mismatch_quantity needs_replacement
        no_pedigree_match non_conformant non_sellable_other partially_dispensed recalled reserved
        retail_sold returned sellable_accessible sellable_not_accessible stolen unavailable unknown
        """)

    private static let bizTransactionTypes = list(
        "bol cert desadv inv pedigree po poc prodorder recadv rma testprd testres upevt")

    private static let sourceDestinationTypes = list("owning_party possessing_party location")

    private static let errorReasons = list("did_not_occur incorrect_data")

    private static let alertTypes = list("ALARM_CONDITION ERROR_CONDITION")

    private static let components = list(
        """
        x y z axial_distance azimuth height spherical_radius polar_angle elevation_angle easting
        northing latitude longitude altitude
        """)

    private static let measurementTypes = list(
        """
        AbsoluteHumidity AbsorbedDose AbsorbedDoseRate Acceleration Altitude AmountOfSubstance
        AmountOfSubstancePerUnitVolume Angle AngularAcceleration AngularMomentum AngularVelocity Area
        Capacitance Conductance Conductivity Count Density Dimensionless DoseEquivalent
        DoseEquivalentRate DynamicViscosity ElectricCharge ElectricCurrent ElectricCurrentDensity
        ElectricFieldStrength Energy Exposure Force Frequency Illuminance Inductance Irradiance
        KinematicViscosity Length LinearMomentum Luminance LuminousFlux LuminousIntensity
        MagneticFlux MagneticFluxDensity MagneticVectorPotential Mass MassConcentration MassFlowRate
        MassPerAreaTime MemoryCapacity MolalityOfSolute MolarEnergy MolarMass MolarVolume Power
        Pressure RadiantFlux RadiantIntensity Radioactivity RelativeHumidity Resistance Resistivity
        SolidAngle SpecificVolume Speed SurfaceDensity SurfaceTension Temperature Time Torque
        Voltage Volume VolumeFlowRate VolumeFraction VolumetricFlux Wavenumber
        """)
}

/// The outer form of an address.
enum Uri {
    /// Schemes that are never taken for a prefix of the document.
    static let schemes: Set<String> = [
        "urn", "http", "https", "ni", "did", "geo", "tag", "mailto", "tel", "data", "info", "doi",
    ]

    /// Whether a text has a scheme, something after it, and no character that an address never has.
    ///
    /// - Source: RFC 3986, section 3, and RFC 3987 for letters beyond ASCII.
    static func isValid(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        guard let colon = bytes.firstIndex(of: UInt8(ascii: ":")), colon > 0,
            colon + 1 < bytes.count
        else { return false }
        let scheme = bytes[..<colon]
        let isLetter = (0x61...0x7a).contains(scheme[0] | 0x20)
        let rest = scheme.allSatisfy { byte in
            byte.isDigit || (0x61...0x7a).contains(byte | 0x20) || "+-._".utf8.contains(byte)
        }
        let forbidden = Array(#"<>"{}|\^`"#.utf8)
        return isLetter && rest
            && bytes.allSatisfy { $0 > 0x20 && $0 != 0x7f && !forbidden.contains($0) }
    }
}
