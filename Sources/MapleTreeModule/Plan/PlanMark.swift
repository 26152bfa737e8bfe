/// The branches of the plans, counted where they are carried out.
package enum PlanMark: Int, CaseIterable, Hashable, Sendable {
  case rootReplacedByEntry, rootExpanded, rootEmptied
  case nullExtendedLeft, nullExtendedRight
  case splitPushedLeft, splitPushedRight, splitDivided, splitEndedInAncestor, splitGrewRoot
  case splitInBulkMode, bulkLeafEvenedOut
  case dividedIntoOne, dividedIntoTwo, dividedIntoThree
  case cutMovedRightOffNull, cutMovedLeftOffNull
  case neighbourTakenRight, neighbourTakenLeft, neighbourIsCousin
  case rootGrewWhileSpanning, rootLostLevels, spanningReplacedAll
  case retriedAfterSleep, preparedStoreFit, preparedStoreNoLongerFit
}
