#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Pads a text on the left or right.
func padded(_ text: String, _ width: Int, left: Bool = false) -> String {
  let fill = String(repeating: " ", count: max(0, width - text.count))
  return left ? fill + text : text + fill
}

/// A number with one decimal.
func decimal(_ value: Double) -> String {
  let tenths = Int((value * 10).rounded())
  return "\(tenths / 10).\(tenths % 10)"
}

var rounds = 3
var arguments = CommandLine.arguments.dropFirst()
if let text = arguments.popFirst() {
  guard let count = Int(text), (1...100).contains(count), arguments.isEmpty else {
    let usage = "usage: Benchmarks [ROUNDS], with ROUNDS from 1 to 100 (3 unless told)\n"
    _ = usage.withCString { write(STDERR_FILENO, $0, strlen($0)) }
    exit(2)
  }
  rounds = count
}

for count in [10_000, 1_000_000] {
  for tracksGaps in [false, true] {
    var benchmark = TreeBenchmark(count: count, tracksGaps: tracksGaps)
    for _ in 0..<rounds { try benchmark.runRound() }
    let bytes = Double(benchmark.nodes * 256) / Double(count)
    print(
      "\(count) entries, \(tracksGaps ? "gaps" : "plain"): "
        + "\(benchmark.nodes) nodes, \(decimal(bytes)) bytes an entry; median of \(rounds) rounds, ns an operation")
    for row in benchmark.rows { print("  \(padded(row.name, 30))\(padded(decimal(row.median), 10, left: true))") }
  }
}
