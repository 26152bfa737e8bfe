// SPDX-License-Identifier: GPL-2.0-or-later
//
// The faults of this version that the adapter steps around unless they are to be seen: docs/FINDINGS.md. What a version
// has mended is not stepped around in it any more.

static void set_known_faults_exposed(bool exposed) { known_faults_exposed = exposed; }

static const char *const known_faults[] = {
#ifdef MAPLECHECK_HAS_INSERT_OVER_ALL
  "insert-over-all",
#endif
  "gap-to-the-end",
  "gap-search-goes-on",
  "null-leaf",
#ifdef MAPLECHECK_HAS_STATUS
  "limit-without-node",
  "stale-end",
  "root-behind-first-index",
#endif
#ifndef MAPLECHECK_HAS_NOFAIL
  "erase-without-memory",
  "erase-keeps-reserve",
#endif
#ifndef MAPLECHECK_HAS_COPY
  "store-returns-node",
#endif
#ifndef MAPLECHECK_HAS_SHEAVES
  "retry-without-progress",
#endif
#ifdef MAPLECHECK_HAS_VACANT_HEIGHT
  "retry-keeps-heights",
#endif
#ifdef MAPLECHECK_HAS_CYCLIC_PLACE
  "cyclic-keeps-place",
#endif
#ifdef MAPLECHECK_HAS_BULK
  "bulk-in-any-order",
  "bulk-end-in-reader-mode",
  "bulk-end-in-lone-leaf",
#endif
#if defined(MAPLECHECK_HAS_BULK) && defined(MAPLECHECK_HAS_FULL_RESERVE)
  "full-reserve-added-to",
#endif
  NULL,
};
