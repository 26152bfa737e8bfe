import ExternalSubject
import Racing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Says in one line what went wrong, and ends.
func fail(_ text: String, status: Int32) -> Never {
  let line = "Benchmarks: \(text)\n"
  _ = line.withCString { write(STDERR_FILENO, $0, strlen($0)) }
  exit(status)
}

do throws(Arguments.Failure) {
  let arguments = try Arguments(CommandLine.arguments.dropFirst())
  if let path = arguments.subject {
    runRace(against: path, rounds: arguments.rounds ?? Arguments.roundsOfRace)
  } else {
    runAlone(rounds: arguments.rounds ?? 3)
  }
} catch {
  fail(error.description, status: 2)
}

func runRace(against path: String, rounds: Int) {
  do throws(SubjectLibraryError) {
    let library = try SubjectLibrary(path: path)
    do throws(RaceError) {
      try RaceReport(library: library, rounds: rounds).run()
    } catch {
      fail(error.description, status: 1)
    }
  } catch {
    fail(error.description, status: 2)
  }
}

func runAlone(rounds: Int) {
  do {
    try TreeReport(rounds: rounds).run()
  } catch {
    fail("\(error)", status: 1)
  }
}
