import RangeMapCore

extension Machine {
  private func link(_ vma: VmaIdentifier, to anonVma: Int, at place: StaticString) {
    let token = ledger.take(.anonVmaLink, owner: self[vma].owner, at: place, address: self[vma].range.first)
    anonVmas[anonVma].links += 1
    self[vma].anonChain.append(AnonLink(anonVma: anonVma, token: token))
  }

  /// Gives a vma an anon_vma of its own before its first anonymous page; false without memory.
  /// Kernel: `__anon_vma_prepare()`.
  func prepareAnonVma(_ vma: VmaIdentifier) -> Bool {
    if self[vma].anonVma != nil { return true }
    if fails(.anonVma) { return false }
    let number = anonVmas.count
    anonVmas.append(AnonVma(parent: number, root: number, children: 1, activeVmas: 1))
    self[vma].anonVma = number
    link(vma, to: number, at: "anon_vma_prepare")
    return true
  }

  /// Makes a vma findable through all that another one is findable through, and, where it is a child's, lets it take
  /// over an anon_vma that nobody uses any more. False without memory; then nothing has changed.
  /// Kernel: `anon_vma_clone()`.
  /// - Parameter asksAgain: whether a link that is refused is asked for once more.
  func cloneAnonChain(
    from source: VmaIdentifier, to target: VmaIdentifier, mayReuse: Bool, asksAgain: Bool = false
  ) -> Bool {
    for place in self[source].anonChain.indices {
      let number = self[source].anonChain[place].anonVma
      if fails(.anonVma) && (!asksAgain || fails(.anonVma)) {
        // The target is no active user yet.
        self[target].anonVma = nil
        unlinkAnonVmas(target)
        return false
      }
      link(target, to: number, at: "anon_vma_clone")
      if mayReuse, self[target].anonVma == nil, anonVmas[number].children < 2, anonVmas[number].activeVmas == 0 {
        self[target].anonVma = number
      }
    }
    if let own = self[target].anonVma { anonVmas[own].activeVmas += 1 }
    return true
  }

  /// Gives a child's vma the chain of its parent's and an anon_vma of its own; false without memory, and then nothing
  /// has changed. Kernel: `anon_vma_fork()`.
  func forkAnonVma(from parent: VmaIdentifier, to child: VmaIdentifier, _ rules: ForkRules) -> Bool {
    guard let parentAnonVma = self[parent].anonVma else { return true }
    self[child].anonVma = nil
    // What is made first is nobody's yet: nothing is to be undone if it fails, nor if it is not used.
    if rules.makesAnonVmaFirst && failsToMakeAnonVma() { return false }
    guard cloneAnonChain(from: parent, to: child, mayReuse: true, asksAgain: rules.asksAgainForLinks) else {
      return false
    }
    if self[child].anonVma != nil { return true }
    if !rules.makesAnonVmaFirst && failsToMakeAnonVma() {
      unlinkAnonVmas(child)
      return false
    }
    let number = anonVmas.count
    let root = anonVmas[parentAnonVma].root
    anonVmas.append(AnonVma(parent: parentAnonVma, root: root, children: 0, activeVmas: 1))
    anonVmas[parentAnonVma].children += 1
    self[child].anonVma = number
    link(child, to: number, at: "anon_vma_fork")
    return true
  }

  /// The anon_vma, then the link to it.
  private func failsToMakeAnonVma() -> Bool { fails(.anonVma) || fails(.anonVma) }

  /// Takes vmas out of reach of reverse-map walks.
  func unlink(_ vmas: [VmaIdentifier]) {
    for vma in vmas {
      unlinkAnonVmas(vma)
      unlinkFile(vma)
    }
  }

  /// Makes a vma unfindable through its anonymous pages. Kernel: `unlink_anon_vmas()`.
  func unlinkAnonVmas(_ vma: VmaIdentifier) {
    if let own = self[vma].anonVma { anonVmas[own].activeVmas -= 1 }
    for place in self[vma].anonChain.indices {
      let link = self[vma].anonChain[place]
      ledger.release(link.token)
      anonVmas[link.anonVma].links -= 1
      if anonVmas[link.anonVma].links == 0 {
        anonVmas[link.anonVma].isFreed = true
        anonVmas[anonVmas[link.anonVma].parent].children -= 1
      }
    }
    self[vma].anonVma = nil
    self[vma].anonChain = []
  }
}
