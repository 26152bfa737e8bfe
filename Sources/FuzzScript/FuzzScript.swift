import Glibc
import Harness
import Support

/// Gives any bytes to the reader of scripts. What a libFuzzer target is called by; the work is in `ScriptFuzzing`,
/// which the tests run too.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ data: UnsafePointer<UInt8>?, _ size: Int) -> Int32 {
  if let problem = ScriptFuzzing.run(UnsafeRawBufferPointer(start: data, count: size)) {
    StandardStream.error.write("\(problem)\n")
    abort()
  }
  return 0
}
