typealias OperationFields = Operation
extension Operation {
  @_disfavoredOverload init(_ operation: Operation) { self = operation }
  init(kind: OperationKind) { self.init(kind) }
  var operation: Operation { normalized }
}
extension OperationKind {
  var fields: OperationFieldSet { row.fields }
}
