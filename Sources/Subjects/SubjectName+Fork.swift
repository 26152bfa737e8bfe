import Support

extension SubjectName {
  /// The names of kernels' forks, and of kernels' trees if a fork is what is checked; `nil` for another name.
  static func ofFork(_ argument: String) -> SubjectName? {
    if argument.hasPrefix("linux-fork:") {
      let path = String(argument.dropFirst("linux-fork:".count))
      return path.isEmpty ? nil : .kernelFork(path: path, argument: argument)
    }
    for (word, path) in [("linux-fork", KernelForkLibraries.path), ("linux-tree", LinuxLibraries.path)] {
      let isFork = word == "linux-fork"
      let version =
        argument == word
        ? (isFork ? KernelForkLibraries.newest : LinuxLibraries.newest)
        : argument.hasPrefix(word + "-") ? LinuxLibraries.version(in: "linux" + argument.dropFirst(word.count)) : nil
      guard let version, !argument.hasSuffix(".so") else { continue }
      return isFork
        ? .kernelFork(path: path(version), argument: argument) : .library(path: path(version), argument: argument)
    }
    return nil
  }

  /// What the name means if forks are checked: `linux` and `linux-VERSION` are a kernel's own fork then, and so is a
  /// library that is one.
  package var ofForks: SubjectName {
    guard case .library(let path, let argument) = self, !argument.hasPrefix("linux-tree") else { return self }
    if argument == "linux" {
      return .kernelFork(path: KernelForkLibraries.path(of: KernelForkLibraries.newest), argument: argument)
    }
    if let version = LinuxLibraries.version(in: argument), !argument.hasSuffix(".so") {
      return .kernelFork(path: KernelForkLibraries.path(of: version), argument: argument)
    }
    return KernelForkLibraries.isFork(path) ? .kernelFork(path: path, argument: argument) : self
  }

  /// The library of a kernel's own fork; `nil` for another subject.
  package var machinePath: String? { if case .kernelFork(let path, _) = self { path } else { nil } }

  /// What the name means if our model and a kernel's own fork go side by side: the newest kernel's if it names none.
  package var ofLockstepForks: SubjectName {
    self == .maple ? SubjectName(argument: "linux-fork") ?? self : ofForks
  }

  /// Why the subject has no fork to go beside our model; `nil` if it has one.
  package var lockstepComplaint: String? {
    if case .kernelFork = ofLockstepForks { return nil }
    return "--lockstep: expected linux, linux-VERSION or a kernel's own fork as the subject, found \(name)"
  }

  /// Says that a kernel's fork is no tree.
  var isNoTree: CommandFailure {
    CommandFailure(
      "\(name): a kernel's own fork is no tree; check fork, replay and shrink take it for scripts of forks")
  }

  /// The same for code that other modules compile, which do not see the type.
  @usableFromInline
  var treeRefusal: any Error { isNoTree }
}
