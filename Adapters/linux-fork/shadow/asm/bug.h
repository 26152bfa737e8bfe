// SPDX-License-Identifier: GPL-2.0-or-later
//
// BUG() and WARN() call functions, where x86 has an instruction that faults. They say which condition it was.
#ifndef MAPLECHECK_ASM_BUG_H
#define MAPLECHECK_ASM_BUG_H
#include <linux/stringify.h>
#include <linux/instrumentation.h>
#include <linux/objtool.h>
#include <asm-generic/bug.h>
void reports_warn(const char *file, int line, const char *condition);
__attribute__((noreturn)) void reports_bug(const char *file, int line, const char *condition);
#undef WARN_ON
#undef WARN_ON_ONCE
#undef BUG_ON
#define WARN_ON(condition) ({								\
	int is_wrong = !!(condition);							\
	if (__builtin_expect(is_wrong, 0)) reports_warn(__FILE__, __LINE__, #condition);	\
	__builtin_expect(is_wrong, 0);							\
})
#define WARN_ON_ONCE(condition) ({							\
	static bool was_said;								\
	int is_wrong = !!(condition);							\
	if (__builtin_expect(is_wrong && !was_said, 0)) {				\
		was_said = true;							\
		reports_warn(__FILE__, __LINE__, #condition);				\
	}										\
	__builtin_expect(is_wrong, 0);							\
})
#define BUG_ON(condition) do {								\
	if (__builtin_expect(!!(condition), 0)) reports_bug(__FILE__, __LINE__, #condition);	\
} while (0)
#endif
