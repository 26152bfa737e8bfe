// SPDX-License-Identifier: GPL-2.0-or-later
//
// Read before each file: no name of the kernel's leaves the library, but for the one that is exported.
#pragma GCC visibility push(hidden)
