import CForkABI

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

extension KernelMachine {
  /// The machine whose calls end if they crash. It is written before the handler is there.
  private nonisolated(unsafe) static var crashing: KernelMachine?
  /// The process that has the handler, and who listened to each signal before.
  private nonisolated(unsafe) static var process: pid_t = 0
  private nonisolated(unsafe) static var former: [Int32: sigaction] = [:]

  /// Lets a signal that the kernel's code raises end the call, as an oops ends the task: the machine goes on from a
  /// state. What crashes, and by which signal, is a warning.
  ///
  /// A crash of the host is left to those who listened before. The handler is put in once in each process, for a worker
  /// has handlers of its own.
  package func endCallsThatCrash() {
    KernelMachine.crashing = self
    if KernelMachine.process == getpid() { return }
    KernelMachine.process = getpid()
    let size = 1 << 20
    // Recursion without end leaves the handler no other stack.
    var stack = stack_t()
    stack.ss_sp = mmap(nil, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
    stack.ss_size = size
    if stack.ss_sp != MAP_FAILED { sigaltstack(&stack, nil) }
    var action = sigaction()
    action.__sigaction_handler.sa_sigaction = { number, _, context in
      KernelMachine.crashing?.crash(number, at: KernelMachine.instruction(of: context))
      // It is the host that crashes: the same instruction does so again.
      if var former = KernelMachine.former[number] { sigaction(number, &former, nil) } else { signal(number, SIG_DFL) }
    }
    // The call is left by a jump out of the handler.
    action.sa_flags = SA_SIGINFO | SA_ONSTACK | Int32(SA_NODEFER)
    for number in [SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP] {
      var former = sigaction()
      sigaction(number, nil, &former)
      KernelMachine.former[number] = former
      sigaction(number, &action, nil)
    }
  }

  /// Ends the call that runs, if an instruction of the library crashed, or a jump to what is no function.
  ///
  /// The library holds no lock of libc, and never allocates by it. So the handler may do both.
  private func crash(_ number: Int32, at instruction: UInt64) {
    let library = table.pointee.library_start..<table.pointee.library_end
    guard library.contains(instruction) || instruction < 4096 else { return }
    let function = KernelSymbols(path: path)?.function(at: instruction &- library.lowerBound)
    let place = function.map { "\($0)()" } ?? "what is no function"
    _ = "the kernel's code crashes: signal \(number) in \(place)".withCString { table.pointee.end_call($0) }
  }

  private static func instruction(of context: UnsafeMutableRawPointer?) -> UInt64 {
    #if arch(x86_64)
      // The register RIP of the context that Linux lays on the stack. Kernel: `struct sigcontext`.
      return context?.load(fromByteOffset: 168, as: UInt64.self) ?? 0
    #else
      return 0
    #endif
  }
}
