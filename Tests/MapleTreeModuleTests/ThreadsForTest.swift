#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// What a thread runs.
private final class ThreadBody {
  let body: @Sendable () -> Void
  init(_ body: @escaping @Sendable () -> Void) { self.body = body }
}

/// Runs bodies on a thread each, and waits for all of them. Tasks would share threads, and could wait for each other
/// for ever.
func runThreads(_ bodies: [@Sendable () -> Void]) {
  var threads: [pthread_t] = []
  for body in bodies {
    var thread = pthread_t()
    let box = Unmanaged.passRetained(ThreadBody(body))
    let status = pthread_create(
      &thread, nil,
      { context in
        guard let context else { return nil }
        Unmanaged<ThreadBody>.fromOpaque(context).takeRetainedValue().body()
        return nil
      }, box.toOpaque())
    precondition(status == 0, "no thread")
    threads.append(thread)
  }
  for thread in threads { pthread_join(thread, nil) }
}
