import RangeMapCore

extension Machine {
  /// Makes a vma; nil without memory. Kernel: `vm_area_alloc()`.
  func newVma(_ range: KeyRange, _ flags: VmaFlags, owner: ResourceOwner) -> VmaIdentifier? {
    if fails(.vma) { return nil }
    let memory = ledger.take(.vma, owner: owner, at: "vm_area_alloc", address: range.first)
    vmas.append(Vma(range: range, flags: flags, owner: owner, memory: memory))
    return VmaIdentifier(place: vmas.count - 1)
  }

  /// Makes a copy of a vma that holds nothing yet: no file reference, policy or anon_vma; nil without memory.
  /// Kernel: `vm_area_dup()`.
  /// - Parameter hasLockObject: whether the vma's lock is an object of its own, made after it.
  func duplicateVma(
    _ source: VmaIdentifier, owner: ResourceOwner, hasLockObject: Bool = false
  ) -> VmaIdentifier? {
    if fails(.vma) || (hasLockObject && fails(.vma)) { return nil }
    let address = self[source].range.first
    let memory = ledger.take(.vma, owner: owner, at: "vm_area_dup", address: address)
    var copy = Vma(range: self[source].range, flags: self[source].flags, owner: owner, memory: memory)
    copy.file = self[source].file
    copy.filePage = self[source].filePage
    copy.watcher = self[source].watcher
    copy.copiedFrom = source
    vmas.append(copy)
    return VmaIdentifier(place: vmas.count - 1)
  }

  /// Makes a memory policy for a vma. False without memory.
  func newPolicy(for vma: VmaIdentifier) -> Bool {
    if fails(.policy) { return false }
    policies.append(1)
    let token = ledger.take(.policy, owner: self[vma].owner, at: "mpol_dup", address: self[vma].range.first)
    self[vma].policy = HeldPolicy(number: policies.count - 1, token: token)
    return true
  }

  /// Gives a vma a copy of another one's policy; false without memory. Kernel: `vma_dup_policy()`.
  func duplicatePolicy(from source: VmaIdentifier, to target: VmaIdentifier) -> Bool {
    self[source].policy == nil || newPolicy(for: target)
  }

  /// Releases a vma's policy, if it has one. Kernel: `mpol_put()`.
  func releasePolicy(_ vma: VmaIdentifier) {
    guard let policy = self[vma].policy else { return }
    policies[policy.number] -= 1
    ledger.release(policy.token)
    self[vma].policy = nil
  }

  /// Gives back a vma's memory, not what it holds. Kernel: `vm_area_free()`.
  func freeVma(_ vma: VmaIdentifier) {
    ledger.release(self[vma].memory)
    self[vma].isFreed = true
  }

  /// Takes a reference to the vma's file and enters the vma in the file's tree of mappings.
  func linkFile(_ vma: VmaIdentifier) {
    guard let file = self[vma].file else { return }
    let (owner, address) = (self[vma].owner, self[vma].range.first)
    files[file].references += 1
    self[vma].fileReference = ledger.take(.fileReference, owner: owner, at: "get_file", address: address)
    enterFile(vma, file)
  }

  private func enterFile(_ vma: VmaIdentifier, _ file: Int) {
    let (owner, address) = (self[vma].owner, self[vma].range.first)
    files[file].links += 1
    if self[vma].flags.isSuperset(of: [.shared, .writable]) { files[file].writableLinks += 1 }
    self[vma].fileLink = ledger.take(.fileMapping, owner: owner, at: "vma_link_file", address: address)
  }

  /// Takes the vma out of its file's tree of mappings. Kernel: `unlink_file_vma()`.
  func unlinkFile(_ vma: VmaIdentifier) {
    guard let file = self[vma].file, let link = self[vma].fileLink else { return }
    files[file].links -= 1
    if self[vma].flags.isSuperset(of: [.shared, .writable]) { files[file].writableLinks -= 1 }
    ledger.release(link)
    self[vma].fileLink = nil
  }

  /// Gives back the reference to the vma's file. Kernel: `fput()`.
  func releaseFile(_ vma: VmaIdentifier) {
    guard let file = self[vma].file, let reference = self[vma].fileReference else { return }
    files[file].references -= 1
    ledger.release(reference)
    self[vma].fileReference = nil
  }

  /// Tells the vma's driver that there is one more. Kernel: `vm_ops->open`.
  func open(_ vma: VmaIdentifier) { self[vma].openCount += 1 }

  /// Tells the vma's driver that there is one less. Kernel: `vm_ops->close`.
  func close(_ vma: VmaIdentifier) { self[vma].closeCount += 1 }

  /// Closes a vma and frees all that it holds but its links. Kernel: `remove_vma()`.
  func removeVma(_ vma: VmaIdentifier) {
    close(vma)
    releaseFile(vma)
    releasePolicy(vma)
    self[vma].isAttached = false
    freeVma(vma)
  }

  /// Changes a vma's flags; the file's count of shared writable mappings follows.
  func setFlags(_ vma: VmaIdentifier, _ flags: VmaFlags) {
    guard let file = self[vma].file, self[vma].isLinkedToFile else {
      self[vma].flags = flags
      return
    }
    unlinkFile(vma)
    self[vma].flags = flags
    enterFile(vma, file)
  }
}
