/// What levels can come to, each explored once.
struct LevelOutcomes {
  let explorer: PathExplorer
  private var known: [Question: LevelInduction.Outcome] = [:]

  private struct Question: Hashable {
    var world: StoreWorld
    var family: LevelInduction.Family
    var place: LevelInduction.Place
  }

  init(explorer: PathExplorer) { self.explorer = explorer }

  /// Explores one level, if it was not.
  mutating func outcome(
    _ family: LevelInduction.Family, _ place: LevelInduction.Place, in world: StoreWorld
  ) throws -> LevelInduction.Outcome {
    let question = Question(world: world, family: family, place: place)
    if let outcome = known[question] { return outcome }
    let outcome = try LevelInduction(world: world, explorer: explorer).outcome(family, place)
    known[question] = outcome
    return outcome
  }

  /// What the ascents of a family take, from what their levels do.
  mutating func sums(_ family: LevelInduction.Family, in world: StoreWorld) throws -> LevelSums {
    LevelSums(
      leaf: try outcome(family, .leaf, in: world), middle: try outcome(family, .middle, in: world),
      root: try outcome(family, .root, in: world))
  }
}
