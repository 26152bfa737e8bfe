extension Script: Codable {
  /// Reads the bytes that `encode(to:)` writes.
  public init(from decoder: any Decoder) throws {
    self = OperationCoding.decode(try [UInt8](from: decoder), limit: .max)
  }

  /// Writes the script as its bytes, which lose nothing.
  public func encode(to encoder: any Encoder) throws { try OperationCoding.encode(self).encode(to: encoder) }
}
