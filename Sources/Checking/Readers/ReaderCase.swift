import MapleTreeModule
import RangeMapCore
import Readers

/// One store beside one reader, of which all interleavings are tried.
package struct ReaderCase: Sendable {
  /// What the writer's store is, and where.
  package struct Cell: Hashable, Sendable {
    package var kind: StoreKind
    /// Levels of the tree before the store.
    package var height: Int
    package var tracksGaps: Bool
    package var geometry: GeometryName
    package var order: MemoryOrder

    /// The cell as tables and pins name it: `split-store/height-2/gaps/kernel`, and at the end `/tiny` for small nodes.
    package var name: String {
      "\(kind)/height-\(height)/\(tracksGaps ? "gaps" : "plain")/\(order.rawValue)"
        + (geometry == .tiny ? "/tiny" : "")
    }
  }

  package var cell: Cell
  package var script: ReaderScript
}
