import AddressSpaceModel
import RangeMapCore

extension ForkScenario {
  /// The calls that make an address space with exactly these mappings, and touch the first and the last page of some.
  public init(of layout: ForkLayout) {
    self.init()
    operations = layout.mappings.map { mapping in
      var request = mapping
      request.file = mapping.file.map { $0 % Int(ForkLimits.files) }
      return .map(request, hasPolicy: false)
    }
    for place in layout.touched {
      let range = layout.mappings[place].range
      for page in Set([range.first, range.last & ~(AddressLayout.pageSize - 1)]).sorted() {
        operations.append(.touch(KeyRange(page, page | (AddressLayout.pageSize - 1)), order: 0))
      }
    }
  }
}
