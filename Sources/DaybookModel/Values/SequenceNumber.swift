/// The position of an event in the log: dense, from 1, and the only order there is. 0 stands for "none".
public typealias SequenceNumber = UInt64
