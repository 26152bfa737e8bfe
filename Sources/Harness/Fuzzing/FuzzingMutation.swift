import Operations
import RangeMapCore

/// Mutations of a fuzzer's inputs that change operations and not bytes.
public enum FuzzingMutation {
  /// A changed input of at most `greatestSize` bytes.
  ///
  /// `nil` if the fuzzer is to change the bytes itself, as one time in eight: so bytes are tried which no operation
  /// encodes to. Those of a large input it does not change, for the input would stay large.
  /// - Parameter geometry: the sizes of the subject's nodes if it has no others; `nil` if an input chooses them.
  public static func mutate(
    _ bytes: UnsafeRawBufferPointer, greatestSize: Int, geometry: GeometryName? = nil, seed: UInt64
  ) -> [UInt8]? {
    var random = SeededGenerator(seed: seed)
    if FuzzingInputSize(of: bytes) == .usual, random.oneIn(8) { return nil }
    var script = OperationCoding.decode(bytes, limit: OperationMutator.greatestCount)
    if let geometry { script.configuration.geometry = geometry }
    if random.oneIn(64) {
      let full = OperationMutator.beginFull(script, using: &random)
      return encode(full.script, size: FuzzingInputSize(ofStores: full.stores), greatestSize: greatestSize)
    }
    let size = FuzzingInputSize(of: bytes).changed(using: &random)
    return encode(OperationMutator.mutate(script, using: &random), size: size, greatestSize: greatestSize)
  }

  /// Parts of two inputs as one of at most `greatestSize` bytes.
  public static func crossOver(
    _ bytes: UnsafeRawBufferPointer, _ other: UnsafeRawBufferPointer, greatestSize: Int, seed: UInt64
  ) -> [UInt8] {
    var random = SeededGenerator(seed: seed)
    let script = OperationMutator.crossOver(
      OperationCoding.decode(bytes, limit: OperationMutator.greatestCount),
      OperationCoding.decode(other, limit: OperationMutator.greatestCount), using: &random)
    let size = FuzzingInputSize(of: bytes).changed(using: &random)
    return encode(script, size: size, greatestSize: greatestSize)
  }

  /// The bytes of as many operations from the beginning as fit.
  static func encode(_ script: Script, size: FuzzingInputSize, greatestSize: Int) -> [UInt8] {
    var script = script
    while true {
      var bytes = OperationCoding.encode(script)
      bytes[0] |= size.rawValue
      if bytes.count <= greatestSize { return bytes }
      let count = script.operations.count
      if count == 0 { return Array(bytes.prefix(max(0, greatestSize))) }
      // Records are about equally long, so this is rarely done more than twice.
      let fitting = count * max(0, greatestSize) / bytes.count
      script.operations.removeLast(count - min(fitting, count - 1))
    }
  }
}
