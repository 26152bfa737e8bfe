import Harness
import MapleTreeModule
import Operations
import RangeMapCore

/// What a script orders for a call: which request for memory is refused, and the store of another writer.
struct CTestOrders {
  var failure: (index: UInt64, forever: Bool)?
  var interloper: (range: KeyRange, entry: Entry?)?
  /// The orders as scripts write them.
  var texts: [String] = []
}

/// What came of the orders, told by our tree, which asks for memory as the kernel's does.
struct CTestEffect {
  /// The call ran out of memory.
  var wasRefused = false
  /// A request was refused, and the call waited for memory.
  var hasWaited = false
  /// The other writer came in.
  var interloperRan = false

  /// The effects of the orders of a script, by the place of the call; all nothing where it orders nothing.
  /// - Parameter rule: the algorithm of the kernel that the test is for: which calls ask for memory depends on it.
  static func all(of script: Script, rule: RebuildRule) -> [CTestEffect] {
    let hasOrders = script.operations.contains { $0.kind == .failAllocation || $0.kind == .interlope }
    guard hasOrders else { return Array(repeating: CTestEffect(), count: script.operations.count) }
    var effects: [CTestEffect] = []
    var runner = Runner<MapleTreeSubject>(configuration: script.configuration) {
      MapleTreeSubject(configuration: $0, rebuildRule: rule)
    }
    for operation in script.operations {
      let before = runner.progress.refusals
      _ = runner.perform(operation)
      let progress = runner.progress
      let isCall = !operation.kind.isOrder
      effects.append(
        CTestEffect(
          wasRefused: isCall && progress.lastResult == .refused,
          hasWaited: isCall && progress.lastResult == .performed && progress.refusals > before,
          interloperRan: isCall && progress.lastInterloperRan))
    }
    return effects
  }
}

/// Calls for which a script orders something. The kernel's suite in user space (`tools/testing/radix-tree`) can refuse
/// memory to calls that may not sleep, and calls back where one waits. In the kernel itself nothing can: there the same
/// is done one after the other.
extension CTestWriter {
  /// Writes a call with its orders, if the suite has a counterpart; else false, and nothing is written.
  mutating func callOrdered(_ operation: Operation, _ orders: CTestOrders, _ effect: CTestEffect) -> Bool {
    // The suite counts nodes and not requests, so that only the first is the same. It refuses no request that may wait.
    guard operation.kind.waitsOrFails, orders.failure?.index ?? 1 == 1 else { return false }
    if effect.wasRefused { return writeRefused(operation, effect) }
    guard effect.hasWaited else {
      comment("The call asks for no memory: \(orders.texts.joined(separator: "; "))")
      call(operation)
      return true
    }
    let callback = effect.interloperRan ? orders.interloper.map { writeCallback($0.range, $0.entry) } : nil
    emitRaw("#ifndef __KERNEL__\n")
    emit("mt_set_non_kernel(0);")
    if let callback {
      emit("mt_set_private(mt);")
      emit("mt_set_callback(\(callback));")
      emitRaw("#else\n")
      comment("Nothing waits here: the other writer comes first.")
      emit("\(callback)(mt);")
    }
    emitRaw("#endif\n")
    call(operation)
    emitRaw("#ifndef __KERNEL__\n")
    if callback != nil { emit("mt_set_callback(NULL);") }
    emit("mt_set_non_kernel(~0U);")
    emitRaw("#endif\n")
    return true
  }

  private mutating func writeRefused(_ operation: Operation, _ effect: CTestEffect) -> Bool {
    // The kernel's erasures always may sleep.
    let isErasure = operation.kind == .erase || operation.kind == .cursorErase
    guard operation.policy != .maySleep, !isErasure, !effect.interloperRan else { return false }
    emitRaw("#ifndef __KERNEL__\n")
    emit("mt_set_non_kernel(0);")
    write(operation, .failure(.outOfMemory, next: 0))
    emit("mt_set_non_kernel(~0U);")
    emitRaw("#endif\n")
    return true
  }

  /// Writes the function that is called back, makes its store on the sorted array, and returns its name.
  private mutating func writeCallback(_ range: KeyRange, _ entry: Entry?) -> String {
    let callback = "\(name)_meanwhile\(callbacks.count)"
    let outcome = callOracle(.store(range, entry, .maySleep))
    let words = "\(CTestWords.text(of: range.first)), \(CTestWords.text(of: range.last)), \(CTestWords.text(of: entry))"
    let code = outcome.error.map { " != \(CTestWords.text(of: $0))" } ?? ""
    callbacks.append(
      """
      static noinline void __init \(callback)(void *private)
      {
      \tstruct maple_tree *mt = private;

      #ifndef __KERNEL__
      \tmt_set_callback(NULL);
      \tmt_set_non_kernel(~0U);
      #endif
      \(CTestWords.statement("MT_BUG_ON(mt, mtree_store_range(mt, \(words), GFP_KERNEL)\(code));"))\
      #ifndef __KERNEL__
      \tmt_set_non_kernel(0);
      #endif
      }

      """)
    return callback
  }
}

extension OperationKind {
  /// Whether this is one call of those that ask for memory as they go, so that it can be refused to them.
  fileprivate var waitsOrFails: Bool {
    switch self {
    case .store, .insert, .erase, .allocateLowest, .allocateHighest, .allocateCyclic, .cursorErase: true
    default: false
    }
  }
}
