/// This module's own codes. They lie outside LMDB's range and below zero, so that they are neither LMDB's nor an
/// `errno`.
extension LMDBError {
    static let environmentDeadCode: Int32 = -31001
    static let environmentClosedCode: Int32 = -31002
    static let alreadyOpenCode: Int32 = -31003
    static let nestedWriteCode: Int32 = -31004
    static let readOnlyCode: Int32 = -31005
    static let growthBlockedCode: Int32 = -31006
    static let malformedValueCode: Int32 = -31007
    static let fileRefusedCode: Int32 = -31008
    static let fileMissingCode: Int32 = -31009
    static let fileSystemWritableCode: Int32 = -31010
    static let unknownDatabaseCode: Int32 = -31011

    package var isEnvironmentDead: Bool { code == Self.environmentDeadCode }
    package var isEnvironmentClosed: Bool { code == Self.environmentClosedCode }
    package var isAlreadyOpen: Bool { code == Self.alreadyOpenCode }
    package var isNestedWrite: Bool { code == Self.nestedWriteCode }
    package var isReadOnly: Bool { code == Self.readOnlyCode }
    package var isGrowthBlocked: Bool { code == Self.growthBlockedCode }
    package var isMalformedValue: Bool { code == Self.malformedValueCode }
    package var isFileRefused: Bool { code == Self.fileRefusedCode }
    package var isFileMissing: Bool { code == Self.fileMissingCode }
}
