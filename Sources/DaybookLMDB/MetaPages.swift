/// What a look at a data file without LMDB found.
package struct DataFileFinding: Equatable, Sendable {
}
