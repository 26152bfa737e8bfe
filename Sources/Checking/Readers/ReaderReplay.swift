import RangeMapCore
import Readers

/// Replays a script of readers.
struct ReaderReplay: WitnessedWork {
  var source: ReaderSource
  var work: ReplayWork

  func run<Map: WitnessedRangeMap & ~Copyable>(_ makeMap: @escaping (MapConfiguration) -> Map) -> ReplayReport {
    let script = source.script
    let lines = source.lines
    let replayed = ReplayedScript(
      script: script, hasLines: true, line: { lines[$0] }, words: { script.operations[$0].text })
    return work.report(ReaderWorld(makeMap: makeMap), replayed, kind: "readers")
  }
}

/// Shrinks a script of readers.
struct ReaderShrinking: WitnessedWork {
  var source: ReaderSource
  var work: ShrinkWork

  func run<Map: WitnessedRangeMap & ~Copyable>(_ makeMap: @escaping (MapConfiguration) -> Map) -> ShrinkWork.Shrunk? {
    work.shrink(source.script, ReaderWorld(makeMap: makeMap))
  }
}
